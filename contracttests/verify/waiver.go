package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// Waiver is a deviation that is known and accepted for a while.
type Waiver struct {
	Claim   string `json:"claim,omitempty" yaml:"claim"`     // the id of a claim; or else
	Field   string `json:"field,omitempty" yaml:"field"`     // OPERATION POINTER, such as getJobExecutions /jobExecutions/*/hrId
	Release string `json:"release,omitempty" yaml:"release"` // empty: every release
	Reason  string `json:"reason" yaml:"reason"`
	Ticket  string `json:"ticket" yaml:"ticket"`
	Expires string `json:"expires" yaml:"expires"` // YYYY-MM-DD, the last day on which it counts, in UTC
}

// The bounds of a list of waivers.
const (
	maxWaivers     = 500
	maxWaiversFile = 1 << 20
)

// ReadWaivers reads a YAML list of waivers, strictly: a member that is not known is an error with its line.
func ReadWaivers(r io.Reader) ([]Waiver, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxWaiversFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxWaiversFile {
		return nil, fmt.Errorf("the list of waivers is longer than %d bytes", maxWaiversFile)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var waivers []Waiver
	if err := decoder.Decode(&waivers); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the list of waivers cannot be read: %w", err)
	}
	for i, w := range waivers {
		if wrong := w.wrong(); wrong != "" {
			return nil, fmt.Errorf("waiver %d: %s", i+1, wrong)
		}
	}
	return waivers, nil
}

// wrong says what a waiver lacks, if anything.
func (w Waiver) wrong() string {
	_, err := time.Parse(time.DateOnly, w.Expires)
	switch {
	case (w.Claim == "") == (w.Field == ""):
		return "name either a claim or a field"
	case w.Claim != "" && !slices.ContainsFunc(Claims(), func(c Claim) bool { return c.ID == w.Claim }):
		return fmt.Sprintf("there is no claim %q", w.Claim)
	case w.Field != "" && len(strings.Fields(w.Field)) != 2:
		return fmt.Sprintf("the field %q is not OPERATION POINTER, such as getJobExecutions /jobExecutions/*/hrId", w.Field)
	case w.Release != "" && !slices.Contains(openapi.Releases(), w.Release):
		return fmt.Sprintf("there is no release %q", w.Release)
	case strings.TrimSpace(w.Reason) == "" || strings.TrimSpace(w.Ticket) == "":
		return "give a reason and a ticket"
	case err != nil:
		return fmt.Sprintf("it expires on %q, which is no date such as 2026-12-31", w.Expires)
	}
	return ""
}

func (c Config) checkWaivers() error {
	if len(c.Waivers) > maxWaivers {
		return &ConfigError{"Waivers", fmt.Sprintf("more than %d waivers", maxWaivers), "mend the server, or hold it to another release"}
	}
	for i, w := range c.Waivers {
		if wrong := w.wrong(); wrong != "" {
			return &ConfigError{"Waivers", fmt.Sprintf("waiver %d: %s", i+1, wrong), "see docs/verify.md for their form"}
		}
	}
	return nil
}

// covers tells whether a finding of a claim is the deviation.
func (w Waiver) covers(claim string, f Finding, release string) bool {
	if w.Release != "" && w.Release != release {
		return false
	}
	if w.Claim != "" {
		return w.Claim == claim
	}
	field := strings.Fields(w.Field)
	return field[0] == f.Operation && pointerFits(field[1], f.Member)
}

// pointerFits tells whether a pointer is what another, in which * stands for any token, says.
func pointerFits(pattern, pointer string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(pointer, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool { return w == "*" || w == g })
}

// counts tells whether a waiver has not expired.
func (w Waiver) counts(today string) bool { return today <= w.Expires }

func (w Waiver) name() string { return w.Reason + " (" + w.Ticket + ")" }

// waived is what came of each waiver. One that expired counts as such only where something still needs it.
func (r *run) waived(results []Result) []Waived {
	var all []Waived
	today := r.Now().UTC().Format(time.DateOnly)
	for _, w := range r.Waivers {
		waived := Waived{Waiver: w}
		for _, result := range results {
			for _, f := range result.Findings {
				if f.Verdict != Unchecked && w.covers(result.Claim.ID, f, r.release) {
					waived.Used++
				}
			}
		}
		waived.Expired = waived.Used > 0 && !w.counts(today)
		all = append(all, waived)
	}
	return all
}
