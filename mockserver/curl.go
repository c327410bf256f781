package mockserver

import (
	"strings"
	"text/template"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
)

// step is what somebody pastes into a shell at once.
type step struct{ Title, Lines string }

// steps are the six steps as lines for a shell, with the address that the caller
// used and a token that was made for this answer. The token is none that the
// world remembers.
func (c *call) steps(tenant string, user folio.User) ([]step, error) {
	rules := c.server.release.Login
	life := time.Duration(0)
	if rules.LegacyExpires {
		life = rules.Access
	}
	token, err := c.server.tokens.access(tenant, user, c.now, life)
	if err != nil {
		return nil, err
	}
	text, err := template.New("steps.txt").Funcs(template.FuncMap{"quote": shellQuote}).ParseFS(pageFiles, "page/steps.txt")
	if err != nil {
		return nil, err
	}
	_, bulk := c.server.operations["getInstanceBulkIds"]
	var lines strings.Builder
	err = text.Execute(&lines, struct {
		Address, Tenant, Token string
		Life                   time.Duration
		Bulk                   bool // the guide's way to collect ids is there
	}{c.address(), tenant, token, life, bulk})
	if err != nil {
		return nil, err
	}
	var steps []step
	for part := range strings.SplitSeq(strings.TrimPrefix(lines.String(), "## "), "\n## ") {
		title, script, _ := strings.Cut(part, "\n")
		steps = append(steps, step{Title: title, Lines: strings.Trim(script, "\n")})
	}
	return steps, nil
}

// shellQuote makes one word of a text that a shell is to take as it is. A Host
// header can hold what a shell would run.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
