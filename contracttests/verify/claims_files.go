package verify

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// fileClaims are about step 6.
func fileClaims() []Claim {
	claim := func(id, sentence, usually string, judge func(*check)) Claim {
		return Claim{
			ID: id, Level: Workflow, Sentence: sentence, Usually: usually, judge: judge,
			Source: "the guide, step 6; mod-data-export 5.4.0, GET …/download/…; folio-s3-client; 2.1.2 (docs/releases.md)",
		}
	}
	const store = "an object store that is full, or that is not the one which the link names"
	return []Claim{
		claim("link.is-given", "The link of an exported file is an address, and comes with the file's id.", store, func(c *check) {
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act + ".link") {
					if !c.object(o, http.StatusOK) {
						continue
					}
					c.same(o, "/fileId", o.request.path[strings.LastIndex(o.request.path, "/")+1:], "the id that was asked for")
					link, ok := c.text(o, "/link")
					if u, err := url.Parse(link); ok && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
						c.broken(o, "/link", "it is no address")
					}
				}
			})
		}),
		claim("link.needs-its-file", "The link of a file that the job does not have is refused or given, as the release does.", "a module of another release than it was held to", func(c *check) {
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act + ".other-file") {
					c.status(o, c.traits().unknownFile)
				}
			})
		}),
		claim("link.needs-a-file", "A job that has no file yet has no link.", "a module of another release than it was held to", func(c *check) {
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act + ".too-early") {
					c.refused(o, c.traits().noFile)
				}
			})
		}),
		claim("link.names-the-file", "The link leads to the file that the job names.", store, func(c *check) {
			c.eachJob(func(act string, m *made) {
				ended, link, ok := c.pair(act+".ended", act+".link")
				if !ok {
					return
				}
				name := gjson.GetBytes(ended.body, jobsList+".0.exportedFiles|@reverse|0.fileName").String()
				u, err := url.Parse(gjson.GetBytes(link.body, "link").String())
				if err == nil && !strings.HasSuffix(u.Path, m.job+"/"+name) {
					c.broken(link, "/link", "its path does not end in the job's id and %s", brief(name))
				}
			})
		}),
		claim("link.is-signed", "The link is signed: without its signature the file is refused.", "an object store that is open to the world", func(c *check) {
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act + ".unsigned") {
					if o.Status < 400 {
						c.broken(o, "status", "the file is given to everybody who knows its name")
					}
				}
			})
		}),
		claim("file.is-fetched", "The file is fetched through the link, without any credential.", store, func(c *check) {
			c.eachJob(func(act string, _ *made) {
				for o := range c.answers(act + ".file") {
					c.status(o, http.StatusOK)
				}
			})
		}),
		claim("file.is-marc", "The file is MARC 21, from its first byte to its last.", "a file that was cut short, or a page of the object store in its place", func(c *check) {
			c.files(func(o *observed, _ []marc.Record, err error, _ string, _ *made) {
				if err != nil {
					c.broken(o, "body", "%s", err)
				}
			})
		}),
		claim("file.has-every-record", "The file has as many records as the job counts as exported.", store, func(c *check) {
			c.files(func(o *observed, records []marc.Record, err error, act string, _ *made) {
				ended := c.ev.exchanges[act+".ended"]
				exported := gjson.GetBytes(ended[len(ended)-1].body, jobsList+".0.progress.exported").Int()
				if err == nil && int64(len(records)) != exported {
					c.broken(o, "body", "it has %d records and the job counts %d", len(records), exported)
				}
			})
		}),
		claim("file.has-what-was-asked-for", "The records are those of the list: 999 $i has its ids, and no others.", "a job profile whose mapping leaves 999 out", func(c *check) {
			c.files(func(o *observed, records []marc.Record, err error, _ string, m *made) {
				if err != nil {
					return
				}
				var ids []string
				for _, record := range records {
					if id := strings.ToLower(record.Subfield("999", 'i')); id != "" && !slices.Contains(ids, id) {
						ids = append(ids, id)
					}
				}
				slices.Sort(ids)
				want := slices.Sorted(slices.Values(m.good))
				switch {
				case len(ids) == 0 && len(records) > 0 && c.facts().profile != defaultProfile:
					c.unchecked(o, "the job profile leaves 999 out of the records")
				case !slices.Equal(ids, want):
					c.broken(o, "999 $i", "it has %d ids, which are not the %d of the list", len(ids), len(want))
				}
			})
		}),
		claim("file.numbers-its-records", "Each record has a control number, and no two have the same.", "instances without an hrid", func(c *check) {
			c.files(func(o *observed, records []marc.Record, _ error, _ string, _ *made) {
				seen := map[string]bool{}
				for i, record := range records {
					switch text := strings.TrimSpace(record.Control("001")); {
					case text == "":
						c.broken(o, "001", "record %d has none", i+1)
					case seen[text]:
						c.broken(o, "001", "record %d has that of another", i+1)
					default:
						seen[text] = true
					}
				}
			})
		}),
		claim("file.has-each-under-its-title", "Each record has the title that the inventory has of the instance in its 999 $i.", "source records that differ from their instances", func(c *check) {
			titles := c.titles()
			c.files(func(o *observed, records []marc.Record, _ error, _ string, _ *made) {
				for i, record := range records {
					wanted, known := titles[strings.ToLower(record.Subfield("999", 'i'))]
					got := letters(record.Subfield("245", 'a'))
					if known && got != "" && !strings.HasPrefix(letters(wanted), got) && !strings.HasPrefix(got, letters(wanted)) {
						c.broken(o, "245 $a", "record %d has another title than its instance", i+1)
					}
				}
			})
		}),
		claim("file.has-titles", "Each record has a title.", "instances without a title, or a mapping that leaves it out", func(c *check) {
			c.files(func(o *observed, records []marc.Record, err error, _ string, _ *made) {
				for i, record := range records {
					if strings.TrimSpace(record.Subfield("245", 'a')) == "" {
						c.broken(o, "245 $a", "record %d has none", i+1)
					}
				}
			})
		}),
	}
}

// titles are those of the instances that the inventory has shown, by id.
func (c *check) titles() map[string]string {
	titles := map[string]string{}
	for _, key := range []string{"instances.some", "instances.given"} {
		for _, o := range c.optional(key) {
			for _, instance := range gjson.GetBytes(o.body, "instances").Array() {
				titles[strings.ToLower(instance.Get("id").String())] = instance.Get("title").String()
			}
		}
	}
	return titles
}

// letters are those of a text alone, and its digits.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// files are the files that were fetched, read as far as they are MARC.
func (c *check) files(judge func(o *observed, records []marc.Record, err error, act string, m *made)) {
	c.eachJob(func(act string, m *made) {
		for o := range c.answers(act + ".file") {
			if o.Status != http.StatusOK {
				c.unchecked(o, "there is no file to look into")
				continue
			}
			records, err := recordsOf(o.body)
			judge(o, records, err, act, m)
		}
	})
}

func recordsOf(body []byte) (records []marc.Record, err error) {
	for record, err := range marc.Records(bytes.NewReader(body)) {
		if err != nil {
			return records, err
		}
		records = append(records, record)
	}
	return records, nil
}
