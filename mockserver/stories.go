package mockserver

import (
	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// telling is what a tenant remembers of the stories that its jobs are told. The
// world does not know them; it lives what was planned.
type telling struct {
	story   *scenarios.Scenario               // of a job that no case fits
	other   map[uuid.UUID]*scenarios.Scenario // of the jobs that a case fits
	exports int                               // accepted so far
	answers map[answerOfJob]int               // answers that fit so far
	links   map[uuid.UUID]int                 // links given out so far
}

type answerOfJob struct {
	answer *scenarios.Answer
	job    uuid.UUID
}

func newTelling(story *scenarios.Scenario) telling {
	return telling{
		story:   story,
		other:   map[uuid.UUID]*scenarios.Scenario{},
		answers: map[answerOfJob]int{},
		links:   map[uuid.UUID]int{},
	}
}

// storyOf returns what is told of a job.
func (t *tenant) storyOf(job uuid.UUID) *scenarios.Scenario {
	t.mu.Lock()
	defer t.mu.Unlock()
	if story, ok := t.telling.other[job]; ok {
		return story
	}
	return t.telling.story
}

// tell chooses the story of a job that is exported, and returns the number of
// the export in its tenant.
func (t *tenant) tell(list folio.List) (story *scenarios.Scenario, number int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.telling.exports++
	number = t.telling.exports
	story = t.telling.story.For(number, list.FileName, list.Profile.ID.String(), list.Profile.Name)
	delete(t.telling.other, list.Job)
	if story != t.telling.story {
		t.telling.other[list.Job] = story
	}
	return story, number
}

// due counts an answer that fits and tells whether it is to be edited.
func (t *tenant) due(answer *scenarios.Answer, job uuid.UUID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := answerOfJob{answer, job}
	n := t.telling.answers[key]
	if answer.Skip == 0 && answer.Times == 0 {
		return true
	}
	t.telling.answers[key] = n + 1
	return n >= answer.Skip && (answer.Times == 0 || n < answer.Skip+answer.Times)
}

// linkNumber counts the links that were given out for a job, from 1.
func (t *tenant) linkNumber(job uuid.UUID) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.telling.links[job]++
	return t.telling.links[job]
}
