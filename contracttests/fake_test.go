package contracttests

import (
	"context"
	"net/http/httptest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// registerFakes registers the specs for the embedded fake: every release, every story, with and without records for
// every UUID. A fake is started at its first spec, once in each process, and is closed at the end.
func registerFakes() {
	f := &fakes{}
	var servers []Server
	for _, release := range mockserver.Releases() {
		servers = append(servers,
			Server{Release: release, NamedRecords: true, VirtualTime: true, OtherTenant: otherTenant, Target: f.of(mockserver.WithRelease(release), mockserver.WithNamedRecords())},
			Server{Release: release, Story: "fail", VirtualTime: true, Target: f.of(mockserver.WithRelease(release), mockserver.WithScenario("fail"))},
			Server{Release: release, Story: "stuck", VirtualTime: true, Target: f.of(mockserver.WithRelease(release), mockserver.WithScenario("stuck"))},
		)
		describe(Server{
			Release: release, AnyRecord: true, VirtualTime: true, Target: f.of(mockserver.WithRelease(release)),
		}, longLists)
	}
	RegisterExact(servers...)
	apart()
	firstDay()
	catalogue()
	AfterSuite(f.close)
}

// fakes are the fakes of one process.
type fakes struct{ running []*fake }

type fake struct {
	*mockserver.Server
	listener *httptest.Server
}

const otherTenant = "university"

// of returns how to get at a fake with these options; the clock is the specs'.
func (f *fakes) of(options ...mockserver.Option) func() *Target {
	return func() *Target {
		server, err := mockserver.New(append(options, mockserver.WithSpeed(0), mockserver.WithTenants("diku", otherTenant))...)
		Expect(err).NotTo(HaveOccurred())
		started := &fake{Server: server, listener: httptest.NewServer(server)}
		f.running = append(f.running, started)
		return targetOf(server, started.listener.URL)
	}
}

func targetOf(f *mockserver.Server, url string) *Target {
	return &Target{
		URL:      url,
		Tenant:   "diku",
		Admin:    User{"diku_admin", "admin"},
		Exporter: User{"exporter", "exporter"},
		Viewer:   User{"viewer", "viewer"},
		Pass: func(_ context.Context, d time.Duration) error {
			f.Advance(d)
			return nil
		},
	}
}

// close ends the fakes and says again what they answered against their own contract.
func (f *fakes) close() {
	for _, started := range f.running {
		started.listener.Close()
		Expect(started.Violations()).To(BeEmpty())
	}
}
