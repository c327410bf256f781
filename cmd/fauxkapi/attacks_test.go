package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"time"
)

func reply(status int, kind, body string) func(*hostile, http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
	return func(_ *hostile, w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// endless sends a body for as long as somebody takes it.
func endless(status int, kind, begin, unit string) func(*hostile, http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
	unit = strings.Repeat(unit, 32<<10/len(unit))
	return func(h *hostile, w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, err := io.WriteString(w, begin)
		for err == nil {
			if h.taken() > 256<<20 {
				h.t.Error("no end is seen")
				return
			}
			_, err = io.WriteString(w, unit)
		}
	}
}

func (h *hostile) taken() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sent
}

func bodies() []attack {
	const oneRecord = "00026nam a2200025   4500\x1e\x1d"
	drip := func(_ *hostile, w http.ResponseWriter, _ *http.Request, honest *httptest.ResponseRecorder) {
		answerAs(w, honest, nil)
		for {
			if _, err := w.Write([]byte{' '}); err != nil {
				return
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}
	return []attack{
		{name: "endless page", do: endless(200, "text/html", "<html>", "x"), most: 12 << 20},
		{name: "endless refusal", do: endless(400, "text/plain", "", "no "), most: 1 << 20},
		{name: "endless JSON", do: endless(200, "application/json", `{"id":"`, "x"), most: 12 << 20},
		{name: "endless list", do: endless(200, "application/json", `{"jobExecutions":[`, `{"id":"x"},`), most: 12 << 20},
		{name: "gigabyte of digits", do: endless(200, "application/json", `{"totalRecords":`, "9"), most: 12 << 20},
		{name: "one byte a second", do: drip},
		{name: "endless records", at: "file", do: endless(200, "application/octet-stream", "", oneRecord), codes: []int{exitServer}, says: "more records than", most: 2 << 20},
		{name: "endless nothing", at: "file", do: endless(200, "application/octet-stream", "", "\x00"), codes: []int{exitServer}, says: "a broken file", most: 2 << 20},
		{name: "endless ZIP", at: "file", rename: ".zip", do: endless(200, "application/zip", "PK", "x"), codes: []int{exitServer}, says: "more than this list can become", most: 25 << 20},
		{name: "endless line", at: "file", rename: ".json", do: endless(200, "application/json", "{", "x"), codes: []int{exitServer}, says: "more than this list can become", most: 25 << 20},
		{name: "endless lines", at: "file", rename: ".json", do: endless(200, "application/json", "{", "}\n"), codes: []int{exitServer}, says: "more records than", most: 2 << 20},
	}
}

func redirects() []attack {
	to := func(status int, place string) func(*hostile, http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
		return func(h *hostile, w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
			w.Header().Set("Location", strings.ReplaceAll(place, "TOKEN", plantedAccess))
			w.WriteHeader(status)
		}
	}
	var all []attack
	for _, status := range []int{301, 302, 303, 307, 308} {
		all = append(all,
			attack{name: fmt.Sprintf("%d in a ring", status), do: to(status, "")},
			attack{name: fmt.Sprintf("%d to elsewhere", status), do: to(status, "http://"+elsewhere+"/x?t=TOKEN")})
	}
	return append(all,
		attack{name: "redirect to a host that is a token", do: to(302, "http://TOKEN.test/TOKEN")},
		attack{name: "redirect with a credential", do: to(302, "http://user:TOKEN@okapi.test/")},
		attack{name: "redirect to a file", do: to(302, "file:///etc/hostname")},
		attack{name: "redirect to no URL", do: to(302, "http://[::TOKEN")})
}

func links() []attack {
	var all []attack
	for i, link := range []string{
		"file:///etc/hostname", "ftp://okapi.test/x", "javascript:alert(1)", "data:text/plain,x", "//okapi.test/x", "/etc/hostname", "", "okapi.test/x",
		"http://user:" + plantedAccess + "@okapi.test/x", "http://", "http://[::1", "unix:///run/x", "http://okapi.test/\x00", "http://" + plantedAccess + ".test:x/",
	} {
		body, _ := json.Marshal(map[string]string{"fileId": "b975b199-fa3c-4cc8-8257-4e996e64addb", "link": link})
		all = append(all, attack{name: fmt.Sprintf("bad link %d", i), at: "link", do: reply(200, "application/json", string(body)), codes: []int{exitServer}, most: 1 << 20})
	}
	elsewhereLink := `{"fileId":"b975b199-fa3c-4cc8-8257-4e996e64addb","link":"http://` + plantedAccess + "." + elsewhere + `/x"}`
	return append(all, attack{name: "link to a host that is a token", at: "link", do: reply(200, "application/json", elsewhereLink), most: 1 << 20})
}

func fileNames() []attack {
	var all []attack
	for name, refused := range map[string]bool{
		"../../x.mrc": true, "/etc/x.mrc": true, `..\..\x.mrc`: true, `C:\x.mrc`: true, "x\x00.mrc": true, "..": true, ".": true, "a/../../../x.mrc": true,
		"C:x.mrc": false, "CON": false, ".hidden": false, "x\n.mrc": false, strings.Repeat("x", 300) + ".mrc": false, "": false, "out.mrc ": false,
	} {
		a := attack{name: fmt.Sprintf("a file named %.20q", name), at: "job", do: func(_ *hostile, w http.ResponseWriter, _ *http.Request, honest *httptest.ResponseRecorder) {
			inJSON, _ := json.Marshal(name)
			answerAs(w, honest, regexp.MustCompile(`("fileName"\s*:\s*)"[^"]*"`).ReplaceAll(honest.Body.Bytes(), append([]byte("${1}"), bytes.ReplaceAll(inJSON, []byte("$"), []byte("$$"))...)))
		}}
		if refused {
			a.codes, a.says = []int{exitServer}, "which is no file of an export"
		} else {
			a.codes, a.says = []int{exitServer, exitOther}, "is saved" // but not unpacked
		}
		all = append(all, a)
	}
	return all
}

func cookies() []attack {
	set := func(cookies ...string) func(*hostile, http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
		return func(h *hostile, w http.ResponseWriter, _ *http.Request, honest *httptest.ResponseRecorder) {
			h.grant()
			honest.Header()["Set-Cookie"] = cookies
			answerAs(w, honest, []byte("{}"))
		}
	}
	none := []int{exitServer}
	return []attack{
		{name: "cookie of another domain", at: "login", do: set("folioAccessToken=" + plantedAccess + "; Domain=" + elsewhere), codes: none, says: "no token that can be used"},
		{name: "cookie of a part of a domain", at: "login", do: set("folioAccessToken=" + plantedAccess + "; Domain=kapi.test"), codes: none, says: "no token that can be used"},
		{name: "cookie with a line end", at: "login", do: set("folioAccessToken=\"a\tb\""), codes: none, says: "no token that can be used"},
		{name: "cookies without end", at: "login", do: set(slices.Repeat([]string{"x=y"}, 5000)...), codes: none, says: "no token that can be used"},
		{name: "other cookies beside it", at: "profile", do: set("session="+plantedAccess, "folioAccessToken=evil; Domain="+elsewhere)},
	}
}

// echoes send back what came: a login its password, an error page the token.
func echoes() []attack {
	var all []attack
	page := func(h *hostile) string {
		h.mu.Lock()
		defer h.mu.Unlock()
		var b strings.Builder
		for _, secret := range h.secrets() {
			for _, form := range forms(secret) {
				fmt.Fprintf(&b, "%s; X-Okapi-Token: %s, \"%s\"\n", form, form, form)
			}
		}
		return b.String()
	}
	for _, status := range []int{200, 400, 401, 403, 404, 422, 500, 503} {
		for i, kind := range []string{"text/plain", "application/json", "text/html", "x/" + plantedAccess} {
			if i > 1 && status != 200 && status != 500 {
				continue
			}
			all = append(all, attack{name: fmt.Sprintf("echo %d, type %d", status, i), most: 4 << 20, do: func(h *hostile, w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
				if status/100 == 2 {
					h.grant() // even where the command cannot see that
				}
				text := page(h)
				if kind == "application/json" && status >= 400 {
					inJSON, _ := json.Marshal(map[string]any{"errors": []any{map[string]string{"message": text, "code": plantedAccess}}})
					text = string(inJSON)
				}
				w.Header().Set("Content-Type", kind)
				w.WriteHeader(status)
				_, _ = io.WriteString(w, text)
			}})
		}
	}
	return all
}

// texts are strings in the members of sound answers.
func texts() []attack {
	var all []attack
	for name, text := range map[string]string{
		"password": plantedPassword, "token": "a " + plantedAccess, "signature": "SIGNATURE ", "refresh token": plantedRefresh,
		"control characters": "\x1b[2J\x07\r\n\x00\u202e", "invalid UTF-8": "INVALID", "a long text": strings.Repeat("long ", 10_000),
	} {
		all = append(all,
			attack{name: name + " in each text", most: 8 << 20, do: fill(text, true)},
			attack{name: name + " in each text that says nothing", most: 8 << 20, do: fill(text, false)})
	}
	return all
}

// fill answers as the fake does, with a text in the place of others.
func fill(with string, all bool) func(*hostile, http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
	return func(h *hostile, w http.ResponseWriter, _ *http.Request, honest *httptest.ResponseRecorder) {
		var value any
		if json.Unmarshal(honest.Body.Bytes(), &value) != nil {
			answerAs(w, honest, honest.Body.Bytes())
			return
		}
		with := strings.ReplaceAll(with, "SIGNATURE", h.signature)
		body, _ := json.Marshal(filled(value, with, all))
		answerAs(w, honest, bytes.ReplaceAll(body, []byte("INVALID"), []byte("\xff\xc3\x28")))
	}
}

var telling = regexp.MustCompile(`^(error\.\S+|[A-Z_]+|\d{4}-\d\d-\d\dT.*|https?://.*|[0-9a-f-]{36})$`)

// filled puts a text into every string of a tree, or into those that a client does not go by.
func filled(value any, with string, all bool) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = filled(v[name], with, all)
		}
	case []any:
		for i := range v {
			v[i] = filled(v[i], with, all)
		}
	case string:
		if all || !telling.MatchString(v) {
			return with
		}
	}
	return value
}

// wrong are values of every type of JSON.
func wrong() []any {
	return []any{nil, -7.5, "\x1b[31m" + plantedAccess, []any{[]any{"x"}}, map[string]any{}}
}

// mistyped puts a wrong value in the place of one value in a tree: n counts down, and is below zero when that was done.
func mistyped(value any, n *int) any {
	if all := wrong(); *n >= 0 {
		if *n -= len(all); *n < 0 {
			return all[*n+len(all)]
		}
	}
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(func(yield func(string) bool) {
			for name := range v {
				if !yield(name) {
					return
				}
			}
		}) {
			if v[name] = mistyped(v[name], n); *n < 0 {
				break
			}
		}
	case []any:
		if len(v) > 0 {
			v[0] = mistyped(v[0], n)
		}
	}
	return value
}
