package verify

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"
)

// page is a list of a collection: its rows, and how many there are in all.
func (c *check) page(o *observed, list string) (rows []gjson.Result, total int, ok bool) {
	if !c.object(o, http.StatusOK) {
		return nil, 0, false
	}
	value, ok := c.at(o, "/"+list)
	if !ok {
		return nil, 0, false
	}
	if !value.IsArray() {
		c.broken(o, "/"+list, "it is no list")
		return nil, 0, false
	}
	total, ok = c.count(o, "/totalRecords")
	if ok && total < len(value.Array()) {
		c.broken(o, "/totalRecords", "it is %d, and %d are listed", total, len(value.Array()))
	}
	return value.Array(), total, ok
}

// none breaks the claim unless a list is empty.
func (c *check) none(o *observed, list string) {
	if rows, total, ok := c.page(o, list); ok && (len(rows) > 0 || total > 0) {
		c.broken(o, "/totalRecords", "%d are listed of %d, and nothing was to be found", len(rows), total)
	}
}

// one breaks the claim unless a list has exactly the object with an id.
func (c *check) one(o *observed, list, id string) (gjson.Result, bool) {
	rows, total, ok := c.page(o, list)
	switch {
	case !ok:
		return gjson.Result{}, false
	case len(rows) != 1 || total != 1:
		c.broken(o, "/"+list, "%d are listed of %d, and one was to be found", len(rows), total)
		return gjson.Result{}, false
	case !strings.EqualFold(rows[0].Get("id").String(), id):
		c.broken(o, "/"+list+"/0/id", "it is another than the one that was looked for")
		return gjson.Result{}, false
	}
	return rows[0], true
}

const profilesSource = "the guide, step 1; mod-data-export 2.1.4, 5.3.0 and 5.4.0, GET /data-export/job-profiles (docs/releases.md)"

// profileClaims are about step 1.
func profileClaims() []Claim {
	const list = "jobProfiles"
	claim := func(id, sentence, usually string, judge func(*check)) Claim {
		return Claim{ID: "profiles." + id, Level: ReadOnly, Sentence: sentence, Source: profilesSource, Usually: usually, judge: judge}
	}
	const queries = "an index or a query language that changed with an upgrade"
	return []Claim{
		claim("are-listed", "The list of job profiles has as many as it counts.", "a page limit that is smaller than before", func(c *check) {
			for o := range c.answers("profiles.all") {
				if rows, total, ok := c.page(o, list); ok && total != len(rows) && len(rows) < 200 {
					c.broken(o, "/totalRecords", "it is %d, and %d are listed", total, len(rows))
				}
			}
		}),
		claim("have-the-default", "The default job profile for instances is there, by the id that it has everywhere.", "reference data that was not loaded with the tenant", func(c *check) {
			for o := range c.answers("profiles.all") {
				if _, _, ok := c.page(o, list); ok && !gjson.GetBytes(o.body, list+`.#(id=="`+defaultProfile+`")`).Exists() {
					c.broken(o, "/"+list, "no profile has the id %s", defaultProfile)
				}
			}
		}),
		claim("are-complete", "Each job profile has an id, a name and a mapping profile.", "a migration that left profiles behind", func(c *check) {
			for o := range c.answers("profiles.all") {
				rows, _, _ := c.page(o, list)
				for i := range rows {
					at := fmt.Sprintf("/%s/%d/", list, i)
					c.id(o, at+"id")
					c.text(o, at+"name")
					c.id(o, at+"mappingProfileId")
				}
			}
		}),
		claim("are-limited", "A limit of one gives one of them, and counts all.", queries, func(c *check) {
			first, all, ok := c.pair("profiles.first", "profiles.all")
			if !ok {
				return
			}
			rows, total, ok := c.page(first, list)
			_, whole, ok2 := c.page(all, list)
			if ok && ok2 && whole > 0 && len(rows) != 1 {
				c.broken(first, "/"+list, "%d are listed and one was asked for", len(rows))
			}
			if ok && ok2 && whole > 2 && total <= len(rows) { // others may make or remove one in between
				c.broken(first, "/totalRecords", "it is %d on a page and %d on the whole", total, whole)
			}
		}),
		claim("are-paged", "The second page has another profile than the first.", queries, func(c *check) {
			first, second, ok := c.pair("profiles.first", "profiles.second")
			if !ok {
				return
			}
			a, total, ok := c.page(first, list)
			b, _, ok2 := c.page(second, list)
			if ok && ok2 && total == 1 && len(b) > 0 {
				c.broken(second, "/"+list, "offset 1 gives a profile, and there is one in all")
			}
			if ok && ok2 && len(a) > 0 && len(b) > 0 && a[0].Get("id").String() == b[0].Get("id").String() {
				c.broken(second, "/"+list+"/0/id", "offset 1 gives what offset 0 gave")
			}
		}),
		claim("are-found-by-id", "A query for an id finds that profile alone.", queries, func(c *check) {
			for o := range c.answers("profiles.by-id") {
				c.one(o, list, c.facts().profile)
			}
		}),
		claim("are-sorted", "A query that sorts by name, descending, is obeyed.", queries, func(c *check) {
			for o := range c.answers("profiles.sorted") {
				rows, _, _ := c.page(o, list)
				if len(rows) < 2 {
					continue
				}
				first, last := rows[0].Get("name").String(), rows[len(rows)-1].Get("name").String()
				if before(first, last) {
					c.broken(o, "/"+list, "the first is %s and the last %s", brief(first), brief(last))
				}
			}
		}),
		claim("are-not-made-up", "A query for an id that nothing has finds nothing, and is no error.", queries, func(c *check) {
			for o := range c.answers("profiles.nowhere") {
				c.none(o, list)
			}
		}),
		documentClaim("profiles", "getJobProfiles", "Job profiles are listed as the release's document says.", ReadOnly),
		{
			ID: "instances.are-listed", Level: ReadOnly, Source: "mod-inventory, GET /inventory/instances",
			Sentence: "The inventory lists instances with their ids, no more than were asked for.",
			Usually:  "an inventory that is empty or not indexed",
			judge: func(c *check) {
				key := "instances.some"
				if len(c.optional("instances.given")) > 0 {
					key = "instances.given"
				}
				for o := range c.answers(key) {
					rows, _, _ := c.page(o, "instances")
					if len(rows) > maxIDs {
						c.broken(o, "/instances", "%d are listed, more than were asked for", len(rows))
					}
					for i := range rows[:min(len(rows), maxIDs)] {
						c.id(o, fmt.Sprintf("/instances/%d/id", i))
					}
				}
			},
		},
		{
			ID: "bulk-ids.are-listed", Level: ReadOnly, Source: "the guide, before step 1; mod-inventory-storage 19.3.6, GET /instance-bulk/ids", Releases: guideOnly,
			Sentence: "The path for ids alone gives the id that was asked for, and counts it.",
			Usually:  "a server that is newer than the guide: the path left FOLIO in 2021",
			judge: func(c *check) {
				for o := range c.answers("instances.bulk-ids") {
					c.one(o, "ids", c.facts().ids[0])
				}
			},
		},
		documentClaim("bulk-ids", "getInstanceBulkIds", "Ids alone are listed as the release's document says.", ReadOnly, guideOnly...),
		documentClaim("instances", "getInstances", "Instances are listed as the release's document says.", ReadOnly),
	}
}

// before tells whether a name stands before another in the order of every collation: where they differ first, both have
// a letter.
func before(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return isLetter(a[i]) && isLetter(b[i]) && a[i] < b[i]
		}
	}
	return false
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' }
