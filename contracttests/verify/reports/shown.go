package reports

import (
	"slices"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// shown is a copy of a report in which every text can be shown, so that no writer has to think of it.
func shown(r *verify.Report) *verify.Report {
	s := *r
	one(&s.Version, &s.Run, &s.Stopped, (*string)(&s.Level))
	one(&s.Server.URL, &s.Server.Tenant, &s.Server.Gateway, &s.Server.Module, &s.Server.Release)
	s.Server.Lacks = each(r.Server.Lacks, func(text *string) { one(text) })
	s.Results = each(r.Results, showResult)
	s.Idle = each(r.Idle, func(text *string) { one(text) })
	s.Exchanges = each(r.Exchanges, showExchange)
	s.Waivers = each(r.Waivers, func(w *verify.Waived) {
		one(&w.Claim, &w.Field, &w.Release, &w.Reason, &w.Ticket, &w.Expires)
	})
	s.Left = each(r.Left, func(l *verify.Left) { one(&l.Kind, &l.ID, &l.Why) })
	s.Coverage = each(r.Coverage, func(c *verify.Coverage) {
		one(&c.Operation)
		c.Claims = each(c.Claims, func(text *string) { one(text) })
	})
	return &s
}

func showResult(r *verify.Result) {
	c := &r.Claim
	one(&c.ID, &c.Sentence, &c.Source, &c.Usually, &c.Assumption, (*string)(&c.Level))
	c.Releases = each(c.Releases, func(text *string) { one(text) })
	r.Findings = each(r.Findings, func(f *verify.Finding) { one(&f.Operation, &f.Member, &f.Text, &f.Waiver) })
}

func showExchange(e *verify.Exchange) {
	one(&e.Act, &e.Operation, &e.Method, &e.URL, &e.Trouble, &e.Curl)
	e.Sent = each(e.Sent, func(text *string) { one(text) })
	e.Got = each(e.Got, func(text *string) { one(text) })
	e.Body, e.Answer = manyLines(e.Body), manyLines(e.Answer)
}

func one(texts ...*string) {
	for _, text := range texts {
		*text = oneLine(*text)
	}
}

// each is a copy of list with every element changed.
func each[T any](list []T, change func(*T)) []T {
	list = slices.Clone(list)
	for i := range list {
		change(&list[i])
	}
	return list
}
