package release

import "strings"

// Form is the shape in which a component of FOLIO words an error.
type Form int

// The forms, with the component that speaks it.
const (
	Text         Form = iota // text/plain without charset: Okapi and the Vert.x modules
	SpringText               // text/plain;charset=UTF-8, a bare String answered by Spring
	Boot                     // Spring Boot's error object: timestamp, status, error, path
	RMB                      // RAML module builder's errors object, compact
	RMBPretty                // the same, pretty-printed: it comes from the module's own service
	Sidecar                  // folio-module-sidecar: type, code, message, parameters, total_records
	SpringErrors             // folio-spring errors: message, type, code, total_records
	Kong                     // Kong's template: message and request_id, in the form that Accept asks for
	KongJSON                 // the same, whatever Accept asks for
	Empty                    // no body
)

// Answer is how a release words a refusal. Message, Key and Value may hold
// {names} of the refusal's values.
type Answer struct {
	Status  int
	Form    Form
	Message string

	// Of the errors objects:
	Type, Code string
	Key, Value string // one parameter, if Key is set or Parameter says so
	Parameter  bool
	NoType     bool // the object has no member type
	Close      bool // the connection is closed after the answer
	Own        bool // a bound of the fake, which no document has
}

// Answers is one component's table. A table is assembled of general and special
// ones, the special ones last.
type Answers map[Kind]Answer

// joined returns one table of several; later ones win.
func joined(tables ...Answers) Answers {
	all := Answers{}
	for _, t := range tables {
		for kind, answer := range t {
			all[kind] = answer
		}
	}
	return all
}

// fill replaces the {names} in text by the values of the refusal.
func fill(text string, with map[string]string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(with))
	for name, value := range with {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Answer words a refusal as the named module of this release does, or as its
// gateway does. ok is false when neither knows the kind, which is a gap in the
// table.
func (r *Release) Answer(module string, refusal *Refusal) (Answer, bool) {
	answer, ok := r.Modules[module].Answers[refusal.Kind]
	if !ok {
		answer, ok = r.Gateway.Answers[refusal.Kind]
	}
	answer.Message = fill(answer.Message, refusal.With)
	answer.Type = fill(answer.Type, refusal.With)
	answer.Key = fill(answer.Key, refusal.With)
	answer.Value = fill(answer.Value, refusal.With)
	return answer, ok
}

func text(status int, message string) Answer {
	return Answer{Status: status, Form: Text, Message: message}
}

func springText(status int, message string) Answer {
	return Answer{Status: status, Form: SpringText, Message: message}
}

func boot(status int) Answer { return Answer{Status: status, Form: Boot} }

func sidecar(status int, typ, code, message string) Answer {
	return Answer{Status: status, Form: Sidecar, Type: typ, Code: code, Message: message}
}

func kong(status int, message string) Answer {
	return Answer{Status: status, Form: Kong, Message: message}
}

// rmbInvalid is what RMB says of a body that breaks its schema: 422 with one
// parameter.
func rmbInvalid(message, key, value string) Answer {
	return Answer{Status: 422, Form: RMB, Message: message, Type: "1", Code: "-1", Parameter: true, Key: key, Value: value}
}
