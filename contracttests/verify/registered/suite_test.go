// Package registered shows that the claims are as right in many processes and in any order as they are in a row: they are
// registered as a Ginkgo suite, about an honest fake on virtual time. .ci/verify.sh runs it with many seeds.
package registered

import (
	"cmp"
	"context"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/contracttests"
	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// TestRegistered holds the fake of the release in $OKAPI_RELEASE, sunflower by default, to every claim.
func TestRegistered(t *testing.T) {
	RegisterFailHandler(Fail)
	fake := mockserver.Start(
		t, mockserver.WithRelease(cmp.Or(os.Getenv("OKAPI_RELEASE"), "sunflower")), mockserver.WithNamedRecords(), mockserver.WithSpeed(0),
	)
	contracttests.Register(verify.Config{
		URL: fake.URL, Tenant: "diku", Username: "diku_admin", Password: "admin", Level: verify.OwnServer, Own: "diku", Now: fake.Now,
		Waivers: []verify.Waiver{{Claim: "login.gives-a-token", Reason: "it is not needed, which is a note", Ticket: "none", Expires: "2020-01-01"}},
		Pass: func(ctx context.Context, d time.Duration) error {
			fake.Advance(d)
			return ctx.Err()
		},
	})
	ReportAfterSuite("every claim was judged", func(report Report) {
		passed := 0
		for _, spec := range report.SpecReports {
			if spec.LeafNodeType == types.NodeTypeIt && spec.State == types.SpecStatePassed {
				passed++
			}
			Expect(spec.Failure.Message).NotTo(HavePrefix("could not check"), spec.LeafNodeText)
		}
		Expect(passed).To(BeNumerically(">", 100))
	})
	RunSpecs(t, "the claims")
}
