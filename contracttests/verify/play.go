package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// play is an act while it is played.
type play struct {
	*run
	ctx  context.Context
	act  act
	try  int
	sent map[string]int // how often, by step
	ev   *evidence
}

// send sends a step of the act. What comes back is never nil; if the act has been given up, it is a record that nothing
// was sent.
func (p *play) send(key string, r request) *observed {
	whole := p.act.name + "." + key
	if p.ev.gaps[p.act.name] != "" {
		return p.unsent(r)
	}
	index := slices.IndexFunc(p.act.steps, func(s step) bool { return s.key == key })
	if index < 0 || !p.act.steps[index].allows(r, p.values) || p.sent[key] >= max(p.act.steps[index].times, 1) {
		p.giveUp(fmt.Sprintf("a request was held back that the plan does not have: %s %s of step %s", r.method, r.path, whole))
		return p.unsent(r)
	}
	p.sent[key]++
	if !p.act.steps[index].stranger && !r.link && r.token == "" {
		p.renew()
		r.token = p.token
	}
	o := &observed{request: r, named: p.Tenant, doubted: p.act.doubts, Exchange: Exchange{Act: p.act.name, Try: p.try, Method: r.method}}
	err := p.wire.exchange(p.ctx, o)
	if o.N > 0 {
		o.Operation = p.operations.of(r)
		p.ev.add(whole, o)
		p.names.learn(o)
		p.made.learn(o)
		if p.OnExchange != nil {
			shown := p.shown(o)
			p.names.exchange(&shown)
			p.OnExchange(shown)
		}
	}
	if stop, is := errors.AsType[*limit](err); is {
		p.stop(stop.text)
		return p.unsent(r)
	} else if err != nil {
		p.stop("it was interrupted")
		return p.unsent(r)
	}
	return o
}

// get looks at something, with the run's token.
func (p *play) get(key, path, query string) *observed {
	return p.send(key, request{method: http.MethodGet, path: path, query: query})
}

func (p *play) post(key, path, body string) *observed {
	return p.send(key, request{method: http.MethodPost, path: path, body: body})
}

func (p *play) unsent(r request) *observed {
	return &observed{request: r, trouble: p.ev.gaps[p.act.name]}
}

// giveUp ends the act: claims that need more of it cannot be checked, for this reason.
func (p *play) giveUp(why string) {
	if p.ev.gaps[p.act.name] == "" {
		p.ev.gaps[p.act.name] = why
	}
}

// stop ends the act and the run.
func (p *play) stop(why string) {
	if p.stopped == "" {
		p.stopped = why
	}
	p.giveUp("the run ended before: " + why)
}

// skip says why steps of the act are not sent, which goes on.
func (p *play) skip(why string, keys ...string) {
	for _, key := range keys {
		p.ev.skips[p.act.name+"."+key] = why
	}
}

// over tells whether the act has been given up.
func (p *play) over() bool { return p.ev.gaps[p.act.name] != "" }

// got tells whether an answer has one of the statuses. If it has not, the act cannot go on.
func (p *play) got(o *observed, what string, statuses ...int) bool {
	if o.trouble == "" && slices.Contains(statuses, o.Status) {
		return true
	}
	switch {
	case o.trouble != "":
		p.giveUp(fmt.Sprintf("to %s: %s", what, o.trouble))
	case o.Status == http.StatusForbidden:
		p.giveUp(fmt.Sprintf("to %s the user lacks a permission%s", what, permissionIn(o)))
	case o.Status == http.StatusUnauthorized:
		p.giveUp(fmt.Sprintf("to %s: %s", what, o.unusable()))
	default:
		p.giveUp(fmt.Sprintf("to %s was answered with %d", what, o.Status))
	}
	return false
}

// let lets time go by on the server's clock.
func (p *play) let(d time.Duration) bool {
	if err := p.Pass(p.ctx, d); err != nil {
		p.stop("it was interrupted")
		return false
	}
	return true
}
