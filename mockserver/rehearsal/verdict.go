package rehearsal

import "github.com/fauxkapi/fauxkapi/mockserver"

// Verdict is what a cell comes to; the list is closed.
type Verdict string

// The verdicts, from the worst to the best.
const (
	Hangs   Verdict = "HANGS"   // it polls what has ended, or what never will, and goes on
	Slow    Verdict = "SLOW"    // it was still on its way at the limit
	Twice   Verdict = "TWICE"   // it started the export more often than once
	Missing Verdict = "MISSING" // it did not start the export
	Wrong   Verdict = "WRONG"   // its exit code or its file says something that is not so, or it started what it must not
	Lost    Verdict = "LOST"    // its token expired, and it gave up
	Leaks   Verdict = "LEAKS"   // it sent a credential to the store
	Rude    Verdict = "RUDE"    // it polled too often, or after the end, or repeated a refused login
	Pass    Verdict = "pass"
)

// Verdicts returns all of them with what each means, the worst first.
func Verdicts() [][2]string {
	return [][2]string{
		{string(Hangs), "it goes on polling a job that has ended, or one that never ends, beyond the time that it was asked to honour"},
		{string(Slow), "it was still on its way at the limit, in a scenario that ends"},
		{string(Twice), "it started more exports than the scenario asks for"},
		{string(Missing), "it ended and had started fewer exports than the scenario asks for"},
		{string(Wrong), "its exit code is 0 although not all is well, or not 0 although all is; or the file at OUT is not what was exported, or there although there should be none; or it started an export where the scenario asks for none"},
		{string(Lost), "a token expired, and it gave up instead of getting a new one"},
		{string(Leaks), "it sent a credential to the object store along with the link"},
		{string(Rude), "it polled more than fifteen times in ten seconds, or again after it was told of the end, or repeated a login that was refused"},
		{string(Pass), "none of these"},
	}
}

// rank orders verdicts, the worst first.
func (v Verdict) rank() int {
	for i, known := range Verdicts() {
		if known[0] == string(v) {
			return i
		}
	}
	return len(Verdicts())
}

// Finding is one thing that a program did wrong.
type Finding struct {
	Verdict  Verdict
	Text     string               // what it did: a sentence without its full stop
	Remedy   string               // what to change: likewise
	Exchange *mockserver.Exchange // that shows it; nil if none does
}
