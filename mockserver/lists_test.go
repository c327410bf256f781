package mockserver

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A query that was understood once means the same the next time, and another
// means something else.
func TestQueriesKeepTheirMeaning(t *testing.T) {
	c := newCaller(t, "sunflower")
	a, b := c.export(t, "a.csv", idList(1)), c.export(t, "b.csv", idList(1))
	for range 2 {
		for query, total := range map[string]string{
			"":                                   "2",
			"?query=":                            "2",
			"?query=cql.allRecords=1":            "2",
			"?query=id==" + a.id.String():        "1",
			"?query=id==" + b.id.String():        "1",
			"?query=id==" + instances:            "0",
			"?query=id=" + a.id.String():         "1",
			"?query=(id==" + b.id.String() + ")": "1",
		} {
			if body := c.get("/data-export/job-executions" + query).Body.String(); !strings.HasSuffix(body, `"totalRecords":`+total+"}") {
				t.Errorf("%s: %s, want %s jobs", query, body, total)
			}
		}
		if w := c.get("/data-export/job-profiles?query=name==*"); !strings.HasSuffix(w.Body.String(), `"totalRecords":4}`) {
			t.Errorf("profiles: %s", w.Body)
		}
		if w := c.get("/data-export/job-executions?query=name==*"); w.Code != 400 {
			t.Errorf("jobs have no name: %d %s", w.Code, w.Body)
		}
	}
}

// What Okapi tells of a tenant's modules and interfaces.
func TestModulesAndInterfaces(t *testing.T) {
	c := newCaller(t, "sunflower")
	for _, tt := range []struct {
		target string
		status int
		want   string // the ids, or the text of an error
	}{
		{"modules", 200, "mod-data-export-5.3.0 mod-inventory-21.1.0 mod-inventory-storage-29.0.18 mod-login-7.13.2 okapi-6.2.1"},
		{"modules?order=asc&filter=mod-inventory", 200, "mod-inventory-21.1.0"},
		{"modules?order=desc&filter=mod", 200, ""},
		{"modules?order=desc", 200, "okapi-6.2.1 mod-login-7.13.2 mod-inventory-storage-29.0.18 mod-inventory-21.1.0 mod-data-export-5.3.0"},
		{"modules?order=up", 400, "unknown order: up"},
		{"modules?provide=data-export", 200, "mod-data-export-5.3.0"},
		{"modules?provide=data-export=5.3", 200, "mod-data-export-5.3.0"},
		{"modules?provide=data-export=5.2", 200, ""},
		{"modules?provide=data", 200, ""},
		{"modules?full=x", 400, "Bad boolean for parameter full: x"},
		{"interfaces", 200, "data-export inventory login okapi okapi-proxy"},
		{"interfaces?type=proxy", 200, "data-export inventory login"},
		{"interfaces?type=internal", 200, "okapi okapi-proxy"},
		{"interfaces?type=system", 200, ""},
		{"interfaces?type=x", 400, "unknown type: x"},
	} {
		w := c.get("/_/proxy/tenants/diku/" + tt.target)
		got := w.Body.String()
		if w.Code == 200 {
			var ids []string
			for _, m := range regexp.MustCompile(`"id" : "([^"]*)"`).FindAllStringSubmatch(got, -1) {
				ids = append(ids, m[1])
			}
			if strings.HasPrefix(tt.target, "interfaces") {
				slices.Sort(ids)
			}
			got = strings.Join(ids, " ")
		}
		if w.Code != tt.status || got != tt.want {
			t.Errorf("%s: %d %s, want %d %s", tt.target, w.Code, got, tt.status, tt.want)
		}
	}
}
