package verify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/contracttests/verify/reports"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// The person that is planted in every list. Three of her names cannot be told from other words by themselves: one is
// short, one is a word of the contract, and one is part of others.
const (
	plantedID   = "beefbeef-1234-4567-89ab-beefbeefbeef"
	plantedLast = `Zäzi "Q" O'Planted`
	plantedFile = "a.b"
)

// planted adds her to each row of a list, and to the runBy of jobs that are not the run's.
func planted(a *reply) {
	var list map[string]any
	if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &list) != nil {
		return
	}
	for _, rows := range list {
		all, _ := rows.([]any)
		for _, row := range all {
			object, is := row.(map[string]any)
			if !is {
				continue
			}
			object["planted"] = []any{map[string]any{
				"firstName": "Al", "lastName": plantedLast, "userName": "export", "createdByUsername": "exec", "userId": plantedID,
			}}
			object["remark"] = "made by " + plantedLast + " (" + plantedID + ")"
			object["exports"] = []any{map[string]any{"fileName": plantedFile, "sourcePath": "/data/" + plantedFile}}
			if text, _ := json.Marshal(object); !strings.Contains(string(text), "fauxkapi-verify-") && object["runBy"] != nil {
				object["runBy"] = map[string]any{"firstName": "Al", "lastName": plantedLast, "userId": plantedID}
			}
		}
	}
	body, _ := json.MarshalIndent(list, "", "  ")
	a.body = string(body)
}

// forms are a report in every form.
func forms(t *testing.T, report *verify.Report) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, write := range map[string]func(io.Writer, *verify.Report) error{
		"table": func(w io.Writer, r *verify.Report) error { return reports.WriteTable(w, r, 80, false) },
		"html":  reports.WriteHTML, "json": reports.WriteJSON, "junit": reports.WriteJUnit, "jira": reports.WriteJira,
		"coverage": func(w io.Writer, r *verify.Report) error { return reports.WriteCoverage(w, []*verify.Report{r}) },
	} {
		var b bytes.Buffer
		if err := write(&b, report); err != nil {
			t.Fatal(err)
		}
		all[name] = b.String()
	}
	return all
}

// plain is a text of any form with its escapes undone.
func plain(text string) string {
	text = html.UnescapeString(text)
	text = regexp.MustCompile(`\\u([0-9a-f]{4})`).ReplaceAllStringFunc(text, func(escape string) string {
		var r rune
		_, _ = fmt.Sscanf(escape, `\u%04x`, &r)
		return string(r)
	})
	return strings.ReplaceAll(text, `\`, "")
}

// Nobody is named in any form of a report or in what is shown of an exchange, and the rest can still be read.
func TestPeopleAreNotNamed(t *testing.T) {
	for _, release := range mockserver.Releases() {
		for _, keep := range []bool{false, true} {
			everywhere := edited(asked(get, "/", ""), planted)
			c := fakeBehind(t, verify.Workflow, everywhere, mockserver.WithRelease(release), mockserver.WithNamedRecords())
			populate(t, c)
			c.KeepNames = keep
			var shown []verify.Exchange
			c.OnExchange = func(e verify.Exchange) { shown = append(shown, e) }
			report := run(t, c)
			if report.Counts()[verify.Broken] > 0 || report.Stopped != "" {
				t.Errorf("%s: %+v %s", release, report.Counts(), report.Stopped)
			}
			all := forms(t, report)
			said, _ := json.Marshal(shown)
			all["exchanges"] = string(said)
			for form, text := range all {
				text = plain(text)
				for _, name := range []string{"Planted", plantedID, `"` + plantedFile + `"`, "/" + plantedFile, `"Al"`, `"exec"`, `"userName": "export"`} {
					if found := strings.Contains(text, name); found && !keep {
						t.Errorf("%s, %s: %q: %s", release, form, name, around(text, name))
					} else if !found && keep && form == "json" {
						t.Errorf("%s: %q was to be kept", release, name)
					}
				}
			}
			for _, text := range []string{"/data-export/export", `"jobExecutions"`, `"exportedFiles"`, `"totalRecords"`, `"firstName"`} {
				if !strings.Contains(plain(all["json"]), text) {
					t.Errorf("%s: %s cannot be read any more", release, text)
				}
			}
		}
	}
}

// Whoever logs in can be called like a word of the contract, or by two letters.
func TestUserIsCalledLikeAWord(t *testing.T) {
	for _, name := range []string{"id", "GET", "status", "job-executions", "diku"} {
		c := fakeBehind(t, verify.ReadOnly, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/authn/login-with-expiry" {
					r.Body = io.NopCloser(strings.NewReader(`{"username":"diku_admin","password":"admin"}`))
					r.ContentLength = 44
				}
				next.ServeHTTP(w, r)
			})
		}, mockserver.WithRelease("sunflower"))
		c.Username = name
		report := run(t, c)
		if report.Outcome() != verify.AllHold {
			t.Errorf("%s: %s %+v", name, report.Outcome(), report.Counts())
		}
		text := plain(forms(t, report)["json"])
		for _, part := range []string{`"status"`, `"id"`, "GET", "/data-export/job-executions", "X-Okapi-Tenant: diku"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %s cannot be read any more", name, part)
			}
		}
	}
}
