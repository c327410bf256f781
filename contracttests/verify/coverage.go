package verify

import (
	"slices"
	"strconv"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// covered tells of every operation of a release how often it was answered with which status; a status of the document
// that was not seen has 0.
func (r *run) covered(release string, results []Result) []Coverage {
	document, err := openapi.Document(release)
	if err != nil {
		return []Coverage{}
	}
	all := []Coverage{}
	for operation := range openapi.Operations(document) {
		c := Coverage{Operation: operation.ID, Statuses: map[int]int{}}
		for status := range operation.Operation.Responses.Map() {
			if n, err := strconv.Atoi(status); err == nil {
				c.Statuses[n] = 0
			}
		}
		for _, o := range r.wire.shown {
			if o.Operation == operation.ID && o.Status > 0 {
				c.Statuses[o.Status]++
			}
		}
		for _, result := range results {
			if slices.Contains(result.operations, operation.ID) {
				c.Claims = append(c.Claims, result.Claim.ID)
			}
		}
		all = append(all, c)
	}
	return all
}
