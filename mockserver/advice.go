package mockserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// advise adds a remark on how the request was made.
func (c *call) advise(a Advice) { c.advice = append(c.advice, a) }

// The sentences, one for each code. Whoever says the same twice says it in the
// same words.

func credentialOnLink(header string) Advice {
	return Advice{CredentialOnLink, header + " was sent along with the link: AWS refuses that, and the store must not see it"}
}

func pollsTooOften() Advice {
	return Advice{PollsTooOften, fmt.Sprintf("more than %d polls of this job within %d seconds: wait some seconds between two polls", mostPolls, int(pollsWithin.Seconds()))}
}

func pollAfterEnd() Advice {
	return Advice{PollAfterEnd, "the job had ended when it was last asked for; stop polling then"}
}

func waitsForSuccess(said api.JobExecutionStatus, ago int) Advice {
	return Advice{WaitsForSuccess, fmt.Sprintf("the job said %s %d polls ago; this release never says SUCCESS", said, ago)}
}

func secondExport() Advice {
	return Advice{SecondExport, "the same definition was exported before; make a new file definition for each export"}
}

func exportBeforeUpload() Advice {
	return Advice{ExportBeforeUpload, "nothing was uploaded to this definition, so there is nothing to export: upload the list first"}
}

func oldFileID() Advice {
	return Advice{OldFileID, "this file id was provisional: it changed when the job ended, so read exportedFiles again then"}
}

func unencodedQuery(char rune) Advice {
	return Advice{UnencodedQuery, fmt.Sprintf("the URL holds a bare %q, which not every gateway and module lets through: percent-encode it (curl -G --data-urlencode)", char)}
}

func loginAfterRefusal() Advice {
	return Advice{LoginAfterRefusal, "this user and password were refused before: never repeat a refused login, a few of them block the user"}
}

func refreshTokenReused() Advice {
	return Advice{RefreshTokenReused, "this refresh token was used before: it is good once, and its second use revokes all of the user's"}
}

func guideDiffers(text string) Advice { return Advice{GuideDiffers, text} }

func notImitated(text string) Advice { return Advice{NotImitated, text} }

func defectOfTheFake(finding string) Advice { return Advice{DefectOfTheFake, finding} }

// A client may poll a job so often in the machine's time, whatever the world's
// clock does.
const (
	mostPolls   = 15
	pollsWithin = 10 * time.Second
)

// polling is what a client has learnt of a job, and how it asks.
type polling struct {
	asked bool
	waits int                  // polls in a world that they drive, while it had not ended
	ended bool                 // it was told that the job has ended
	after int                  // polls since it was first told so
	last  [mostPolls]time.Time // on the machine's clock, a ring
	next  int                  // the oldest of last
	burst bool                 // the last of them came too soon
}

// polled takes a poll into account.
func (p *polling) polled(j folio.Job, at time.Time) {
	oldest := p.last[p.next]
	p.last[p.next] = at
	p.next = (p.next + 1) % mostPolls
	p.burst = !oldest.IsZero() && at.Sub(oldest) <= pollsWithin

	final := lifecycle.Final(j.Status)
	switch {
	case !final:
		p.after = 0
	case p.ended:
		p.after++
	}
	p.asked, p.ended = true, final
}

// patience is how many polls after its end make it plain that a client does not
// know the word for it.
const patience = 3

// watchPolling notes what is told apart only by looking at several polls of one
// job.
func (c *call) watchPolling(j folio.Job) {
	before, now := c.tenant.polled(j, c.real)
	job := &c.server.release.Job
	if !before.asked && !job.WithDefinition {
		c.advise(guideDiffers("the guide prints the job alone; every real server wraps it: .jobExecutions[0]"))
	}
	if now.burst && !before.burst {
		c.advise(pollsTooOften())
	}
	if now.after > 0 {
		c.advise(pollAfterEnd())
	}
	if now.after >= patience && lifecycle.HasFile(j.Status) && job.Success != api.JobExecutionStatusSuccess {
		c.advise(waitsForSuccess(j.Status, now.after))
	}
}

// polled remembers a poll and returns what was known before it and is known now.
func (t *tenant) polled(j folio.Job, at time.Time) (before, now polling) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bound()
	before = t.watched[j.ID]
	now = before
	now.polled(j, at)
	t.watched[j.ID] = now
	return before, now
}

// watchURI notes what a client has left unescaped. A blank gets no further than
// net/http.
func (c *call) watchURI() {
	at := strings.IndexFunc(c.request.RequestURI, func(r rune) bool { return r > '~' || strings.ContainsRune(` "<>{`, r) })
	if at >= 0 {
		for _, char := range c.request.RequestURI[at:] {
			c.advise(unencodedQuery(char))
			return
		}
	}
}

// maxRefused bounds the refused logins that are remembered, by 16 bytes each.
const maxRefused = 1024

// watchLogin notes a login that was refused before.
func (c *call) watchLogin(asked api.LoginRequest) {
	c.login = c.loginKey(asked)
	if _, again := c.server.refusals.get(c.login); again {
		c.advise(loginAfterRefusal())
	}
}

// watchRefusal remembers a login that is refused, also by a story alone. 404 says
// that there is no such way to log in; 408 and 429 say nothing of the password.
func (c *call) watchRefusal(status int) {
	switch {
	case c.login == loginKey{}, status < 400, status > 499:
	case status == http.StatusNotFound, status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
	default:
		c.server.refusals.put(c.login, struct{}{})
	}
}

// loginKey stands for user and password, and cannot be turned into them.
type loginKey [16]byte

func (c *call) loginKey(asked api.LoginRequest) loginKey {
	h := hmac.New(sha256.New, c.server.tokens.key[:])
	for _, part := range []string{"refused login", c.tenantName, value(asked.Username), value(asked.UserId), value(asked.Password)} {
		fmt.Fprintf(h, "%d %s", len(part), part)
	}
	return loginKey(h.Sum(nil)[:16])
}

// watchDownload notes a file id that its job shows no longer.
func (c *call) watchDownload(w *folio.World, job, file uuid.UUID) {
	if w.WasFileOf(job, file) {
		c.advise(oldFileID())
	}
}
