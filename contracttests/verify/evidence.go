package verify

import (
	"maps"
	"slices"
)

// evidence is the record of a run by which claims judge.
type evidence struct {
	exchanges map[string][]*observed // by act and step
	gaps      map[string]string      // why an act was not played to its end, by its name
	skips     map[string]string      // why a step of an act was left out, by act and step
	facts     facts
}

// facts are what the acts have learnt about the server and what they have made.
type facts struct {
	release     string
	traits      traits
	gateway     string // gatewayOkapi, gatewayKong or gatewayNone
	module      string
	ahead       bool
	profile     string // id of a job profile for instances
	profileName string
	ids         []string          // of instances that exist
	sources     map[string]string // of their records, by id: MARC is one that is stored
	nowhereIs   bool              // the UUID that nothing should have is an instance's, as in a fake where each is
	jobs        map[string]*made  // by the act that made it
	busy        bool              // somebody else's job is under way
	endless     map[string]bool   // the jobs that did not end while the run looked, by their acts
	taken       map[string]string // the jobs that were there before and that the server named as the run's, by the act
	user        string            // id of the user, from the token
}

// made is a job that the run made, with what it was asked for.
type made struct {
	definition, job string
	fileName        string
	good            []string // ids that have an instance, each once
	lines           int
	bad             int // lines that come to nothing
}

// begun is the job of an act, if it got as far as to have one.
func (f *facts) begun(act string) *made {
	if m := f.jobs[act]; m != nil && m.job != "" {
		return m
	}
	return nil
}

func newEvidence() *evidence {
	return &evidence{
		exchanges: map[string][]*observed{}, gaps: map[string]string{}, skips: map[string]string{},
		facts: facts{jobs: map[string]*made{}, sources: map[string]string{}, endless: map[string]bool{}, taken: map[string]string{}},
	}
}

func (e *evidence) add(key string, o *observed) { e.exchanges[key] = append(e.exchanges[key], o) }

// inOrder are all exchanges in the order of sending.
func (e *evidence) inOrder() []*observed {
	all := slices.Concat(slices.Collect(maps.Values(e.exchanges))...)
	slices.SortFunc(all, func(a, b *observed) int { return a.N - b.N })
	return all
}

// again is a copy without what was seen in some acts, for these to be played again.
func (e *evidence) again(acts []string) *evidence {
	next := &evidence{exchanges: maps.Clone(e.exchanges), gaps: maps.Clone(e.gaps), skips: maps.Clone(e.skips), facts: e.facts}
	next.facts.jobs, next.facts.endless, next.facts.taken = maps.Clone(e.facts.jobs), maps.Clone(e.facts.endless), maps.Clone(e.facts.taken)
	for key := range e.exchanges {
		if slices.Contains(acts, actOf(key)) {
			delete(next.exchanges, key)
		}
	}
	maps.DeleteFunc(next.skips, func(key, _ string) bool { return slices.Contains(acts, actOf(key)) })
	for _, name := range acts {
		delete(next.gaps, name)
		delete(next.facts.jobs, name)
		delete(next.facts.taken, name)
		delete(next.facts.endless, name)
	}
	return next
}
