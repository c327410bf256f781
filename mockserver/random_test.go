package mockserver

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// Whatever is sent, the answer is one that the document allows: a fake that
// finds a defect in itself says so, and must not.
func TestNoRequestBreaksTheContract(t *testing.T) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) {
			c := newCaller(t, release, WithControl())
			j := c.finished(t, "a.csv", idList(3))
			known := []string{j.id.String(), j.definition.String(), c.s.release.Profiles[0].ID.String(), "diku"}
			document, err := openapi.Document(release)
			if err != nil {
				t.Fatal(err)
			}
			operations := slices.Collect(openapi.Operations(document))
			rapid.Check(t, func(t *rapid.T) {
				for range 20 {
					op := rapid.SampledFrom(operations).Draw(t, "operation")
					r := drawRequest(t, op, known, c.token)
					if r == nil {
						continue // net/http refuses this address itself
					}
					c.s.ServeHTTP(httptest.NewRecorder(), r)
					if found := c.s.Violations(); len(found) > 0 {
						t.Fatalf("%s %s %v: %s", r.Method, r.RequestURI, r.Header, found[0])
					}
				}
			})
		})
	}
}

var pathVariable = regexp.MustCompile(`\{[^}]*\}`)

// drawRequest draws a request that is close to what an operation takes; nil if
// its address is none.
func drawRequest(t *rapid.T, op openapi.Operation, known []string, token string) *http.Request {
	text := rapid.OneOf(rapid.SampledFrom(known), rapid.StringN(0, 12, -1), rapid.SampledFrom([]string{
		"", "0", "-1", "1", "99999999999999999999", "true", "1-2-3-4-5", "%", "%zz", "a/b", "..", "\x00", "é", `"`,
	}))
	target := pathVariable.ReplaceAllStringFunc(op.Path, func(string) string {
		return url.PathEscape(text.Draw(t, "path"))
	})
	if rapid.IntRange(0, 9).Draw(t, "slash") == 0 {
		target += rapid.SampledFrom([]string{"/", "//", "/x", ";x"}).Draw(t, "tail")
	}
	query := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		name := rapid.SampledFrom([]string{"query", "limit", "offset", "lang", "full", "filter", "provide", "order", "x"}).Draw(t, "parameter")
		value := rapid.OneOf(text, rapid.SampledFrom([]string{
			"id==" + known[0], `id=="` + known[0] + `"`, "(status==FAIL)", "cql.allRecords=1 sortby name", "name==*", "foo", "a==b==c", "((", `title="x`, "progress.total>1", "hrId=112", "hrid>0", "startedDate>2020",
		})).Draw(t, "value")
		if rapid.Bool().Draw(t, "raw") {
			return name + "=" + rawQuery(value)
		}
		return name + "=" + url.QueryEscape(value)
	}), 0, 3).Draw(t, "query")

	body := rapid.OneOf(text, rapid.SampledFrom([]string{
		`{"fileName":"a.csv"}`, `{"fileName":"a.csv","size":"5","id":"` + known[0] + `"}`, `{"fileName":"a.cql","uploadFormat":"cql"}`, `{"fileName":null}`, `{"filename":5,"fileName":"a.csv"}`,
		`{"fileDefinitionId":"` + known[1] + `","jobProfileId":"` + known[2] + `"}`, `{"fileDefinitionId":"` + known[1] + `","jobProfileId":"` + known[2] + `","idType":"authority"}`,
		`{"username":"diku_admin","password":"admin"}`, `{"userId":"x","password":""}`, `{"password":5}`, `[]`, `null`, `{}`, `{`, `{} x`, "\xff",
	})).Draw(t, "body")

	method := op.Method
	if rapid.IntRange(0, 9).Draw(t, "other method") == 0 {
		method = rapid.SampledFrom([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X"}).Draw(t, "method")
	}
	r := &http.Request{
		Method: method, Host: "fake.example", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, RequestURI: target,
	}
	if body != "" && method != http.MethodGet {
		sent := httptest.NewRequest(method, "/", strings.NewReader(body))
		r.Body, r.ContentLength = sent.Body, sent.ContentLength
	}
	if len(query) > 0 {
		r.RequestURI += "?" + strings.Join(query, "&")
	}
	var err error
	if r.URL, err = url.ParseRequestURI(r.RequestURI); err != nil {
		return nil
	}
	for _, header := range [][]string{
		{"X-Okapi-Tenant", "diku", "diku", "diku", "other", ""},
		{"X-Okapi-Token", token, token, token, "", "a.b.c", "garbage", token + "x"},
		{"Authorization", "", "", "", "", "Bearer " + token, token, "Bearer "},
		{"Accept", "*/*", "*/*", "application/json", "text/plain", "text/html", ""},
		{"Content-Type", "application/json", "application/json; charset=utf-8", "application/octet-stream", "text/plain", "", ";"},
		{"Cookie", "", "", "", "", "folioAccessToken=" + token, "folioRefreshToken=x", "folioAccessToken=x; folioAccessToken=x"},
	} {
		if value := rapid.SampledFrom(header[1:]).Draw(t, header[0]); value != "" {
			r.Header.Set(header[0], value)
		}
	}
	return r.WithContext(t.Context())
}

// rawQuery leaves a value as it is but for what HTTP itself does not take.
func rawQuery(value string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || r == '#' {
			return '+'
		}
		return r
	}, value)
}
