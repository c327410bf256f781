// Package verifying shows how a Go project holds its FOLIO to the contract of Data Export, in five lines.
//
// Where OKAPI_URL is not set the fake stands in, so that the example runs everywhere.
package verifying

import (
	"cmp"
	"os"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/contracttests"
	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

func TestFOLIO(t *testing.T) {
	url := os.Getenv("OKAPI_URL")
	config := verify.Config{URL: url, Tenant: os.Getenv("OKAPI_TENANT"), Username: os.Getenv("OKAPI_USERNAME"), Password: os.Getenv("OKAPI_PASSWORD")}
	if url == "" {
		config = standIn(t)
	}
	gomega.RegisterFailHandler(ginkgo.Fail)
	contracttests.Register(config)
	ginkgo.RunSpecs(t, "our FOLIO")
}

// standIn is a fake that nobody else uses, so it may be asked faster than others' servers.
func standIn(t *testing.T) verify.Config {
	release := cmp.Or(os.Getenv("OKAPI_RELEASE"), "sunflower")
	srv := mockserver.Start(t, mockserver.WithRelease(release), mockserver.WithNamedRecords())
	return verify.Config{
		URL: srv.URL, Tenant: "diku", Username: "diku_admin", Password: "admin", Level: verify.Workflow, Rate: 1000, TimeoutScale: 0.1,
	}
}
