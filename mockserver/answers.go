package mockserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/fauxkapi/fauxkapi/scenarios"
)

// told makes of an honest answer what the stories of its jobs say that a real
// server answered. The world knows nothing of it, and the answer is judged no
// more.
func (s *Server) told(c *call, honest reply) (reply, error) {
	if c.op == nil || honest.handler != nil {
		return honest, nil
	}
	for _, story := range s.stories {
		for i := range story.Answers {
			answer := &story.Answers[i]
			if answer.Operation != c.op.ID {
				continue
			}
			edited, changed, err := c.edit(story, answer, honest)
			if err != nil {
				return reply{}, fmt.Errorf("answer %d of scenario %s: %w", i+1, story.Name, err)
			}
			if changed {
				honest = edited
				c.rule = fmt.Sprintf("answer %d of scenario %s", i+1, story.Name)
			}
		}
	}
	return honest, nil
}

// edit applies one answer of a story to the values of a reply that it fits.
func (c *call) edit(story *scenarios.Scenario, answer *scenarios.Answer, r reply) (edited reply, changed bool, err error) {
	var compact bytes.Buffer
	if len(r.body) > 0 && json.Compact(&compact, r.body) != nil {
		return r, false, nil // an answer before this one made a text of it
	}
	body := compact.Bytes()
	due := map[uuid.UUID]bool{} // by job: a reply counts once for each
	for _, path := range paths(body, answer.Each) {
		value := at(body, path)
		job := c.jobOf(value)
		if c.tenant.storyOf(job) != story || !has(value, answer.Where) {
			continue
		}
		if _, counted := due[job]; !counted {
			due[job] = c.tenant.due(answer, job)
		}
		if !due[job] {
			continue
		}
		changed = true
		for _, e := range answer.Edits {
			if body, err = change(body, join(path, pathOf(e.At)), e); err != nil {
				return r, false, err
			}
		}
	}
	if !changed {
		return r, false, nil
	}
	if len(answer.Edits) > 0 {
		r.body = laidOut(body, c.op.module.Framework.Layout())
	}
	if answer.Status != 0 {
		r.status = answer.Status
	}
	if answer.Text != nil {
		r.contentType, r.body = "text/plain", []byte(*answer.Text)
	}
	return r, true, nil
}

// jobOf returns the job that a value of an answer is about, or that the call is;
// uuid.Nil is a job that is told the story of the server.
func (c *call) jobOf(value gjson.Result) uuid.UUID {
	member := "jobExecutionId"
	if c.op.ID == "getJobExecutions" {
		member = "id"
	}
	if id, err := uuid.Parse(value.Get(member).String()); err == nil {
		return id
	}
	if c.job != nil {
		return c.job.ID
	}
	return uuid.Nil
}

func has(value gjson.Result, members map[string]string) bool {
	for pointer, want := range members {
		if found := value.Get(pathOf(pointer)); !found.Exists() || found.String() != want {
			return false
		}
	}
	return true
}

// change carries out one edit at a path.
func change(body []byte, path string, e scenarios.Edit) ([]byte, error) {
	switch e.Verb {
	case scenarios.Remove:
		return sjson.DeleteBytes(body, path)
	case scenarios.Add:
		found := at(body, path)
		by, isNumber := e.Value.(int64)
		n, err := strconv.ParseInt(found.String(), 10, 64)
		if err != nil || !isNumber {
			return body, nil // what is not there, or no number, cannot grow
		}
		if found.Type == gjson.String {
			return sjson.SetBytes(body, path, strconv.FormatInt(n+by, 10))
		}
		return sjson.SetBytes(body, path, n+by)
	}
	value, err := marshal(e.Value)
	if err != nil {
		return nil, err
	}
	return sjson.SetRawBytes(body, path, value)
}

// paths returns where the values are that a JSON pointer with * leads to. The
// whole is there also when it is empty, as that of a 204.
func paths(body []byte, pointer string) []string {
	found := []string{""}
	for token := range pointerTokens(pointer) {
		var next []string
		for _, p := range found {
			if token != "*" {
				next = append(next, join(p, gjson.Escape(token)))
				continue
			}
			for i := range at(body, p).Array() {
				next = append(next, join(p, strconv.Itoa(i)))
			}
		}
		found = next
	}
	return slices.DeleteFunc(found, func(p string) bool { return p != "" && !at(body, p).Exists() })
}

// at returns the value at a path; the empty path is the whole.
func at(body []byte, path string) gjson.Result {
	if path == "" {
		return gjson.ParseBytes(body)
	}
	return gjson.GetBytes(body, path)
}

// pathOf writes a JSON pointer (RFC 6901) in the notation of gjson.
func pathOf(pointer string) string {
	path := ""
	for token := range pointerTokens(pointer) {
		path = join(path, gjson.Escape(token))
	}
	return path
}

func pointerTokens(pointer string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			if pointer == "" || !yield(unescapePointer.Replace(token)) {
				return
			}
		}
	}
}

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

func join(path, token string) string {
	if path == "" || token == "" {
		return path + token
	}
	return path + "." + token
}
