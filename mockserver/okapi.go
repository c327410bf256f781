package mockserver

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

func getVersion(c *call) (reply, error) {
	return textReply(http.StatusOK, "text/plain", c.server.release.Gateway.Version), nil
}

func getHealth(c *call) (reply, error) { return c.json(http.StatusOK, []struct{}{}) }

// getTenantModules lists the modules by id; filter keeps one product, provide
// those of an interface.
func getTenantModules(c *call) (reply, error) {
	if err := c.checkTenantOfPath(); err != nil {
		return reply{}, err
	}
	product, provided := c.query.Get("filter"), c.query.Get("provide")
	modules := []api.ModuleId{}
	for _, m := range c.server.release.Modules {
		if product != "" && !isProduct(m.ID, product) || provided != "" && !provides(m, provided) {
			continue
		}
		modules = append(modules, api.ModuleId{Id: m.ID})
	}
	slices.SortFunc(modules, func(a, b api.ModuleId) int { return strings.Compare(a.Id, b.Id) })
	if c.query.Get("order") == "desc" {
		slices.Reverse(modules)
	}
	c.effect = prose.Count(len(modules), "module")
	return c.json(http.StatusOK, modules)
}

// isProduct tells whether a module id is the product with some version.
func isProduct(id, product string) bool {
	version, ok := strings.CutPrefix(id, product+"-")
	return id == product || ok && version != "" && version[0] >= '0' && version[0] <= '9'
}

// provides tells whether a module has an interface, named id or id=version.
func provides(m release.Module, wanted string) bool {
	return slices.ContainsFunc(m.Provides, func(p string) bool {
		id, _, _ := strings.Cut(p, "=")
		return p == wanted || id == wanted
	})
}

func getTenantInterfaces(c *call) (reply, error) {
	if err := c.checkTenantOfPath(); err != nil {
		return reply{}, err
	}
	wanted := c.query.Get("type")
	interfaces := []api.InterfaceId{}
	for _, name := range slices.Sorted(maps.Keys(c.server.release.Modules)) {
		m := c.server.release.Modules[name]
		if wanted != "" && wanted != interfaceType(m) {
			continue
		}
		for _, provided := range m.Provides {
			id, version, _ := strings.Cut(provided, "=")
			interfaces = append(interfaces, api.InterfaceId{Id: id, Version: version})
		}
	}
	c.effect = fmt.Sprintf("%d interfaces", len(interfaces))
	return c.json(http.StatusOK, interfaces)
}

// interfaceType is proxy, but for what Okapi itself answers.
func interfaceType(m release.Module) string {
	if m.Framework == release.Internal {
		return "internal"
	}
	return "proxy"
}

func (c *call) checkTenantOfPath() error {
	if c.query.Get("full") == "true" {
		c.advise(notImitated("full descriptors are not part of this fake: the short form was sent"))
	}
	if _, ok := c.server.tenants[c.vars["tenant"]]; !ok {
		return release.Refuse(release.NotTenantsPath, "tenant", c.vars["tenant"])
	}
	return nil
}
