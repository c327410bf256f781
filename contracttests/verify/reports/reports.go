// Package reports writes down what a run of verify found: for a terminal, as JSON, as JUnit reads it, as one page, for a
// ticket in Jira, and the coverage of several runs as a table in Markdown.
//
// A report quotes a server that nobody here knows, so each text in it is taken for a hostile one. What is written is
// always well formed, no text in it steers a terminal, ends an element or calls a macro, and the same report gives the
// same bytes.
package reports

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// ExitCode is what the command returns to the shell: 0, 1, or 3 (2 is for mistakes of the caller's).
func ExitCode(o verify.Outcome) int {
	switch o {
	case verify.AllHold:
		return 0
	case verify.CouldNotCheck:
		return 3
	}
	return 1
}

// conclusion says in one sentence what the run comes to, with the exit code.
func conclusion(r *verify.Report) string {
	outcome, said := r.Outcome(), ""
	switch outcome {
	case verify.SomeBroken:
		said = list(failures(r))
	case verify.CouldNotCheck:
		said = list(gaps(r))
		if len(r.Results) > 0 {
			said += "; none is broken"
		}
	default:
		said = allWell(r)
	}
	return fmt.Sprintf("%s: exit code %d.", capital(said), ExitCode(outcome))
}

// allWell says that nothing fails and nothing is unknown.
func allWell(r *verify.Report) string {
	switch n := len(r.Results); {
	case r.Counts()[verify.Holds] < n:
		return counts(r) + "; none is broken"
	case n == 1:
		return "the one claim holds"
	default:
		return fmt.Sprintf("all %d claims hold", n)
	}
}

// failures are what makes the run fail.
func failures(r *verify.Report) []string {
	var parts []string
	if n := r.Counts()[verify.Broken]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s %s broken", n, number(len(r.Results), "claim"), are(n)))
	}
	if n := r.Counts()[verify.Drift]; n > 0 && r.Strict {
		parts = append(parts, fmt.Sprintf("%d drift%s in a strict run", n, map[bool]string{true: "s"}[n == 1]))
	}
	if n := len(expired(r)); n > 0 {
		parts = append(parts, number(n, "waiver")+map[bool]string{true: " has expired", false: " have expired"}[n == 1])
	}
	return parts
}

// gaps are what keeps the run from knowing all that it was to find out.
func gaps(r *verify.Report) []string {
	var parts []string
	if r.Stopped != "" {
		parts = append(parts, "the run was stopped")
	}
	if n := r.Counts()[verify.Unchecked]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s could not be checked", n, number(len(r.Results), "claim")))
	}
	if len(r.Results) == 0 {
		parts = append(parts, "no claim was checked")
	}
	return parts
}

// counts tells how many claims came to what, without what none came to.
func counts(r *verify.Report) string {
	var parts []string
	found := r.Counts()
	for _, v := range verdicts() {
		if n := found[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, countWord(v, n)))
		}
	}
	if len(parts) == 0 {
		return "no claims"
	}
	return "of " + number(len(r.Results), "claim") + ", " + list(parts)
}

func countWord(v verify.Verdict, n int) string {
	switch v {
	case verify.Holds:
		return map[bool]string{true: "holds", false: "hold"}[n == 1]
	case verify.Drift:
		return map[bool]string{true: "drifts", false: "drift"}[n == 1]
	case verify.Unchecked:
		return "could not be checked"
	}
	return are(n) + " " + string(v)
}

// verdicts are all verdicts, the best first.
func verdicts() []verify.Verdict {
	return []verify.Verdict{verify.Holds, verify.Drift, verify.Unstable, verify.Unchecked, verify.Broken}
}

// expired are the waivers that made the run fail.
func expired(r *verify.Report) []verify.Waived {
	var found []verify.Waived
	for _, w := range r.Waivers {
		if w.Expired {
			found = append(found, w)
		}
	}
	return found
}

// target says what the run talked to, in one sentence.
func target(r *verify.Report) string {
	s := r.Server
	module, gateway := s.Module, "behind a gateway that did not show what it is"
	if module == "" {
		module = "a mod-data-export that does not tell its version"
	}
	switch s.Gateway {
	case "":
	case "none":
		gateway = "without a gateway"
	default:
		gateway = "behind " + s.Gateway
	}
	held := "held to " + s.Release
	switch {
	case s.Release == "":
		held = "held to no release, for none was found out"
	case s.Ahead:
		held += ", which is older than it: the newest that is known"
	case s.Given:
		held += ", as was asked for"
	}
	return fmt.Sprintf("%s, tenant %s: %s %s, %s.", s.URL, s.Tenant, module, gateway, held)
}

// lacks says which permissions the user lacks; empty if that was not seen of any.
func lacks(r *verify.Report) string {
	if len(r.Server.Lacks) == 0 {
		return ""
	}
	return fmt.Sprintf("The user lacks %s: %s.", number(len(r.Server.Lacks), "permission"), strings.Join(r.Server.Lacks, ", "))
}

// stays says what stays on the server, and why if that need not be.
func stays(l verify.Left) string {
	text := l.Kind + " " + l.ID
	switch {
	case l.Why == "":
		return text
	case l.Kind == "job":
		return text + ", which should have been removed: " + l.Why
	}
	return text + ": " + l.Why
}

// release names what the server was held to, also where that was not found out.
func release(r *verify.Report) string { return cmp.Or(r.Server.Release, "unknown") }

// course says how and when the run went, in one sentence.
func course(r *verify.Report) string {
	strict := ""
	if r.Strict {
		strict = ", strict"
	}
	return fmt.Sprintf("Run %s, level %s%s, began %s and took %s.", r.Run, r.Level, strict, moment(r.Began), r.Ended.Sub(r.Began).Round(second))
}

// spent says what the run cost the server, in one sentence.
func spent(r *verify.Report) string {
	return fmt.Sprintf("%s sent, of %d allowed.", number(r.Requests, "request"), r.Budget)
}

// waived says what a known deviation is about and what came of it, in one sentence.
func waived(w verify.Waived) string {
	what := w.Claim
	if what == "" {
		what = w.Field
	}
	if w.Release != "" {
		what += " in " + w.Release
	}
	fate := "used by " + number(w.Used, "finding")
	switch {
	case w.Expired:
		fate = "has expired: mend the deviation or renew the waiver"
	case w.Used == 0:
		fate = "not needed: remove it if the deviation is gone"
	}
	return fmt.Sprintf("%s, %s, until %s: %s (%s).", what, w.Ticket, w.Expires, fate, strings.TrimRight(w.Reason, "."))
}
