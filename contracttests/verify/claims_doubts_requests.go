package verify

import (
	"net/http"
	"strings"

	"github.com/tidwall/gjson"
)

// requestDoubts are about how the modules refuse requests.
func requestDoubts() []Claim {
	definitions := actWorkDoubts + "."
	return []Claim{
		doubt("texts-are-labelled-json", "A01", Workflow, since5, "A text error is the same text to who accepts JSON alone, but labelled so.",
			"Spring 6.2, StringHttpMessageConverter, which takes every media type", each(definitions+"only-json", func(c *check, o *observed) {
				c.turnedAway(o, http.StatusUnprocessableEntity, asJSON)
				if strings.HasPrefix(string(o.body), "{") || strings.HasPrefix(string(o.body), `"`) {
					c.drift(o, "body", "it is JSON and was to be the bare text")
				}
			})),
		doubt("the-missing-are-named", "A13", ReadOnly, since5, "What is not found is refused in Hibernate's words.",
			"Hibernate 6.6 and 7.2, read there", each("nothing.definition", func(c *check, o *observed) {
				words := "Unable to find org.folio.dataexp.domain.entity.FileDefinitionEntity with id " + nowhere
				if c.facts().release == "trillium" {
					words = "No row with the given identifier exists for entity [org.folio.dataexp.domain.entity.FileDefinitionEntity with id '" + nowhere + "']"
				}
				c.answered(o, http.StatusNotFound, asText, words)
			})),
		doubt("what-follows-is-ignored", "A15", Workflow, []string{"sunflower"}, "What follows the JSON value of a body is ignored.",
			dataExport5+"with Jackson 2, which does not look", each(definitions+"more-behind", func(c *check, o *observed) {
				c.answered(o, http.StatusCreated, asJSON)
			})),
		doubt("digits-are-numbers", "A16", Workflow, nil, "A size may be sent as a text of digits.",
			"Jackson 2 and 3, which turn it into a number by default", each(definitions+"digits", func(c *check, o *observed) {
				c.answered(o, http.StatusCreated, asJSON)
				if size := gjson.GetBytes(o.body, "size"); o.Status == http.StatusCreated && size.Raw != "5" {
					c.drift(o, "/size", "it is %s and was to be 5", brief(size.Raw))
				}
			})),
		doubt("sentences-end-so", "A25", Workflow, okapiReleases, "A negative limit and an unknown member are refused in these words.",
			"raml-module-builder 30 and 35, of which the beginnings were read", func(c *check) {
				limits := "doubts.limit-negative"
				if c.facts().release != "guide" {
					limits = actGateDoubts + ".instances-negative" // of a module that is still built on it
				}
				for o := range c.answers(limits) {
					c.answered(o, http.StatusBadRequest, asText, "'limit' parameter is incorrect. parameter value {-1} is not valid: must be greater than or equal to 0")
				}
				if c.facts().release != "guide" {
					return
				}
				for o := range c.answers(definitions + "members") {
					if said := gjson.GetBytes(o.body, "errors.0.message").String(); said != `Unrecognized field "x"` {
						c.drift(o, "/errors/0/message", "it is %s", brief(said))
					}
				}
			}),
		doubt("ids-are-of-old-versions", "A26", Workflow, guideOnly, "An id of version 7 in a body is refused 422.",
			"the pattern of FOLIO's shared RAML", each(definitions+"newer-id", func(c *check, o *observed) {
				c.turnedAway(o, http.StatusUnprocessableEntity, asJSON, "must match")
			})),
		doubt("an-id-is-taken", "A27", OwnServer, guideOnly, "A definition with an id that is taken is refused 422.",
			"raml-module-builder 30, its way with unique indexes", each("taken-id.again", func(c *check, o *observed) {
				c.answered(o, http.StatusUnprocessableEntity, asJSON, "value already exists in table file_definitions")
			})),
		doubt("what-is-not-acceptable-is-said", "A33", ReadOnly, since5, "A 406 has the JSON of Spring Boot as its body.",
			"Spring Boot 3 and 4, BasicErrorController", each("doubts.two-faults", func(c *check, o *observed) {
				c.answered(o, http.StatusNotAcceptable, asJSON, `"Not Acceptable"`)
			})),
		doubt("faults-have-an-order", "A44", Workflow, nil, "Of several faults Accept is named first, then the media type, unknown members, wrong types and missing members.",
			"the order of the layers in Vert.x and Spring", judgeOrder),
		doubt("nobodys-job-is-missed", "A48", Workflow, kongOnly, "A definition that is refused and names a job that does not exist is 404.",
			"mod-data-export 5.4.0, the key of error_logs that refers to a job", each(definitions+"nobodys-job", func(c *check, o *observed) {
				c.turnedAway(o, http.StatusNotFound, asText)
			})),
	}
}

// faults are a request with several, and how it is refused if the first of them is named.
type faults struct {
	key       string
	status    int
	mediaType string
	words     string
}

// orderOfFaults are requests each of whose faults would be answered in a way of its own.
func orderOfFaults(release string) []faults {
	const definitions = actWorkDoubts + "."
	if release == "guide" {
		return []faults{
			{"doubts.two-faults", http.StatusBadRequest, asText, "Accept header must be"},
			{definitions + "accept-and-type", http.StatusBadRequest, asText, "Accept header must be"},
			{definitions + "type-and-member", http.StatusBadRequest, asText, "Content-type header must be"},
			{definitions + "members", http.StatusUnprocessableEntity, asJSON, "Unrecognized field"},
		}
	}
	return []faults{
		{"doubts.two-faults", http.StatusNotAcceptable, "", ""},
		{definitions + "accept-and-type", http.StatusNotAcceptable, "", ""},
		{definitions + "type-and-member", http.StatusUnsupportedMediaType, "", ""},
		{definitions + "members", http.StatusBadRequest, asText, ""}, // that of a missing name alone is JSON
	}
}

func judgeOrder(c *check) {
	for _, f := range orderOfFaults(c.facts().release) {
		for o := range c.answers(f.key) {
			c.turnedAway(o, f.status, f.mediaType, f.words)
		}
	}
}
