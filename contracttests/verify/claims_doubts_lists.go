package verify

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	dataExport5 = "mod-data-export 5.3.0, "
	springCQL   = "folio-spring-cql 9"
	rmbCQL      = "raml-module-builder 30, CQL2PgJSON"
)

// listDoubts are about pages, and about how answers are written.
func listDoubts() []Claim {
	return []Claim{
		doubt("negative-limits-fail", "A02", ReadOnly, since5, "A negative limit is 500.",
			dataExport5+"DataExportExceptionHandler, which maps no ConstraintViolationException", each("doubts.limit-negative", func(c *check, o *observed) {
				c.answered(o, http.StatusInternalServerError, asJSON)
			})),
		doubt("no-rows-are-counted", "A14", ReadOnly, guideOnly, "A limit of 0 gives an empty page that counts all.",
			"raml-module-builder 30, which allows 0", func(c *check) {
				none, all, ok := c.pair("doubts.limit-zero", "profiles.all")
				if !ok {
					return
				}
				c.answered(none, http.StatusOK, asJSON)
				total := gjson.GetBytes(none.body, "totalRecords")
				if n := gjson.GetBytes(none.body, "jobProfiles.#").Int(); n > 0 || total.Int() != gjson.GetBytes(all.body, "totalRecords").Int() {
					c.drift(none, "/totalRecords", "%d are listed of %s", n, brief(total.Raw))
				}
			}),
		doubt("blanks-have-two-escapes", "A18", ReadOnly, nil, "A blank in a query may be sent as %20 or as +.",
			"the frameworks of the modules, which decode queries as forms", func(c *check) {
				hex, plus, ok := c.pair("doubts.blanks", "profiles.sorted")
				if !ok {
					return
				}
				for _, o := range []*observed{hex, plus} {
					if o.Status >= 400 {
						c.broken(o, "status", "the status is %d and was to be 200", o.Status)
						return
					}
				}
				const first = "jobProfiles.0.id"
				if gjson.GetBytes(hex.body, first).String() != gjson.GetBytes(plus.body, first).String() {
					c.drift(hex, "/jobProfiles/0/id", "it is another than where the blanks are +")
				}
			}),
		doubt("members-are-sorted", "A09", ReadOnly, kongOnly, "JSON has its members in alphabetical order, and dates end in Z.",
			"mod-data-export 5.4.0, application.yml: the defaults of Jackson 3 are not changed", func(c *check) {
				for o := range c.answers("profiles.all", "jobs.recent") {
					c.sorted(o, "", gjson.ParseBytes(o.body))
				}
			}),
		doubt("names-are-collated", "A41", ReadOnly, since5, "Names are sorted as in en_US: by their letters, and only then by case.",
			"the usual collation of FOLIO's databases", each("profiles.sorted", (*check).collated)),
		doubt("statuses-are-texts", "A36", Workflow, since5, "A status is sorted as a text.",
			dataExport5+"JobExecutionEntity: the column holds text", each(actWorkDoubts+".by-status", func(c *check, o *observed) {
				c.answered(o, http.StatusOK, asJSON)
				last := ""
				for _, status := range gjson.GetBytes(o.body, jobsList+".#.status").Array() {
					if status.String() < last {
						c.drift(o, "/"+jobsList, "%s comes after %s", brief(status.String()), brief(last))
					}
					last = status.String()
				}
			})),
	}
}

// sorted tells of the first member of a value that is not in its place, and of a date that does not end in Z.
func (c *check) sorted(o *observed, at string, value gjson.Result) {
	last := ""
	value.ForEach(func(name, inner gjson.Result) bool {
		where := at + "/" + cmp.Or(name.String(), "*")
		if value.IsObject() && name.String() < last {
			c.drift(o, where, "it comes after %s", last)
			return false
		}
		last = name.String()
		if strings.HasSuffix(name.String(), "Date") && !strings.HasSuffix(inner.String(), "Z") {
			c.drift(o, where, "it is %s, which does not end in Z", brief(inner.String()))
			return false
		}
		if inner.IsObject() || inner.IsArray() {
			c.sorted(o, where, inner)
		}
		return true
	})
}

// collated looks at neighbours whose first words differ in their letters alone, where every collation but that of bytes
// agrees. Where the order of bytes is the same, nothing can be told from it.
func (c *check) collated(o *observed) {
	last, telling := "", false
	for i, row := range gjson.GetBytes(o.body, "jobProfiles").Array() {
		word, _, _ := strings.Cut(row.Get("name").String(), " ")
		a, b := strings.ToLower(last), strings.ToLower(word)
		if i > 0 && plainWord(a) && plainWord(b) && !strings.HasPrefix(a, b) && !strings.HasPrefix(b, a) {
			telling = telling || (a < b) != (last < word)
			if a < b {
				c.drift(o, "/jobProfiles", "%s comes before %s, and the names are sorted downwards", brief(last), brief(word))
			}
		}
		last = word
	}
	c.idle = c.idle || !telling
}

func plainWord(word string) bool {
	return word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""
}

// queryDoubts are about the query language.
func queryDoubts() []Claim {
	return []Claim{
		doubt("unknown-names-are-named", "A11", ReadOnly, since5, "A name that queries do not have is refused in Hibernate's words.",
			"Hibernate 6.6 and 7.2", each("doubts.unknown-name", func(c *check, o *observed) {
				c.answered(o, http.StatusBadRequest, asText, "Could not resolve attribute 'hrId' of 'org.folio.dataexp.domain.entity.JobExecutionEntity'")
			})),
		doubt("numbers-are-compared", "A34", ReadOnly, since5, "A number may be compared with in a query.",
			springCQL+"; FOLIO's screens filter by hrid", each("doubts.number-and-days", func(c *check, o *observed) {
				c.answered(o, http.StatusOK, asJSON)
			})),
		doubt("days-are-equal-only", "A35", ReadOnly, since5, "A range of days goes with =, and not with >.",
			springCQL, func(c *check) {
				for o := range c.answers("doubts.number-and-days") {
					c.answered(o, http.StatusOK, asJSON)
				}
				for o := range c.answers("doubts.after-days") {
					c.not(o, "a later date than a range of days")
				}
			}),
		doubt("ids-are-whole", "A38", ReadOnly, guideOnly, "Only a whole UUID can be greater or less.",
			rmbCQL, each("doubts.part-of-an-id", func(c *check, o *observed) {
				c.not(o, "a part of an id")
			})),
		doubt("words-end-in-masks", "A39", ReadOnly, nil, "A search for words refuses a * before the end of a word.",
			"raml-module-builder, README, on full text search", each(actGateDoubts+".masked-word", func(c *check, o *observed) {
				c.not(o, "a * within a word")
			})),
		doubt("numbers-are-texts", "A37", Workflow, guideOnly, "Numbers are compared as texts: a few exported records are more than 10.",
			rmbCQL, func(c *check) {
				m := c.facts().begun("whole")
				if m == nil || len(m.good) < 2 {
					c.idle = true
					return
				}
				for o := range c.answers(actWorkDoubts + ".by-number") {
					c.answered(o, http.StatusOK, asJSON)
					if gjson.GetBytes(o.body, jobsList+".#").Int() == 0 {
						c.drift(o, "/"+jobsList, "%d are not more than 10", len(m.good))
					}
				}
			}),
		doubt("any-value-is-dropped", "A40", Workflow, guideOnly, "Of an alternative whose second part is any value only the first counts.",
			springCQL+", which took the rule from raml-module-builder", each(actWorkDoubts+".or-any", func(c *check, o *observed) {
				c.answered(o, http.StatusOK, asJSON)
				for _, status := range gjson.GetBytes(o.body, jobsList+".#.status").Array() {
					if status.String() != string(api.JobExecutionStatusFail) {
						c.drift(o, "/"+jobsList, "a job that is %s is found, and FAIL was asked for", brief(status.String()))
					}
				}
			})),
	}
}
