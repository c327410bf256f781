package mockserver

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// findInstances returns the instances that the call's query lets through. A
// list holds the named ones; a query for one id finds that of any UUID that
// exists.
func findInstances(c *call) ([]catalogue.Instance, error) {
	filter, err := c.server.lists.instances.filter(c)
	if err != nil {
		return nil, err
	}
	inventory := c.server.inventory
	ids := inventory.Named()
	if id, one := filter.ID(); one && !c.server.config.named {
		ids = []uuid.UUID{id}
	}
	var found []catalogue.Instance
	for _, id := range ids {
		if instance := inventory.Instance(id); filter.Match(instance) {
			found = append(found, instance)
		}
	}
	filter.Sort(found)
	return found, nil
}

// getInstanceBulkIDs answers with every id at once: limit is not a parameter of
// it, although the guide sends one (mod-inventory-storage 19.3, row by row).
func getInstanceBulkIDs(c *call) (reply, error) {
	found, err := findInstances(c)
	if err != nil {
		return reply{}, err
	}
	var b strings.Builder
	b.WriteString("{\n  \"ids\": [")
	for i, instance := range found {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n{\"id\":\"%s\"}", instance.ID)
	}
	fmt.Fprintf(&b, "],\n  \"totalRecords\": %d,\n  \"resultInfo\": {\n    \"totalRecords\": %d,\n    \"facets\": [ ],\n    \"diagnostics\": [ ]\n  }\n}", len(found), len(found))
	c.effect = prose.Count(len(found), "id")
	return textReply(http.StatusOK, "application/json", b.String()), nil
}

func getInstances(c *call) (reply, error) {
	found, err := findInstances(c)
	if err != nil {
		return reply{}, err
	}
	page := folio.Page(found, c.offset(), c.limit())
	shown := api.InstanceCollection{Instances: make([]api.Instance, 0, len(page)), TotalRecords: len(found)}
	for _, instance := range page {
		shown.Instances = append(shown.Instances, showInstance(c, instance))
	}
	c.effect = fmt.Sprintf("%d of %s", len(page), prose.Count(len(found), "instance"))
	return c.json(http.StatusOK, shown)
}

func showInstance(c *call, i catalogue.Instance) api.Instance {
	identifiers := make([]api.Identifier, 0, len(i.Identifiers))
	for _, id := range i.Identifiers {
		identifiers = append(identifiers, api.Identifier{Value: id.Value, IdentifierTypeId: referenceID(id.Type)})
	}
	contributors := make([]api.Contributor, 0, len(i.Contributors))
	for _, by := range i.Contributors {
		contributors = append(contributors, api.Contributor{
			Name: by.Name, ContributorNameTypeId: referenceID(string(by.Kind)), Primary: new(by.Primary),
		})
	}
	publications := make([]api.Publication, 0, len(i.Publication))
	for _, p := range i.Publication {
		publications = append(publications, api.Publication{Publisher: &p.Publisher, Place: &p.Place, DateOfPublication: &p.Date})
	}
	languages := append([]string{}, i.Languages...) // a member that is there is never null
	dates := c.server.release.Wire.InventoryDates
	return api.Instance{
		Id: i.ID.String(), Hrid: &i.HRID, Source: string(i.Source), Title: i.Title,
		Identifiers: &identifiers, Contributors: &contributors, InstanceTypeId: new(referenceID(i.Type)),
		Publication: &publications, Languages: &languages,
		Metadata: &api.Metadata{
			CreatedDate: api.Time{Time: i.Created, Form: dates},
			UpdatedDate: &api.Time{Time: i.Updated, Form: dates},
		},
	}
}

// referenceID is the id of an entry in the tenant's reference data, such as the
// identifier type ISBN. The ids are the fake's own.
func referenceID(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("reference data: "+name)).String()
}
