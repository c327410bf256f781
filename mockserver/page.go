package mockserver

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

//go:embed page
var pageFiles embed.FS

// What the page shows of the past.
const (
	shownJobs     = 20 // of each tenant
	shownRequests = 50
	maxRefresh    = 60 // seconds
)

// pageData is what the page is made of.
type pageData struct {
	Release, Title, Sentence string
	Scenario                 *scenarios.Scenario
	Address                  string
	Now                      time.Time
	Pace                     string
	Refresh                  int // seconds until the page is loaded again; 0: never
	Jumps                    []string
	Users                    []folio.User
	Steps                    []step
	Jobs                     []pageJob
	MadeBy                   string // the step that makes a job
	Requests                 []pageRequest
}

// pageRequest is an exchange for people to read.
type pageRequest struct {
	exchangeDocument
	Target string // path and query, ids shortened
}

// servePage shows the fake to a person. Looking changes nothing: the token that
// it hands out opens no session.
func servePage(c *call) reply {
	shown, err := c.pageData()
	if err != nil {
		return controlText(http.StatusInternalServerError, err.Error()+"\n")
	}
	page, err := template.New("page.html").Funcs(template.FuncMap{
		"clock": func(t time.Time) string { return t.UTC().Format("15:04:05.000") },
		"day":   func(t time.Time) string { return t.UTC().Format("Monday, 2 January 2006") },
		"class": func(s any) string { return strings.ToLower(fmt.Sprint(s)) },
	}).ParseFS(pageFiles, "page/page.html")
	if err != nil {
		return controlText(http.StatusInternalServerError, err.Error()+"\n")
	}
	var html bytes.Buffer
	if err := page.Execute(&html, shown); err != nil {
		return controlText(http.StatusInternalServerError, err.Error()+"\n")
	}
	answered := textReply(http.StatusOK, "text/html; charset=utf-8", html.String())
	answered.add("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	return answered
}

func serveStyle(*call) reply {
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return controlText(http.StatusInternalServerError, err.Error()+"\n")
	}
	return textReply(http.StatusOK, "text/css; charset=utf-8", string(style))
}

func (c *call) pageData() (pageData, error) {
	s := c.server
	shown := pageData{
		Release: s.release.Name, Title: s.release.Title, Sentence: s.release.Sentence,
		Scenario: s.story,
		Address:  c.address(),
		Now:      c.now,
		Pace:     s.pace(),
		Refresh:  refreshOf(c.request.URL.Query().Get("refresh")),
		Jumps:    []string{"10s", "1m", "10m", "1h", "4h"},
		MadeBy:   "step 3, the upload",
	}
	if s.release.Job.WithDefinition {
		shown.MadeBy = "step 2, the file definition"
	}
	for _, name := range s.config.tenants {
		_ = s.with(s.tenants[name], func(w *folio.World) error { // the command cannot fail
			shown.Users = w.Users()
			for _, j := range w.RecentJobs(shownJobs) {
				shown.Jobs = append(shown.Jobs, showJob(name, j, c.now))
			}
			return nil
		})
	}
	exchanges := s.journal.since(0)
	for _, e := range slices.Backward(exchanges[max(0, len(exchanges)-shownRequests):]) {
		r := pageRequest{exchangeDocument: e.document(), Target: target(e)}
		r.Effect = prose.ShortIDs(r.Effect)
		shown.Requests = append(shown.Requests, r)
	}
	var err error
	shown.Steps, err = c.steps(s.config.tenants[0], shown.Users[0])
	return shown, err
}

// pace says how time goes by.
func (s *Server) pace() string {
	switch {
	case s.config.polls:
		return "stands still, and moves when a job is polled"
	case s.config.speed == 0:
		return "stands still until it is moved"
	case s.config.speed == 1:
		return "runs as fast as the machine's"
	}
	return fmt.Sprintf("runs %g times as fast as the machine's", s.config.speed)
}

// refreshOf reads after how many seconds the page is to be loaded again; what is
// no such number means never.
func refreshOf(text string) int {
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < 1 || seconds > maxRefresh {
		return 0
	}
	return seconds
}

// target is what was asked for.
func target(e Exchange) string {
	text := e.Path
	if e.Query != "" {
		text += "?" + e.Query
	}
	return prose.ShortIDs(text)
}
