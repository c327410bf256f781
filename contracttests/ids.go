package contracttests

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// instances are ids that the server itself lists, by where their records come from.
type instances struct {
	stored    []string // in source record storage: exported as they are
	generated []string // made from the instance
}

func (i instances) all() []string { return slices.Concat(i.stored, i.generated) }

// knownIDs asks the server for instances.
func (c *caller) knownIDs() instances {
	GinkgoHelper()
	found := read[api.InstanceCollection](c.send(get("/inventory/instances").raw("query=cql.allRecords=1&limit=100")))
	var ids instances
	for _, instance := range found.Instances {
		if instance.Source == "MARC" {
			ids.stored = append(ids.stored, instance.Id)
		} else {
			ids.generated = append(ids.generated, instance.Id)
		}
	}
	Expect(len(ids.stored)).To(BeNumerically(">=", 2), "instances with a stored record")
	Expect(len(ids.generated)).To(BeNumerically(">=", 30), "instances without one")
	return ids
}

// madeUp are ids that nobody has listed, from one number to another, in the order of the numbers.
func madeUp(from, to int) []string {
	ids := make([]string, 0, to-from)
	for n := from; n < to; n++ {
		ids = append(ids, fmt.Sprintf("0%07x-0000-4000-8000-000000000000", n))
	}
	return ids
}
