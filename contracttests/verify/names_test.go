package verify_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

var (
	jwtText   = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}`)
	signature = regexp.MustCompile(`(?i)x-amz-(signature|credential)=`)
)

// A report has no secret, whatever the run met, and no names of people or of other people's files unless they are kept.
func TestReportKeepsToItself(t *testing.T) {
	for _, release := range mockserver.Releases() {
		for _, keep := range []bool{false, true} {
			c := lived(t, verify.OwnServer, mockserver.WithRelease(release))
			c.KeepNames = keep
			var shown []verify.Exchange
			c.OnExchange = func(e verify.Exchange) { shown = append(shown, e) }
			report := run(t, c)
			text, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			said, err := json.Marshal(shown)
			if err != nil {
				t.Fatal(err)
			}
			for _, all := range []string{string(text), string(said)} {
				if found := jwtText.FindString(all); found != "" {
					t.Errorf("%s: a token: %s", release, found)
				}
				if found := signature.FindString(all); found != "" {
					t.Errorf("%s: a signature: %s", release, found)
				}
				if strings.Contains(all, `"password\":\"admin`) || strings.Contains(all, "folioAccessToken=ey") {
					t.Errorf("%s: the password, or a cookie", release)
				}
			}
			for _, name := range []string{"exporter", "foreign", "DIKU", "ADMINISTRATOR", `"System`, "system_process"} {
				if kept := strings.Contains(strings.ReplaceAll(string(text)+string(said), `\"`, `"`), name); kept && !keep {
					t.Errorf("%s: the report names %q: %s", release, name, around(string(text), name))
				}
			}
			if keep && !strings.Contains(string(text), "foreign") {
				t.Errorf("%s: names were to be kept", release)
			}
		}
	}
}

func around(text, part string) string {
	at := strings.Index(text, part)
	return text[max(at-100, 0):min(at+100, len(text))]
}

// A line for curl sends a credential that is none as it was sent, and a true one never.
func TestCurlRepeatsGarbage(t *testing.T) {
	shown := map[string]bool{}
	for _, e := range run(t, fake(t, verify.ReadOnly, mockserver.WithRelease("trillium"))).Exchanges {
		for _, credential := range []string{"'X-Okapi-Token: garbage'", "'Authorization: Basic garbage'", `"X-Okapi-Token: $OKAPI_TOKEN"`} {
			shown[credential] = shown[credential] || strings.Contains(e.Curl, credential)
		}
	}
	for credential, is := range shown {
		if !is {
			t.Errorf("no line has %s", credential)
		}
	}
}
