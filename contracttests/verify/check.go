package verify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/tidwall/gjson"
)

// check is a claim while it judges.
type check struct {
	claim      Claim
	ev         *evidence
	operations *operations
	waivers    []Waiver
	today      string
	findings   []Finding
	acts       []string
	ops        []string
	idle       bool // the server gave no occasion for something
}

// facts are what is known of the server, for short.
func (c *check) facts() *facts { return &c.ev.facts }

func (c *check) traits() traits { return c.ev.facts.traits }

func actOf(key string) string {
	act, _, _ := strings.Cut(key, ".")
	return act
}

// answers are the usable exchanges of some steps. A step without any cannot be checked, and neither can an exchange with
// trouble.
func (c *check) answers(keys ...string) iter.Seq[*observed] {
	return func(yield func(*observed) bool) {
		for _, key := range keys {
			c.touch(actOf(key))
			seen := c.ev.exchanges[key]
			if len(seen) == 0 {
				c.missing(key)
			}
			for _, o := range seen {
				c.touchOperation(o.Operation)
				if why := o.unusable(); why != "" {
					c.unchecked(o, "%s", why)
					continue
				}
				if !yield(o) {
					return
				}
			}
		}
	}
}

// pair is the usable exchange of each of two steps, the last of each; ok is false if one cannot be used.
func (c *check) pair(one, other string) (a, b *observed, ok bool) {
	for o := range c.answers(one) {
		a = o
	}
	for o := range c.answers(other) {
		b = o
	}
	return a, b, a != nil && b != nil
}

// optional are the usable exchanges of a step that is not always sent.
func (c *check) optional(key string) []*observed {
	c.touch(actOf(key))
	return slices.DeleteFunc(slices.Clone(c.ev.exchanges[key]), func(o *observed) bool { return o.unusable() != "" })
}

func (c *check) touch(act string) {
	if !slices.Contains(c.acts, act) {
		c.acts = append(c.acts, act)
	}
}

func (c *check) touchOperation(op string) {
	if op != "" && !slices.Contains(c.ops, op) {
		c.ops = append(c.ops, op)
	}
}

func (c *check) missing(key string) {
	if why := cmp.Or(c.ev.skips[key], c.ev.gaps[actOf(key)]); why != "" {
		c.unchecked(nil, "%s", why)
	}
	c.idle = true
}

// maxFindings bounds how many findings of one verdict a claim has; a list can have a million rows.
const maxFindings = 50

func (c *check) add(v Verdict, o *observed, member, text string) {
	alike := 0
	for _, f := range c.findings {
		if f.Verdict == v {
			alike++
		}
	}
	if alike == maxFindings {
		return
	}
	f := Finding{Verdict: v, Member: member, Text: text}
	if o != nil {
		f.Operation, f.Exchange = o.Operation, o.N
	}
	for _, w := range c.waivers {
		if v != Unchecked && w.covers(c.claim.ID, f, c.ev.facts.release) && w.counts(c.today) {
			f.Waiver = w.name()
		}
	}
	c.findings = append(c.findings, f)
}

func (c *check) broken(o *observed, member, format string, args ...any) {
	c.add(Broken, o, member, fmt.Sprintf(format, args...))
}

func (c *check) drift(o *observed, member, format string, args ...any) {
	c.add(Drift, o, member, fmt.Sprintf(format, args...))
}

func (c *check) unchecked(o *observed, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.ContainsFunc(c.findings, func(f Finding) bool { return f.Verdict == Unchecked && f.Text == text }) {
		c.add(Unchecked, o, "", text)
	}
}

// applies tells whether there was anything to judge: a tenant without jobs says nothing about the list of them.
func (c *check) applies() bool { return !c.idle || len(c.findings) > 0 }

// result is what the findings come to.
func (c *check) result() Result {
	result := Result{Claim: c.claim, Verdict: Holds, Findings: c.findings, acts: c.acts, operations: c.ops}
	for _, worse := range []Verdict{Drift, Unchecked, Broken} {
		if slices.ContainsFunc(c.findings, func(f Finding) bool { return f.Verdict == worse && f.Waiver == "" }) {
			result.Verdict = worse
		}
	}
	return result
}

// status tells whether an answer has one of the statuses, and breaks the claim if it has not.
func (c *check) status(o *observed, wanted ...int) bool {
	if slices.Contains(wanted, o.Status) {
		return true
	}
	c.broken(o, "status", "the status is %d and was to be %s", o.Status, oneOf(wanted))
	return false
}

func oneOf[T any](wanted []T) string {
	texts := make([]string, 0, len(wanted))
	for _, w := range wanted {
		texts = append(texts, fmt.Sprint(w))
	}
	return strings.Join(texts, " or ")
}

// object tells whether an answer is a JSON object with a status, and breaks the claim if not.
func (c *check) object(o *observed, status int) bool {
	if !c.status(o, status) {
		return false
	}
	if kind := o.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		c.broken(o, "header Content-Type", "it is %s and was to be application/json", brief(kind))
	}
	// Not gjson's own judgement, which recurs as deep as the text does.
	if !json.Valid(o.body) || !gjson.ParseBytes(o.body).IsObject() {
		c.broken(o, "body", "the body is no JSON object")
		return false
	}
	return true
}

// pathOf is the gjson path of a JSON pointer without escapes.
func pathOf(pointer string) string {
	return strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")
}

// value is what is at a pointer. Lists are taken apart once: a claim that looks at each row of a long one would take for
// ever otherwise.
func (o *observed) value(pointer string) gjson.Result {
	list, rest, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	index, rest, _ := strings.Cut(rest, "/")
	i, err := strconv.Atoi(index)
	if err != nil || rest == "" {
		return gjson.GetBytes(o.body, pathOf(pointer))
	}
	rows, known := o.lists[list]
	if !known {
		if o.lists == nil {
			o.lists = map[string][]gjson.Result{}
		}
		if value := gjson.GetBytes(o.body, list); value.IsArray() {
			rows = value.Array()
		}
		o.lists[list] = rows
	}
	if i < 0 || i >= len(rows) {
		return gjson.Result{}
	}
	return rows[i].Get(pathOf(rest))
}

// at is the value at a pointer; ok is false, and the claim broken, if there is none.
func (c *check) at(o *observed, pointer string) (gjson.Result, bool) {
	value := o.value(pointer)
	if !value.Exists() || value.Type == gjson.Null {
		c.broken(o, pointer, "it is missing")
		return value, false
	}
	return value, true
}

// text is a string at a pointer.
func (c *check) text(o *observed, pointer string) (string, bool) {
	value, ok := c.at(o, pointer)
	if ok && value.Type != gjson.String {
		c.broken(o, pointer, "it is %s and was to be a text", brief(value.Raw))
		return "", false
	}
	return value.String(), ok
}

// id is a UUID at a pointer.
func (c *check) id(o *observed, pointer string) (string, bool) {
	text, ok := c.text(o, pointer)
	if ok && uuid.Validate(text) != nil {
		c.broken(o, pointer, "it is %s and was to be a UUID", brief(text))
		return "", false
	}
	return text, ok
}

// count is a whole number at a pointer, which some releases write as a text.
func (c *check) count(o *observed, pointer string) (int, bool) {
	value, ok := c.at(o, pointer)
	if !ok {
		return 0, false
	}
	if !wholeNumber.MatchString(value.String()) || value.Type != gjson.Number && value.Type != gjson.String {
		c.broken(o, pointer, "it is %s and was to be a whole number", brief(value.Raw))
		return 0, false
	}
	return int(gjson.Parse(value.String()).Int()), true
}

var wholeNumber = regexp.MustCompile(`^-?\d{1,15}$`)

// instant is a date at a pointer, in any of the forms that a FOLIO writes.
func (c *check) instant(o *observed, pointer string) (time.Time, bool) {
	text, ok := c.text(o, pointer)
	if !ok {
		return time.Time{}, false
	}
	if t, ok := parseDate(text); ok {
		return t, true
	}
	c.broken(o, pointer, "it is %s and was to be a date", brief(text))
	return time.Time{}, false
}

// parseDate reads a date in any of the forms that a FOLIO writes.
func parseDate(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// same breaks the claim unless the value at a pointer is the wanted text.
func (c *check) same(o *observed, pointer, wanted, whose string) {
	if got, ok := c.at(o, pointer); ok && got.String() != wanted {
		c.broken(o, pointer, "it is %s and was to be %s, %s", brief(got.String()), brief(wanted), whose)
	}
}

// brief quotes a text, bounded.
func brief(text string) string {
	if len(text) > 120 {
		text = text[:120] + "…"
	}
	return fmt.Sprintf("%q", text)
}
