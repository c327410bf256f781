package verify

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/internal/lifecycle"
	"github.com/fauxkapi/fauxkapi/internal/marc"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// knownBy is how long after its export a job may take to show that it was started.
const knownBy = 30 * time.Second

// jobDoubts are about what becomes of jobs.
func jobDoubts() []Claim {
	const dataExport2, dataExport54 = "mod-data-export 2.1.2, ", "mod-data-export 5.4.0, "
	return []Claim{
		doubt("starts-are-shown", "A60", Workflow, nil, "Half a minute after its export was asked for, a job shows that it was started.",
			dataExport54+"DataExportService, which saves status, start and profile before it answers", startsAreShown),
		doubt("no-records-are-no-member", "A49", Workflow, since5, "A record in the log without records of its own has no list of them.",
			dataExport54+"application.yml: nulls are left out", func(c *check) {
				c.idle = true // unless there is such a record
				for _, act := range workJobs {
					for _, o := range c.optional(act + ".logs") {
						for _, record := range gjson.GetBytes(o.body, logRows+".#.affectedRecord").Array() {
							c.idle = false
							if list := record.Get("affectedRecords"); list.Exists() && len(list.Array()) == 0 {
								c.drift(o, "/"+logRows+"/*/affectedRecord/affectedRecords", "it is %s", brief(list.Raw))
							}
						}
					}
				}
			}),
		doubt("no-upload-is-no-query", "A04", OwnServer, guideOnly, "An export before the upload is refused in PostgreSQL's words.",
			dataExport2+"whose look-up of a job without an id ends after = (raml-module-builder 30, Criteria)", each("unlisted.export", func(c *check, o *observed) {
				c.answered(o, http.StatusBadRequest, asText, "syntax error at end of input")
			})),
		doubt("blank-lines-spoil", "A05", OwnServer, guideOnly, "A blank line spoils its group of 20: none of their records is generated.",
			dataExport2+"RecordLoaderServiceImpl: the query for the inventory is put together as text", func(c *check) {
				stored := 0
				for _, id := range c.facts().ids {
					if c.facts().isStored(id) {
						stored++
					}
				}
				if stored == len(c.facts().ids) {
					c.idle = true
					return
				}
				for o := range c.answers("blank-line.ended") {
					if n := gjson.GetBytes(o.body, jobsList+".0.progress.exported"); n.Int() != int64(stored) {
						c.drift(o, atJob+"/progress/exported", "it is %s and was to be %d, of the records that are stored", brief(n.Raw), stored)
					}
				}
			}),
		doubt("capitals-come-twice", "A06", OwnServer, guideOnly, "An id in capital letters is exported twice if its record is stored.",
			dataExport2+"RecordLoaderServiceImpl, which compares the storage's answer by letter", each("capitals.ended", func(c *check, o *observed) {
				if n := gjson.GetBytes(o.body, jobsList+".0.progress.exported"); n.Int() != 2 {
					c.drift(o, atJob+"/progress/exported", "it is %s and was to be 2", brief(n.Raw))
				}
			})),
		doubt("bad-bytes-are-not-told", "A07", OwnServer, guideOnly, "A list that is no UTF-8 stops the reader, and its job does not end.",
			dataExport2+"LocalStorageCsvSourceReader, whose exception is caught nowhere", each("bad-bytes.later", unended)),
		doubt("second-exports-hang", "A08", OwnServer, since5, "A second export of a definition with an id does not end.",
			dataExport5+"LocalStorageWriter, which cannot create the file of a slice again", each("second-export.later", unended)),
		doubt("broken-uploads-are-errors", "A28", OwnServer, since5, "An upload that breaks off turns its definition to ERROR.",
			dataExport5+"FilesUploadServiceImpl, what it does when the storage fails", func(c *check) {
				last := (*observed)(nil)
				for o := range c.answers("broken-upload.look") {
					last = o
				}
				if last == nil {
					return
				}
				switch status := gjson.GetBytes(last.body, "status").String(); api.FileDefinitionStatus(status) {
				case api.FileDefinitionStatusError:
				case api.FileDefinitionStatusInProgress:
					c.idle = true // the break may still be on its way through the gateway
				default:
					c.drift(last, "/status", "it is %s and was to be ERROR", brief(status))
				}
			}),
		doubt("running-jobs-come-back", "A46", OwnServer, since5, "A job that is deleted while it runs comes back.",
			dataExport5+"JobExecutionService, which saves what it holds", comesBack),
	}
}

// startsAreShown looks at the last look at each job within the time that the client gives a start.
func startsAreShown(c *check) {
	c.eachJob(func(act string, _ *made) {
		for export := range c.answers(act + ".export") {
			last := (*observed)(nil)
			for o := range c.answers(act + ".poll") {
				if o.At.Sub(export.At) <= knownBy {
					last = o
				}
			}
			if last == nil {
				c.idle = true
				continue
			}
			job := gjson.GetBytes(last.body, jobsList+".0")
			if state(last) == api.JobExecutionStatusNew && !job.Get("startedDate").Exists() && !job.Get("jobProfileId").Exists() {
				c.drift(last, atJob+"/status", "it is NEW, without start and profile, %s after the export", last.At.Sub(export.At).Round(time.Second))
			}
		}
	})
}

// comesBack looks for a job that was deleted. One that has not come back may have ended before: its log tells.
func comesBack(c *check) {
	removed := (*observed)(nil)
	for o := range c.answers("deleted-job.remove") {
		if removed == nil {
			removed = o
		}
	}
	for o := range c.answers("deleted-job.back") {
		if state(o) != "" {
			return
		}
	}
	c.idle = true
	for _, o := range c.optional("deleted-job.logs") {
		date, err := http.ParseTime(removed.header.Get("Date"))
		for _, row := range gjson.GetBytes(o.body, logRows+".#.createdDate").Array() {
			if written, ok := parseDate(row.String()); err == nil && ok && written.Sub(date) >= time.Second { // how exact a Date is
				c.idle = false
				c.drift(o, "/"+logRows+"/*/createdDate", "the job went on after it was deleted, and has not come back")
				return
			}
		}
	}
}

// unended tells of a job that has ended.
func unended(c *check, o *observed) {
	if status := state(o); lifecycle.Final(status) {
		c.drift(o, atJob+"/status", "it is %s, and the job was not to end", status)
	}
}

// fileDoubts are about the object store and what comes from it.
func fileDoubts() []Claim {
	return []Claim{
		doubt("stored-records-are-copied", "A17", Workflow, guideOnly, "A line that is no id does not keep source record storage from answering for the others.",
			"mod-data-export 2.1.2, RecordLoaderServiceImpl; the storage may as well refuse the group", func(c *check) {
				m := c.facts().begun("mixed")
				if m == nil || !c.facts().isStored(m.good[0]) {
					c.idle = true
					return
				}
				c.records("mixed", func(o *observed, record marc.Record) {
					if record.Subfield("999", 's') == "" {
						c.drift(o, "999 $s", "it is missing: the record was generated, and it is stored")
					}
				})
			}),
		doubt("files-have-no-type", "A19", Workflow, nil, "The file is application/octet-stream, and has no Content-Disposition.",
			"folio-s3-client, whose upload names no type", func(c *check) {
				for _, act := range workJobs {
					for o := range c.answers(act + ".file") {
						c.answered(o, http.StatusOK, "application/octet-stream")
						if value := o.header.Get("Content-Disposition"); value != "" {
							c.drift(o, "header Content-Disposition", "it is %s", brief(value))
						}
					}
				}
			}),
		doubt("the-store-speaks-s3", "A30", Workflow, nil, "The store's errors are the XML of S3, and a credential that is sent along does no harm.",
			"the public documentation of AWS S3 and MinIO", func(c *check) {
				for o := range c.answers("whole.unsigned") {
					var said struct {
						XMLName xml.Name `xml:"Error"`
						Code    string
					}
					if err := xml.Unmarshal(o.body, &said); err != nil || said.Code == "" {
						c.drift(o, "body", "it is no <Error> with a <Code>")
					}
				}
				for o := range c.answers(actWorkDoubts + ".with-token") {
					c.answered(o, http.StatusOK, "")
				}
			}),
		doubt("links-name-a-bucket", "A31", Workflow, since5, "The path of a link begins with the bucket.",
			"folio-s3-client, its way with MinIO; with AWS the bucket is in the host", func(c *check) {
				for _, act := range workJobs {
					for o := range c.answers(act + ".link") {
						link, err := url.Parse(gjson.GetBytes(o.body, "link").String())
						if err == nil && !bucketFirst.MatchString(link.Path) {
							c.drift(o, "/link", "nothing stands before mod-data-export/ in its path")
						}
					}
				}
			}),
		doubt("files-come-soon", "A61", Workflow, nil, "A store that does not have a file at the end of its job has it a quarter of a minute later, or never.",
			"S3 and MinIO show a new object at once", func(c *check) {
				c.idle = len(c.optional("whole.file-late")) == 0
				for _, o := range c.optional("whole.file-last") {
					if o.Status == http.StatusOK {
						c.drift(o, "status", "the file came within a minute, and after a quarter of it had not")
					}
				}
			}),
		doubt("times-have-a-tenth", "A42", Workflow, nil, "Field 005 of a generated record has a tenth of a second, or none.",
			"Java's documentation of appendFraction, which the mapping's rules call with (MILLI_OF_SECOND, 0, 1, true)", func(c *check) {
				c.generated(func(o *observed, record marc.Record) {
					if value := record.Control("005"); !transactionTime.MatchString(value) {
						c.drift(o, "005", "it is %s", brief(value))
					}
				})
			}),
		doubt("blanks-come-last", "A43", Workflow, nil, "In field 008 of a generated record the blanks among positions 15 to 34 come last.",
			"the rules of the default mapping, whose parts were read and whose places were counted", func(c *check) {
				c.generated(func(o *observed, record marc.Record) {
					value := record.Control("008")
					if len(value) < 35 {
						c.drift(o, "008", "it has %d characters", len(value))
					} else if places := value[15:35]; strings.Contains(strings.TrimRight(places, " "), " ") {
						c.drift(o, "008", "positions 15 to 34 are %s", brief(places))
					}
				})
			}),
	}
}

var (
	bucketFirst     = regexp.MustCompile(`^/[^/]+/(.+/)?mod-data-export/`)
	transactionTime = regexp.MustCompile(`^\d{14}(\.\d)?$`)
)

// records are those of the file of a job, as far as it is MARC.
func (c *check) records(act string, judge func(o *observed, record marc.Record)) {
	for o := range c.answers(act + ".file") {
		records, _ := recordsOf(o.body) // another claim says where it is no MARC
		for _, record := range records {
			judge(o, record)
		}
	}
}

// generated are the records of the run's files that were made from the inventory.
func (c *check) generated(judge func(o *observed, record marc.Record)) {
	seen := false
	for _, act := range workJobs {
		c.records(act, func(o *observed, record marc.Record) {
			id := strings.ToLower(record.Subfield("999", 'i'))
			if source := c.facts().sources[id]; source != "" && !c.facts().isStored(id) {
				seen = true
				judge(o, record)
			}
		})
	}
	c.idle = c.idle || !seen
}
