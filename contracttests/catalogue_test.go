package contracttests

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// catalogue tells every scenario to the client that users import, in every release that it fits, and holds the client
// to what the scenario expects of a correct one.
func catalogue() {
	Describe("the catalogue of scenarios", func() {
		for _, name := range scenarios.Names() {
			story, err := scenarios.Load(name, nil)
			if err != nil {
				It("loads "+name, func() { Expect(err).NotTo(HaveOccurred()) })
				continue
			}
			for _, release := range mockserver.Releases() {
				if story.Fits(release) {
					It(name+" in "+release+" ends as it expects", func(ctx SpecContext) { comesTrue(ctx, story, release) })
				}
			}
		}
	})
}

// comesTrue runs the six steps on a fake whose time is driven by the client's own polls.
func comesTrue(ctx context.Context, story *scenarios.Scenario, release string) {
	GinkgoHelper()
	srv := mockserver.Start(GinkgoTB(), mockserver.WithRelease(release), mockserver.WithScenario(story.Name), mockserver.WithTimeByPolling())
	c, err := client.New(client.Config{URL: srv.URL, Tenant: "diku", Username: "exporter", Password: "exporter"})
	Expect(err).NotTo(HaveOccurred())
	patience := client.Patience{PollInterval: time.Millisecond, Timeout: time.Minute}
	if story.Expect.Outcome == scenarios.OutcomeTimeout {
		patience.Timeout = 100 * time.Millisecond
	}
	var file bytes.Buffer
	result, err := c.Export(ctx, client.Export{
		IDs: bytes.NewReader(mockserver.InputOf(story)), FileName: "test.csv", Output: &file, Patience: patience,
	})
	journal := srv.Journal()
	Expect(outcomeOf(result, err)).To(Equal(story.Expect.Outcome), "%v\n%s", err, told(journal))
	Expect(err == nil).To(Equal(story.Expect.File), "a file is whole exactly when there is no error: %v", err)
	if story.Expect.File {
		Expect(file.Len()).NotTo(BeZero())
	}
	exports := story.Expect.Exports
	if len(mockserver.InputOf(story)) == 0 {
		exports = 0 // the client looks at its list before it sends anything
	}
	Expect(sent(journal, "startExport")).To(Equal(exports), told(journal))
	if story.Expect.Outcome != scenarios.OutcomeTimeout {
		Expect(sent(journal, "getJobExecutions")).To(BeNumerically("<=", 12+renewals(journal)), told(journal))
	}
}

// outcomeOf is how an export ended, in the words of scenarios.
func outcomeOf(result *client.Result, err error) scenarios.Outcome {
	failure, failed := errors.AsType[*client.Error](err)
	switch {
	case !failed:
		return scenarios.Outcome(result.Outcome)
	case failure.Kind == client.KindTimeout:
		return scenarios.OutcomeTimeout
	}
	return scenarios.OutcomeFail
}

func sent(journal []mockserver.Exchange, operation string) (n int) {
	for _, e := range journal {
		if e.Operation == operation {
			n++
		}
	}
	return n
}

// renewals counts the polls that a token was too old for.
func renewals(journal []mockserver.Exchange) (n int) {
	for _, e := range journal {
		if e.Operation == "getJobExecutions" && e.Status == 401 {
			n++
		}
	}
	return n
}

// told lists what a fake was asked and did, for a spec that fails.
func told(journal []mockserver.Exchange) string {
	var b strings.Builder
	for _, e := range journal {
		b.WriteString(e.At.Format(time.RFC3339) + " " + e.Method + " " + e.Path + " " + e.Effect + " " + e.Rule + "\n")
	}
	return b.String()
}
