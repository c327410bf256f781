package contracttests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// Register adds a spec for each claim of package verify, about a server that others may use too. It is called once, while
// the spec tree is built; the suite must have no other SynchronizedBeforeSuite.
//
// The first process verifies the server before any spec runs, with one login, one budget and one rate for all processes;
// the specs tell what came of it. A claim that is broken fails. One that could not be checked, or for which the server
// gave no occasion, is skipped with the reason. Drift is a report entry, and fails if the config is strict. Each spec has
// the labels of its claim's level and topic (what stands before the first dot of its id).
func Register(config verify.Config) {
	GinkgoHelper()
	var report verify.Report
	SynchronizedBeforeSuite(func(ctx SpecContext) []byte {
		found, err := verify.Run(ctx, config)
		Expect(err).NotTo(HaveOccurred())
		text, err := json.Marshal(found)
		Expect(err).NotTo(HaveOccurred())
		return text
	}, func(text []byte) {
		Expect(json.Unmarshal(text, &report)).To(Succeed())
	})
	Describe("the contract", func() {
		for _, claim := range verify.Claims() {
			if !claim.Fits(config.Release, config.Level) {
				continue
			}
			topic, _, _ := strings.Cut(claim.ID, ".")
			It(claim.ID+": "+claim.Sentence, Label(string(claim.Level), topic), func() { tellVerdict(&report, claim) })
		}
		if len(config.Waivers) > 0 {
			It("no known deviation has expired", Label("waivers"), func() { tellWaivers(&report) })
		}
	})
}

// tellWaivers fails if a known deviation that has expired is still needed, and notes those that nothing needs.
func tellWaivers(report *verify.Report) {
	GinkgoHelper()
	for _, w := range report.Waivers {
		about := fmt.Sprintf("%s%s: %s (%s), until %s", w.Claim, w.Field, w.Reason, w.Ticket, w.Expires)
		switch {
		case w.Expired:
			Fail("it has expired, and is still needed: " + about)
		case w.Used == 0:
			AddReportEntry("not needed", about, ReportEntryVisibilityAlways)
		}
	}
}

// tellVerdict passes, fails or skips a spec by what came of its claim.
func tellVerdict(report *verify.Report, claim verify.Claim) {
	GinkgoHelper()
	index := slices.IndexFunc(report.Results, func(r verify.Result) bool { return r.Claim.ID == claim.ID })
	switch {
	case index >= 0:
	case slices.Contains(report.Idle, claim.ID):
		Skip("the server gave no occasion for it")
	case report.Stopped != "":
		Skip("the run ended before: " + report.Stopped)
	default:
		Skip(fmt.Sprintf("it is not about release %s at level %s", report.Server.Release, report.Level))
	}
	result := report.Results[index]
	text := tellFindings(report, result)
	switch {
	case result.Verdict == verify.Broken, result.Verdict == verify.Drift && report.Strict:
		Fail(text)
	case result.Verdict == verify.Unchecked:
		Skip("could not check: " + text)
	case text != "":
		AddReportEntry(string(result.Verdict), text, ReportEntryVisibilityAlways)
	}
}

// tellFindings words what was found, and how to see it again.
func tellFindings(report *verify.Report, result verify.Result) string {
	var b strings.Builder
	for _, f := range result.Findings {
		fmt.Fprintf(&b, "%s %s: %s\n", f.Operation, f.Member, f.Text)
		if f.Exchange > 0 && f.Exchange <= len(report.Exchanges) {
			fmt.Fprintf(&b, "  %s\n", report.Exchanges[f.Exchange-1].Curl)
		}
	}
	if result.Verdict == verify.Broken {
		fmt.Fprintf(&b, "When this fails, it is usually %s. Source: %s.\n", result.Claim.Usually, result.Claim.Source)
	}
	return b.String()
}
