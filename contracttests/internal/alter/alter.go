// Package alter makes a server behave otherwise, as data says: in another way that is as honest, or wrongly. It is how a
// suite of contract tests is tested itself. An honest variant must not trouble it; a planted defect must be noticed.
//
// # The language
//
// A file is a list of alterations. This one lets the list of jobs ignore its query, and every second time a job that is
// not there stand first in it:
//
//	# defects.yaml
//	- name: filter-ignored
//	  what: The list of jobs ignores its query.
//	  breaks: [jobs.found-by-id]
//	  releases: [sunflower]
//	  fake: {scenario: slow-start, set: {duration: 4h}, public-url: "http://files.example.org"}
//	  exchanges:
//	    - on: GET /data-export/job-executions
//	      where: {query: {query: id==}}
//	      unless: {header: {X-Okapi-Tenant: university}}
//	      request: {drop-query: [query]}
//	    - on: GET /data-export/job-executions
//	      every: 2
//	      answer: {json: [{add: /jobExecutions, item: {id: 5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11}, first: true}]}
//
// breaks names the claims that must notice: a defect has some, a variant has none. releases are all if none is named. fake
// is for whoever starts the server that is altered, and is only carried along; with it, exchanges may be absent.
//
// # Which exchanges
//
// on is a method, or *, and a path. In the path {…} stands for one segment, and ... at its end for whatever follows. LINK
// is every path of the object store, to which download links lead; no other path means one.
//
// where says what must be the case, all of it, and unless what must not, any of it. Both compare with regular expressions,
// which need only be found in the text, so that "" asks whether there is any: query and header by name; sent and body, which
// are JSON, by pointer, of which "" is the whole and may be any text. status is the status. status and body are of what the
// server answered, before any alteration.
//
// Of the exchanges that fit, skip go by first; of the others every n-th is altered, the first included, and no more than
// times in all. Several exchanges of one alteration may fit one request: all are applied, in the order of the file.
//
// # What is altered
//
// request changes what the server sees: path (with the {…} of on), set-query and drop-query, set-header and drop-header,
// body, text, json, and token: borrowed, which sends the token that the server let in last. lost: true means that the server
// sees nothing, and answer begins with an empty 200. Whatever has an answer or a trouble is asked for as a whole and without
// compression.
//
// answer changes what comes back, in this order: stale: true gives the answer that this request got before, if any; status;
// body; text, a list of {match, with} for the body as it stands; json, lists, members, dates and layout for a body that is
// JSON; marc for a body of MARC records; set-header, drop-header, http-dates and cookies (reverse, first, open to scripts,
// long-lived); then the way it is sent: header-case,
// gzip (if the client takes it), chunked, and cut, which ends the connection in the middle of the body.
//
// trouble is an answer that is not the server's, which has not heard of the request then: 500, 502-html, 503, 504, 408,
// html-200 (a page of some other software), empty (200 without a body), closed, reset and hang.
//
// # Edits
//
// json is a list of edits, each with one verb and a JSON pointer, in which * stands for every item or member:
//
//	{set: /a/b, to: ANY}                    or {set: /a/*/b, from: /a/*/c}, in which each * is the same one
//	{default: /a/b, to: ANY}                if there is none; it too takes from
//	{remove: /a/b}
//	{add: /list, item: ANY}                 or from; at its end, or with first: true. A list that is a page is never made
//	                                        longer than the request's limit
//	{plus: /n, of: -3}                      to a number, or a text that is one
//	{replace: /text, match: RE, with: TEXT} with $1 for the first group
//	{as-text: /n}  {as-number: /text}
//
// An edit that leads to where nothing can be does nothing, and so does one of a body that is no JSON. members (reverse,
// sorted, shuffled) is the order of members at every level; lists gives by pointer the order of lists (reverse, shuffled);
// dates writes every date otherwise that stays the same instant (Z, +00:00, +0000, +02:00, seconds, micros; seconds cuts
// off); layout is compact, indented, jackson or final-newline.
//
// marc edits too, each all records or only the one that record names, from 1:
//
//	{drop: 1}  {repeat: 1}                  a record
//	{order: reverse}
//	{set: 999i, to: TEXT}                   a subfield, or a control field: 001
//	{remove: "999"}                         fields
//	{rotate: 999i}                          each record gets the text of the next
//	{damage: length}                        or base, encoding, terminator
//
// A file is part of the suite and trusted to be reasonable. What clients and servers send is bounded: what is longer than
// 16 MiB is not altered but answered with an error that says so.
//
// Nothing is drawn at random: what is shuffled is shuffled by the alteration's name, the same every time.
package alter

import (
	"regexp"
	"slices"
)

// Alteration is one way in which a server is otherwise: a variant, which is as honest, or a defect.
type Alteration struct {
	Name     string
	What     string   // one sentence
	Breaks   []string // the claims that must notice; a variant has none
	Releases []string // empty: all
	Fake     Fake

	exchanges []exchange
}

// Fake is what to start, for a server that can tell stories.
type Fake struct {
	Scenario  string            // empty: what is usual
	Set       map[string]string // parameters of the scenario
	PublicURL string            // what download links are built on; empty: what is usual
}

// In tells whether the alteration is about a release.
func (a Alteration) In(release string) bool {
	return len(a.Releases) == 0 || slices.Contains(a.Releases, release)
}

// exchange says which exchanges are altered, and how.
type exchange struct {
	on                 pattern
	where, unless      condition
	skip, every, times int // times 0: without end
	request            requestChange
	answer             answerChange
	trouble            string
}

// requestChange is what happens to a request before the server sees it.
type requestChange struct {
	given              bool
	path               string
	setQuery, setHead  map[string]string
	dropQuery, dropHad []string
	body               *string
	texts              []substitution
	edits              []edit
	borrowed, lost     bool
}

// answerChange is what happens to an answer before the client sees it.
type answerChange struct {
	stale                  bool
	status                 int
	body                   *string
	texts                  []substitution
	edits                  []edit
	lists                  []listOrder
	members, dates, layout string
	marc                   []marcEdit
	setHead                map[string]string
	dropHead               []string
	httpDates, cookies     string
	headerCase             string
	gzip, chunked, cut     bool
}

// substitution replaces what a regular expression finds.
type substitution struct {
	match *regexp.Regexp
	with  string
}

func (s substitution) in(text []byte) []byte { return s.match.ReplaceAll(text, []byte(s.with)) }
