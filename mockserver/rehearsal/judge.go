package rehearsal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/openapi/api"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// judge turns what the program did into a verdict.
func (s *stage) judge(p performance) {
	polls := pollsOf(p.requests)
	s.cell.ExitCode, s.cell.Output, s.cell.Polls = p.exit, p.output, p.looks
	s.cell.Virtual, s.cell.Real = s.server.Now().Sub(s.opened), time.Since(s.began)
	for _, look := range []func(performance, []mockserver.Exchange){
		s.judgeEnd, s.judgeResult, s.judgeExports, s.judgeLogins, s.judgeLink, s.judgePolling,
	} {
		look(p, polls)
	}
	slices.SortStableFunc(s.cell.Findings, func(a, b Finding) int { return a.Verdict.rank() - b.Verdict.rank() })
	s.cell.Verdict = Pass
	if len(s.cell.Findings) > 0 {
		s.cell.Verdict = s.cell.Findings[0].Verdict
	}
}

func (s *stage) find(v Verdict, shown *mockserver.Exchange, remedy, format string, args ...any) {
	s.cell.Findings = append(s.cell.Findings, Finding{Verdict: v, Text: fmt.Sprintf(format, args...), Remedy: remedy, Exchange: shown})
}

// judgeEnd looks at whether it ended.
func (s *stage) judgeEnd(p performance, polls []mockserver.Exchange) {
	switch p.stopped {
	case pollsEnded:
		said := p.end.Job.Told
		text := fmt.Sprintf("still polls a job that has ended: it was told %s %d polls ago", said, p.late)
		remedy := "end the loop on COMPLETED, COMPLETED_WITH_ERRORS, SUCCESS and FAIL alike"
		switch {
		case said == api.JobExecutionStatusFail:
			text = fmt.Sprintf("does not know FAIL; the job said it %d polls ago", p.late)
		case said != api.JobExecutionStatusSuccess:
			text = fmt.Sprintf("seems to wait for SUCCESS; the job said %s %d polls ago", said, p.late)
		}
		s.find(Hangs, p.end, remedy, "%s", text)
	case pollsForEver:
		s.find(Hangs, p.last, "count the time, and give up after TIMEOUT with an error that names the job",
			"no time limit: still polling after %d polls and %s of the world's time", p.looks, s.cell.Virtual.Round(time.Second))
	case pollsRefused:
		s.find(Lost, p.last, "log in again when a 401 comes, or renew the token before it expires",
			"goes on polling with a token that has expired: the last %d polls were refused", p.refused)
	case overLimit:
		doing, remedy := "it has asked the server for nothing yet", "see what it waits for before its first request"
		shown := last(p.requests)
		if shown != nil {
			doing, remedy = "its last request was "+shown.Method+" "+shown.Path, "wait POLL_INTERVAL between two polls and no longer, or give the rehearsal a longer --limit"
		}
		s.find(Slow, shown, remedy, "still on its way after %s; %s", s.plan.Limit, doing)
	}
}

// judgeExports looks at how many exports it started. What was refused is none,
// whatever a program repeats then; one whose answer a scenario spoils is one.
func (s *stage) judgeExports(p performance, _ []mockserver.Exchange) {
	wanted := s.story.Expect.Exports
	var started []*mockserver.Exchange
	for i, e := range p.requests {
		if e.Operation == "startExport" && e.Job != nil {
			started = append(started, &p.requests[i])
		}
	}
	text := fmt.Sprintf("started %s where the scenario asks for %d", exports(len(started)), wanted)
	switch {
	case wanted == 0 && len(started) > 0:
		s.find(Wrong, started[0], "stop when it is clear that nothing can be exported", "%s", text)
	case len(started) > wanted:
		s.find(Twice, started[wanted], "send POST /data-export/export once, whatever its answer; look at the job instead", "%s", text)
	case len(started) < wanted && s.couldExport(p):
		s.find(Missing, last(p.requests), "see what keeps it from sending POST /data-export/export", "%s", text)
	}
}

func exports(n int) string {
	switch n {
	case 0:
		return "no export"
	case 1:
		return "1 export"
	}
	return fmt.Sprintf("%d exports", n)
}

// couldExport tells whether a program has no other excuse for an export that it
// did not start: it was ended, never came to the server or lost its token, which
// is said already; or the list holds no id, which it may have seen by itself.
func (s *stage) couldExport(p performance) bool {
	if p.stopped != byItself || len(p.requests) == 0 || slices.ContainsFunc(s.cell.Findings, func(f Finding) bool { return f.Verdict == Lost }) {
		return false
	}
	for line := range bytes.Lines(mockserver.InputOf(s.story)) {
		if _, err := uuid.ParseBytes(bytes.TrimSpace(line)); err == nil {
			return true
		}
	}
	return false
}

// judgeLogins looks at whether it repeated a login that it had been refused.
func (s *stage) judgeLogins(p performance, _ []mockserver.Exchange) {
	refused := false
	for i, e := range p.requests {
		if e.Operation != "login" && e.Operation != "loginWithExpiry" {
			continue
		}
		if refused && advises(e, mockserver.LoginAfterRefusal) {
			s.find(Rude, &p.requests[i], "end when a login is refused: a few more of them block the user", "repeated a login that was refused")
			return
		}
		// 404 says that there is no such way to log in.
		refused = refused || e.Status >= 400 && e.Status < 500 && e.Status != http.StatusNotFound
	}
}

// judgeResult looks at exit code and file. What was ended says nothing by its
// exit code.
func (s *stage) judgeResult(p performance, polls []mockserver.Exchange) {
	if p.stopped != byItself {
		return
	}
	expect := s.story.Expect
	about, err := os.Lstat(s.out())
	there := !errors.Is(err, fs.ErrNotExist)
	verdict := Wrong
	if lost := s.lostToken(p); lost != nil && expect.File && p.exit != 0 {
		s.find(Lost, lost, "log in again when a 401 comes, or renew the token before it expires", "gave up when its token had expired")
		verdict = ""
	}
	switch {
	case len(p.requests) == 0 && len(mockserver.InputOf(s.story)) > 0:
		s.find(Wrong, nil, "let it take its address from OKAPI_URL", "never asked the server at OKAPI_URL, and ended with exit code %d", p.exit)
		return
	case expect.Outcome == scenarios.OutcomeSuccess && p.exit != 0 && verdict != "":
		s.find(Wrong, last(p.requests), "see why it does: "+outputHint(p.output), "exit code %d although the export ended well", p.exit)
	case expect.Outcome != scenarios.OutcomeSuccess && p.exit == 0:
		s.find(Wrong, s.evidence(p, polls), remedyOf(expect.Outcome), "exit code 0 although %s", s.misfortune(polls))
	}
	switch {
	case there && (err != nil || !about.Mode().IsRegular()):
		s.find(Wrong, last(p.requests), "save the file at OUT", "what it left at OUT is no file")
	case !expect.File && there:
		s.find(Wrong, last(p.requests), "write to a temporary file, and rename it once all is well", "left a file of %d bytes although there is none to keep", about.Size())
	case expect.File && !there && verdict != "":
		s.find(Wrong, last(p.requests), "save the file at OUT", "left no file at OUT")
	case expect.File && there && !s.whole(p):
		s.findSpoiled(last(p.requests), about.Size())
	}
}

// findSpoiled tells of a file at OUT, of so many bytes, that is not what was
// exported. Many a program saves the store's error like a file.
func (s *stage) findSpoiled(shown *mockserver.Exchange, size int64) {
	if shown != nil && shown.Operation == mockserver.OperationLink && shown.Status >= http.StatusBadRequest && shown.Bytes == size {
		s.find(Wrong, shown, "look at the status of the download, as curl --fail does, and ask for another link when it is refused",
			"the file at OUT is no export: it is the store's error %d", shown.Status)
		return
	}
	s.find(Wrong, shown, "save the bytes of the answer as they come, without changing them", "the file at OUT is not what was exported: it has %d bytes", size)
}

// last is the last request, nil if there was none.
func last(requests []mockserver.Exchange) *mockserver.Exchange {
	if len(requests) == 0 {
		return nil
	}
	return &requests[len(requests)-1]
}

// lostToken is a request that was refused for its token, when none succeeded
// after it.
func (s *stage) lostToken(p performance) (lost *mockserver.Exchange) {
	for i, e := range p.requests {
		switch {
		case e.Status == http.StatusUnauthorized && e.Operation != "login" && e.Operation != "loginWithExpiry":
			lost = &p.requests[i]
		case e.Status < 300:
			lost = nil
		}
	}
	return lost
}

// outputHint is the last line that a program printed.
func outputHint(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	line := prose.Cut(prose.Printable(lines[len(lines)-1]), 200)
	if line == "" {
		return "it printed nothing"
	}
	return fmt.Sprintf("it printed %q last", line)
}

// misfortune says why the export did not end well.
func (s *stage) misfortune(polls []mockserver.Exchange) string {
	switch s.story.Expect.Outcome {
	case scenarios.OutcomeTimeout:
		return "the job has not ended"
	case scenarios.OutcomePartial:
		if job := lastJob(polls); job != nil && job.Exported < job.Total {
			return fmt.Sprintf("%d of %d were not exported", job.Total-job.Exported, job.Total)
		}
		return "the job ended with errors"
	}
	if job := lastJob(polls); job != nil && lifecycle.HasFile(job.After) {
		return "there is no file that can be used: " + strings.TrimSuffix(s.story.Summary, ".")
	}
	return "the job failed"
}

func lastJob(polls []mockserver.Exchange) *mockserver.JobMoment {
	if len(polls) == 0 {
		return nil
	}
	return polls[len(polls)-1].Job
}

// evidence is the request that told the program, or should have.
func (s *stage) evidence(p performance, polls []mockserver.Exchange) *mockserver.Exchange {
	if s.story.Link == (scenarios.Link{}) && len(polls) > 0 {
		return &polls[len(polls)-1]
	}
	return last(p.requests)
}

func remedyOf(o scenarios.Outcome) string {
	switch o {
	case scenarios.OutcomePartial:
		return "look at progress.failed and at COMPLETED_WITH_ERRORS, and end with another code than 0"
	case scenarios.OutcomeTimeout:
		return "end with another code than 0 when the time is over"
	}
	return "look at the job's status and at the status of the download, and count the records of the file"
}

// whole tells whether the file at OUT is what the program's job exported. No more
// of it is read than that has: a program may leave any file.
func (s *stage) whole(p performance) bool {
	file, err := os.Open(s.out())
	if err != nil {
		return false
	}
	defer file.Close()
	jobs := map[uuid.UUID]bool{}
	for _, e := range p.requests {
		if e.Job != nil {
			jobs[e.Job.ID] = true
		}
	}
	for job := range jobs {
		if same, err := newAudience(s.server).exported(job, file); err == nil && same {
			return true
		}
	}
	return false
}

// judgeLink looks at what it sent to the store.
func (s *stage) judgeLink(p performance, _ []mockserver.Exchange) {
	if shown := advised(p.requests, mockserver.CredentialOnLink); shown != nil {
		s.find(Leaks, shown, "fetch the link with no header but its own", "sent a credential to the object store along with the link")
	}
}

func advised(requests []mockserver.Exchange, code mockserver.AdviceCode) *mockserver.Exchange {
	i := slices.IndexFunc(requests, func(e mockserver.Exchange) bool { return advises(e, code) })
	if i < 0 {
		return nil
	}
	return &requests[i]
}

func advises(e mockserver.Exchange, code mockserver.AdviceCode) bool {
	return slices.ContainsFunc(e.Advice, func(a mockserver.Advice) bool { return a.Code == code })
}

// The most polls in a while that a shared server should be asked to bear.
const (
	manyPolls = 15
	while     = 10 * time.Second
)

// judgePolling looks at how often it asked. A program whose sleeps take no time,
// or that was asked for more, is not held to that.
func (s *stage) judgePolling(p performance, polls []mockserver.Exchange) {
	if p.late > 0 && p.stopped != pollsEnded {
		s.find(Rude, p.last, "stop polling once the job has ended", "polled %d times after it was told of the end", p.late)
	}
	if s.plan.FastSleep || s.plan.PollInterval*manyPolls < while {
		return
	}
	looks := withoutRenewals(p.requests)
	for i := manyPolls; i < len(looks); i++ {
		if looks[i].Real.Sub(looks[i-manyPolls].Real) < while {
			s.find(Rude, &looks[i], "wait POLL_INTERVAL between two polls", "polled more than %d times in %s", manyPolls, while)
			return
		}
	}
}

// withoutRenewals are the requests for jobs but for those whose refusal led to a
// new token: the program repeats such a request at once, and has to.
func withoutRenewals(requests []mockserver.Exchange) (looks []mockserver.Exchange) {
	for i, e := range requests {
		renewed := e.Status == http.StatusUnauthorized && i+1 < len(requests) &&
			slices.Contains([]string{"login", "loginWithExpiry", "refreshToken"}, requests[i+1].Operation)
		if e.Operation == "getJobExecutions" && !renewed {
			looks = append(looks, e)
		}
	}
	return looks
}
