package verify

import (
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// workJobs are the acts that go all six steps.
var workJobs = [...]string{"whole", "mixed"}

// eachJob lets a claim look at each job that the run exported.
func (c *check) eachJob(judge func(act string, m *made)) {
	for _, act := range workJobs {
		c.touch(act)
		if m := c.facts().jobs[act]; m != nil {
			judge(act, m)
		} else {
			c.missing(act + ".job")
		}
	}
}

// newJobs breaks the claim if a server named a job as the run's that was there before.
func (c *check) newJobs() {
	for _, act := range workJobs {
		taken := c.facts().taken[act]
		for _, o := range append(c.optional(act+".define"), c.optional(act+".upload")...) {
			if job := gjson.GetBytes(o.body, "jobExecutionId").String(); taken != "" && job == taken {
				c.broken(o, "/jobExecutionId", "the job was there before the run")
			}
		}
	}
}

// definitionClaims are about steps 2 and 3.
func definitionClaims() []Claim {
	claim := func(id, sentence, usually string, judge func(*check)) Claim {
		return Claim{
			ID: "definition." + id, Level: Workflow, Sentence: sentence, Usually: usually, judge: judge,
			Source: "the guide, steps 2 and 3; mod-data-export 5.4.0, FileDefinitionsService; 2.1.2 (docs/releases.md)",
		}
	}
	return []Claim{
		claim("is-created", "A file definition is created with the name that was sent, an id of its own, and NEW.", "a mandatory member that is new", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".define") {
					if c.object(o, http.StatusCreated) {
						c.id(o, "/id")
						c.same(o, "/fileName", m.fileName, "the name that was sent")
						c.same(o, "/status", "NEW", "for nothing was uploaded yet")
					}
				}
			})
		}),
		claim("has-its-job", "The definition names its job from the start, or from the upload on, as the release does.", "a module of another release than it was held to", func(c *check) {
			c.newJobs()
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act + ".define") {
					job := gjson.GetBytes(o.body, "jobExecutionId")
					switch {
					case c.traits().jobAtCreation:
						c.id(o, "/jobExecutionId")
					case job.Type == gjson.String:
						c.broken(o, "/jobExecutionId", "it is there before the upload")
					}
				}
				for o := range c.answers(act + ".upload") {
					c.id(o, "/jobExecutionId")
				}
			})
		}),
		claim("is-found", "The definition is found by its id, as it was created.", "a replica of the database that lags behind", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".defined") {
					if c.object(o, http.StatusOK) {
						c.same(o, "/id", m.definition, "the id that was asked for")
						c.same(o, "/fileName", m.fileName, "the name that was sent")
						c.same(o, "/status", "NEW", "for nothing was uploaded yet")
					}
				}
			})
		}),
		claim("is-uploaded", "An upload is answered with the definition, COMPLETED.", "an object store that is full or cannot be reached", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".upload") {
					if c.object(o, http.StatusOK) {
						c.same(o, "/id", m.definition, "the definition's")
						c.same(o, "/fileName", m.fileName, "the name that was sent")
						c.same(o, "/status", "COMPLETED", "for the list was uploaded")
					}
				}
			})
		}),
		claim("stays-uploaded", "The definition is found COMPLETED after the upload, with the same job.", "a replica of the database that lags behind", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".uploaded") {
					if c.object(o, http.StatusOK) {
						c.same(o, "/id", m.definition, "the id that was asked for")
						c.same(o, "/status", "COMPLETED", "for the list was uploaded")
						c.same(o, "/jobExecutionId", m.job, "the job that the upload named")
					}
				}
			})
		}),
		claim("keeps-its-job", "The job that a definition names is the same before and after the upload.", "two servers that do not share a database", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".define") {
					if job := gjson.GetBytes(o.body, "jobExecutionId"); job.Type == gjson.String && job.String() != m.job {
						c.broken(o, "/jobExecutionId", "it is another than after the upload")
					}
				}
			})
		}),
		claim("tells-where-it-lies", "The definition's sourcePath ends in its id and its name.", "another object store, or a path below which it is kept", func(c *check) {
			c.eachJob(func(act string, m *made) {
				for o := range c.answers(act + ".upload") {
					if path, ok := c.text(o, "/sourcePath"); ok && !strings.HasSuffix(path, m.definition+"/"+m.fileName) {
						c.broken(o, "/sourcePath", "it does not end in %s/%s", m.definition, m.fileName)
					}
				}
			})
		}),
		claim("is-dated", "The definition says when it was created, just now by the server's own clock, and not changed before that.", "a module whose clock differs from the gateway's", func(c *check) {
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act+".define", act+".defined", act+".upload") {
					created, okC := c.instant(o, "/metadata/createdDate")
					updated, okU := c.instant(o, "/metadata/updatedDate")
					if okC && okU && updated.Before(created) {
						c.broken(o, "/metadata/updatedDate", "it is %s before createdDate", created.Sub(updated))
					}
					if date, err := http.ParseTime(o.header.Get("Date")); err == nil && okC && date.Sub(created).Abs() > 15*time.Minute {
						c.broken(o, "/metadata/createdDate", "it is %s from the Date of the answer", date.Sub(created).Round(time.Second))
					}
				}
			})
		}),
		documentClaim("definition", "createFileDefinition", "A file definition is created, or refused, as the release's document says.", Workflow),
		documentClaim("upload", "uploadFile", "An upload is answered as the release's document says.", Workflow),
		mistake("a-name-is-needed", "mistakes.name-missing", "A definition without a name is refused.", func(t traits) []int { return []int{t.noName} }),
		mistake("a-text-file-is-refused", "mistakes.text-file", "A definition of a .txt file is refused.", func(traits) []int { return []int{http.StatusUnprocessableEntity} }),
		mistake("a-large-file-is-refused", "mistakes.too-large", "A definition of a file of more than 500,000 KB is refused.", func(traits) []int { return []int{http.StatusRequestEntityTooLarge} }).in(since5...),
		mistake("json-is-needed", "mistakes.no-json", "A body that is no JSON is refused.", func(traits) []int { return []int{http.StatusBadRequest} }),
		mistake("an-upload-needs-its-media-type", "mistakes.upload-as-text", "An upload that is not application/octet-stream is refused.", func(t traits) []int { return []int{t.wrongType} }),
		mistake("an-upload-needs-a-definition", "mistakes.upload-nowhere", "An upload for a definition that nobody made is refused.", func(traits) []int { return []int{http.StatusNotFound} }),
		mistake("an-export-needs-a-definition", "mistakes.export-nowhere", "An export of a definition that nobody made is refused.", func(t traits) []int { return []int{t.unknownToExport} }),
		mistake("an-export-needs-a-profile", "mistakes.unknown-profile", "An export by a job profile that nobody made is refused.", func(t traits) []int { return []int{t.unknownToExport} }),
		mistake("an-upload-is-made-once", "whole.upload-again", "A second upload for a definition is refused.", func(t traits) []int { return []int{t.secondUpload} }),
	}
}

// mistake is a claim about how a common mistake is answered. Success is broken, and so is a status of another meaning;
// another status of the same class is a note.
func mistake(id, key, sentence string, wanted func(traits) []int) Claim {
	return Claim{
		ID: "mistakes." + id, Level: Workflow, Sentence: sentence,
		Source:  "mod-data-export 5.4.0, DataExportExceptionHandler; 2.1.2 with raml-module-builder 30",
		Usually: "an error handler that changed with an upgrade, or a proxy that words errors itself",
		judge: func(c *check) {
			for o := range c.answers(key) {
				c.refused(o, wanted(c.traits())...)
			}
		},
	}
}

// refused breaks the claim unless a request was refused; another status than the wanted ones is a note.
func (c *check) refused(o *observed, wanted ...int) {
	for _, status := range wanted {
		if o.Status == status {
			return
		}
	}
	if o.Status < 400 {
		c.broken(o, "status", "the status is %d and was to be %s", o.Status, oneOf(wanted))
		return
	}
	c.drift(o, "status", "the status is %d and was to be %s", o.Status, oneOf(wanted))
}
