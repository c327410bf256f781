package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func collect(t *testing.T, c *Client, query string) (ids []string, err error) {
	t.Helper()
	for id, err := range c.InstanceIDs(t.Context(), query) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

const otherID = "11111111-2222-3333-4444-555555555555"

func TestInstanceIDsInBulk(t *testing.T) {
	tests := map[string]struct {
		body string
		want int
		kind Kind
		err  string
	}{
		"objects":        {"{\n  \"ids\": [\n{\"id\":\"" + instanceID + "\"},\n{\"id\":\"" + otherID + "\"}],\n  \"totalRecords\": 2\n}", 2, 0, ""},
		"strings":        {`{"ids":["` + instanceID + `","` + otherID + `"],"totalRecords":2}`, 2, 0, ""},
		"none":           {`{"ids":[],"totalRecords":0}`, 0, 0, ""},
		"other members":  {`{"x":[{"y":[1]}],"totalRecords":1,"ids":["` + instanceID + `"],"resultInfo":{"totalRecords":1,"facets":[],"diagnostics":[]}}`, 1, 0, ""},
		"a diagnostic":   {`{"ids":["` + instanceID + `"],"resultInfo":{"totalRecords":2,"diagnostics":[{"code":"500","message":"canceling statement"}]}}`, 1, KindServer, "gave up after 1 id (500 canceling statement)"},
		"cut":            {`{"ids":["` + instanceID + `",`, 1, KindServer, "broke off after 1 id"},
		"cut at the end": {`{"ids":["` + instanceID + `"]`, 1, KindServer, "broke off after 1 id"},
		"no UUID":        {`{"ids":["` + instanceID + `","x"]}`, 1, KindServer, `"x" is no UUID`},
		"no list":        {`{"ids":{}}`, 0, KindServer, "JSON that does not fit"},
		"other list":     {`{"instances":[]}`, 0, KindServer, "the member ids is missing"},
		"wrong type":     {`{"ids":[7]}`, 0, KindServer, "JSON that does not fit"},
		"an array":       {`[]`, 0, KindServer, "JSON that does not fit"},
		"no JSON":        {`ids`, 0, KindServer, "JSON that does not fit"},
		"nothing":        {``, 0, KindServer, "broke off after 0 ids"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStub()
				s.answers["GET /instance-bulk/ids"] = func(w http.ResponseWriter, r *http.Request) {
					if got := r.URL.Query().Get("query"); got != `(keyword all "a & b+c") sortby title` {
						t.Errorf("query %q", got)
					}
					answer(200, "application/json", test.body)(w, r)
				}
				ids, err := collect(t, s.inProcess(t), `(keyword all "a & b+c") sortby title`)
				if test.err != "" {
					wantError(t, err, test.kind, "collect the ids: ", test.err)
				} else if err != nil {
					t.Error(err)
				}
				if len(ids) != test.want {
					t.Errorf("%d ids: %v", len(ids), ids)
				}
			})
		})
	}
}

func TestInstanceIDsByPages(t *testing.T) {
	tests := []struct{ size, page, pages int }{ // page is the most that the server gives at once
		{0, 1000, 1}, {1, 1000, 1}, {999, 1000, 1}, {1000, 1000, 2}, {1001, 1000, 2}, {2500, 1000, 3}, {1200, 500, 3},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d by %d", test.size, test.page), func(t *testing.T) {
			s := newStub()
			s.answers["GET /inventory/instances"] = func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if q.Get("query") != `title=="x" sortby id` || q.Get("limit") != "1000" {
					t.Errorf("asked for %v", q)
				}
				offset, _ := strconv.Atoi(q.Get("offset"))
				var page []string
				for i := offset; i < min(offset+test.page, test.size); i++ {
					page = append(page, fmt.Sprintf(`{"source":"FOLIO","id":"00000000-0000-0000-0000-%012d","title":"%s"}`, i, strings.Repeat("x", 2000)))
				}
				answer(200, "application/json", fmt.Sprintf(`{"instances":[%s],"totalRecords":%d}`, strings.Join(page, ","), test.size))(w, r)
			}
			ids, err := collect(t, s.inProcess(t), `title=="x"`)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Sort(ids); len(slices.Compact(ids)) != test.size {
				t.Errorf("%d ids", len(ids))
			}
			if pages := s.count("GET /inventory/instances"); pages != test.pages {
				t.Errorf("%d pages", pages)
			}
		})
	}
}

func TestInstanceIDsStopWhenTheCallerDoes(t *testing.T) {
	s := newStub()
	full := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"instances":["`+instanceID+`"`)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, `,"`+instanceID+`"`); err != nil {
				return
			}
		}
	}
	s.answers["GET /inventory/instances"] = full
	n := 0
	for _, err := range s.listen(t).InstanceIDs(t.Context(), "sortBy title") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 5000 {
			break
		}
	}
	if got := s.count("GET /inventory/instances"); n != 5000 || got != 1 {
		t.Errorf("%d ids of %d pages", n, got)
	}
}

func TestSlowCallerIsNoSilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read, write := io.Pipe()
		c, err := New(Config{URL: "http://okapi.test", Tenant: "diku", Token: "t", HTTPClient: &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			context.AfterFunc(r.Context(), func() { write.CloseWithError(r.Context().Err()) }) // as net/http does
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: read, Request: r}, nil
		})}})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			io.WriteString(write, `{"ids":[{"id":"`+instanceID+`"}`)
			io.WriteString(write, `,{"id":"`+instanceID+`"}],"totalRecords":2}`)
			write.Close()
		}()
		n := 0
		for _, err := range c.InstanceIDs(t.Context(), "title=x") {
			if err != nil {
				t.Fatal(err)
			}
			n++
			time.Sleep(200 * time.Second)
		}
		if n != 2 {
			t.Errorf("%d ids, want 2", n)
		}
	})
}

// An id a minute is no list, even if the caller is told of each.
func TestListThatDripsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStub()
		s.answers["GET /instance-bulk/ids"] = func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"ids":["`+instanceID+`"`)
			for r.Context().Err() == nil {
				w.(http.Flusher).Flush()
				time.Sleep(time.Minute)
				io.WriteString(w, `,"`+instanceID+`"`)
			}
		}
		start := time.Now()
		ids, err := collect(t, s.onWire(t), "x")
		wantError(t, err, KindServer, "collect the ids: http://okapi.test broke off after 1 id (the connection stood still)")
		if took := time.Since(start); took != DefaultCallTimeout || len(ids) != 1 {
			t.Errorf("%d ids in %v", len(ids), took)
		}
	})
}

func TestPagesAreSorted(t *testing.T) {
	for query, want := range map[string]string{
		"title=x":              "title=x sortby id",
		"title=x sortby title": "title=x sortby title",
		"title=x SortBy title": "title=x SortBy title",
		`title="sortby"`:       `title="sortby" sortby id`,
		`title="a\" sortby b"`: `title="a\" sortby b" sortby id`,
		" ":                    "cql.allRecords=1 sortby id",
	} {
		if got := sorted(query); got != want {
			t.Errorf("%s is asked as %s, want %s", query, got, want)
		}
	}
}

func TestQueryThatIsRefusedIsInput(t *testing.T) {
	for _, refusal := range []http.HandlerFunc{
		answer(400, "text/plain", "org.z3950.zing.cql.CQLParseException: expected boolean: ((("),
		answer(422, "application/json", `{"errors":[{"message":"unexpected end"}]}`),
	} {
		s := newStub()
		s.answers["GET /instance-bulk/ids"] = refusal
		_, err := collect(t, s.inProcess(t), "(((")
		wantError(t, err, KindInput, "collect the ids: http://okapi.test answered 4", "check the query")
	}
	s := newStub()
	s.answers["POST /authn/login-with-expiry"] = answer(422, "application/json", `{"errors":[{"message":"Password does not match"}]}`)
	c := s.inProcess(t)
	for range 2 {
		_, err := collect(t, c, "x")
		wantError(t, err, KindAccess, "log in: ", "check the user name")
	}
	s = newStub()
	s.answers["GET /instance-bulk/ids"] = answer(403, "text/plain", "Access requires permission: inventory-storage.instance-bulk.ids.get")
	_, err := collect(t, s.inProcess(t), "x")
	wantError(t, err, KindAccess, "ask an administrator of the tenant for the permission inventory-storage.instance-bulk.ids.get")
}

func TestEndlessElementIsGivenUp(t *testing.T) {
	for name, begin := range map[string]string{"string": `{"ids":["`, "ignored": `{"x":"`, "key": `{"`, "blanks": " ", "depth": `{"x":[[[`} {
		t.Run(name, func(t *testing.T) {
			s := newStub()
			fill := map[string]string{"blanks": strings.Repeat(" ", 1000), "depth": strings.Repeat("[", 1000)}[name]
			if fill == "" {
				fill = strings.Repeat("x", 1000)
			}
			s.answers["GET /instance-bulk/ids"] = func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				io.WriteString(w, begin)
				for r.Context().Err() == nil {
					if _, err := io.WriteString(w, fill); err != nil {
						return
					}
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			for _, err := range s.listen(t).InstanceIDs(ctx, "x") {
				wantError(t, err, KindServer, "collect the ids: ")
			}
		})
	}
}
