package contracttests

import (
	"fmt"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi"
)

// TestContract runs the suite: on the embedded fake in every release, on virtual time; or, when OKAPI_URL is set, on
// that one server in real time. The environment is read here and nowhere else:
//
//	OKAPI_URL        the server, such as http://192.0.2.7:9130
//	OKAPI_RELEASE    what it is held to: guide, sunflower or trillium
//	OKAPI_TENANT     diku by default
//	OKAPI_USERNAME   diku_admin by default, a user who may do everything
//	OKAPI_PASSWORD   admin by default
//	OKAPI_SCENARIO   what its jobs live through: ok by default, fail or stuck
//	OKAPI_RECORDS    any by default: every UUID has a record; named: only those that the server lists
//
// A server that is no Fauxkapi lacks the users exporter and viewer and the titles with "nod": --label-filter '!seed'.
// One that others use should be spared more: --label-filter '!seed && !own-server'.
func TestContract(t *testing.T) {
	RegisterFailHandler(Fail)
	if os.Getenv("OKAPI_URL") == "" {
		registerFakes()
	} else {
		server, err := serverOf(os.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		RegisterExact(server)
	}
	RunSpecs(t, "FOLIO Data Export")
}

// serverOf is the server that the environment names.
func serverOf(env func(string) string) (Server, error) {
	value := func(name, otherwise string) string {
		if v := env(name); v != "" {
			return v
		}
		return otherwise
	}
	release, story, records := env("OKAPI_RELEASE"), value("OKAPI_SCENARIO", "ok"), value("OKAPI_RECORDS", "any")
	switch {
	case release == "":
		return Server{}, fmt.Errorf("OKAPI_URL is set, but not what the server is held to: set OKAPI_RELEASE to one of %v", openapi.Releases())
	case records != "any" && records != "named":
		return Server{}, fmt.Errorf("OKAPI_RECORDS is %q: set it to any or named", records)
	}
	target := &Target{
		URL: env("OKAPI_URL"), Tenant: value("OKAPI_TENANT", "diku"),
		Admin:    User{value("OKAPI_USERNAME", "diku_admin"), value("OKAPI_PASSWORD", "admin")},
		Exporter: User{"exporter", "exporter"},
		Viewer:   User{"viewer", "viewer"},
	}
	server := Server{
		Release: release, Story: story, AnyRecord: records == "any", NamedRecords: records == "named",
		Target: func() *Target { return target },
	}
	_, err := newSuite(server)
	return server, err
}
