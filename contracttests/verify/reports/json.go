package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// document is a report with what follows from it.
type document struct {
	Outcome  verify.Outcome         `json:"outcome"`
	ExitCode int                    `json:"exitCode"`
	Counts   map[verify.Verdict]int `json:"counts"` // claims by verdict; what none came to is missing
	*verify.Report
}

// WriteJSON writes the report as one JSON object: the members of verify.Report, besides outcome, exitCode and counts.
// No text is altered but for bytes that are not UTF-8; what a terminal or a page would take for more than text is escaped.
func WriteJSON(w io.Writer, r *verify.Report) error {
	whole := *r
	whole.Results = orEmpty(r.Results)
	whole.Idle = orEmpty(r.Idle)
	whole.Exchanges = orEmpty(r.Exchanges)
	whole.Left = orEmpty(r.Left)
	whole.Coverage = orEmpty(r.Coverage)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document{r.Outcome(), ExitCode(r.Outcome()), r.Counts(), &whole}); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	_, err := w.Write(harmless(b.Bytes()))
	return err
}

// orEmpty makes [] of null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// harmless escapes in JSON what cannot be shown, and < lest a page that holds the JSON ends there. All of it can only be
// within strings.
func harmless(text []byte) []byte {
	safe := make([]byte, 0, len(text))
	for _, r := range string(text) {
		switch {
		case r == '\n':
			safe = append(safe, '\n')
		case r > 0xffff && !unicode.IsPrint(r):
			high, low := utf16.EncodeRune(r)
			safe = fmt.Appendf(safe, `\u%04x\u%04x`, high, low)
		case r == '<' || !unicode.IsPrint(r):
			safe = fmt.Appendf(safe, `\u%04x`, r)
		default:
			safe = append(safe, string(r)...)
		}
	}
	return safe
}
