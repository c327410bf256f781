package reports

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// note is a claim that does not plainly hold, or several of which the same is to be said.
type note struct {
	Verdict  verify.Verdict
	Results  []verify.Result // at least one
	Findings []found         // of the first
}

// found is a finding, or several that are alike.
type found struct {
	verify.Finding
	Aside  verify.Verdict // see aside
	Times  int            // in one claim
	Varies bool           // other claims have other numbers or ids in its text
}

// notes are the claims that do not plainly hold, the worst first. What drifts or could not be checked is put together
// where the same is to be said of it: a server that is down would fill pages otherwise.
func notes(r *verify.Report) []note {
	var all []note
	for _, v := range []verify.Verdict{verify.Broken, verify.Unstable, verify.Drift, verify.Unchecked} {
		known := map[string]int{} // index in all, by what is to be said
		for _, result := range r.Results {
			if result.Verdict != v {
				continue
			}
			n := note{v, []verify.Result{result}, findings(result)}
			key := n.key()
			if i, ok := known[key]; ok && (v == verify.Drift || v == verify.Unchecked) {
				all[i].add(n)
				continue
			}
			known[key] = len(all)
			all = append(all, n)
		}
	}
	return all
}

// add takes in another note with the same key. What they do not share is not said.
func (n *note) add(other note) {
	n.Results = append(n.Results, other.Results...)
	for i := range n.Findings {
		f, o := &n.Findings[i], other.Findings[i]
		if f.Operation != o.Operation || f.Member != o.Member {
			f.Operation, f.Member = "", ""
		}
		f.Varies = f.Varies || f.Text != o.Text
	}
}

// key is the same for claims of which the same is to be said. Where something could not be checked, it does not matter
// which operation it was that got no answer.
func (n note) key() string {
	var b strings.Builder
	for _, f := range n.Findings {
		if n.Verdict == verify.Unchecked {
			fmt.Fprintf(&b, "%q\n", camels.ReplaceAllString(alike(f.Text), "#"))
		} else {
			fmt.Fprintf(&b, "%q %q %q\n", f.Operation, f.Member, f.Text)
		}
	}
	return b.String()
}

// IDs are the claims that the note is about.
func (n note) IDs() []string {
	var ids []string
	for _, r := range n.Results {
		ids = append(ids, r.Claim.ID)
	}
	return ids
}

// Claim is the claim of a note that is about one.
func (n note) Claim() *verify.Claim {
	if len(n.Results) > 1 {
		return nil
	}
	return &n.Results[0].Claim
}

var (
	uuids   = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	numbers = regexp.MustCompile(`[0-9]+`)
	camels  = regexp.MustCompile(`\b[a-z]+([A-Z][a-z]+)+\b`) // operations within a text
	indexes = regexp.MustCompile(`/[0-9]+(/|$)`)
)

// alike is a text without what differs from one element of a list to the next.
func alike(text string) string {
	return numbers.ReplaceAllString(uuids.ReplaceAllString(text, "#"), "#")
}

// anyElement is a pointer without the places in lists.
func anyElement(pointer string) string {
	for {
		next := indexes.ReplaceAllString(pointer, "/*$1")
		if next == pointer {
			return next
		}
		pointer = next
	}
}

// findings are why a claim does not plainly hold, those that give it its verdict first. The same finding in many elements
// of a list is one.
func findings(r verify.Result) []found {
	var all []found
	known := map[string]int{}
	for _, f := range r.Findings {
		if f.Waiver != "" {
			continue
		}
		member, text := anyElement(f.Member), f.Text
		if member != f.Member {
			text = alike(text)
		}
		key := fmt.Sprintf("%q %q %q %q", f.Verdict, f.Operation, member, text)
		i, ok := known[key]
		if !ok {
			known[key] = len(all)
			all = append(all, found{Finding: f, Times: 1})
			continue
		}
		all[i].Times++
		all[i].Member = member
	}
	for i := range all {
		all[i].Aside = aside(r.Verdict, all[i].Verdict)
	}
	own := slices.DeleteFunc(slices.Clone(all), func(f found) bool { return f.Aside != "" })
	return append(own, slices.DeleteFunc(all, func(f found) bool { return f.Aside == "" })...)
}

// aside is the verdict of a finding that is not what gives a claim its own; else it is empty.
func aside(claim, finding verify.Verdict) verify.Verdict {
	if finding == claim || claim == verify.Unstable {
		return ""
	}
	return finding
}

// where names the operation and the member, as far as they are known.
func (f found) where() string { return strings.TrimSpace(f.Operation + " " + f.Member) }

// String is the finding as a sentence.
func (f found) String() string {
	text := strings.TrimSpace(f.Text)
	if where := f.where(); where != "" {
		text = where + ": " + text
	}
	if f.Aside != "" {
		text = string(f.Aside) + ": " + text
	}
	switch {
	case f.Times > 1:
		text = fmt.Sprintf("%s (%d times alike)", strings.TrimRight(text, "."), f.Times)
	case f.Varies:
		text = strings.TrimRight(text, ".") + " (or alike)"
	}
	return sentence(text)
}

// exchange returns the one with a number, or nil.
func exchange(r *verify.Report, n int) *verify.Exchange {
	i := slices.IndexFunc(r.Exchanges, func(e verify.Exchange) bool { return e.N == n && n > 0 })
	if i < 0 {
		return nil
	}
	return &r.Exchanges[i]
}

// shows is the first exchange that shows why a claim does not plainly hold, or nil.
func shows(r *verify.Report, all []found) *verify.Exchange {
	for _, f := range all {
		if e := exchange(r, f.Exchange); e != nil {
			return e
		}
	}
	return nil
}

const mostAgain = 12

// again are the first exchanges on fresh objects that answer those of an unstable claim's findings.
func again(r *verify.Report, all []found) []verify.Exchange {
	var second []verify.Exchange
	for _, e := range r.Exchanges {
		if e.Try > 1 && slices.ContainsFunc(all, func(f found) bool { return f.Operation != "" && f.Operation == e.Operation }) {
			second = append(second, e)
		}
	}
	return second[:min(len(second), mostAgain)]
}
