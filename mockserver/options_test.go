package mockserver

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// Each wrong option is one sentence that says what to do instead.
func TestOptionsThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		option Option
		want   string
	}{
		{WithRelease("sunflowers"), `mockserver: unknown release "sunflowers"; known are guide, sunflower, trillium`},
		{WithRelease(""), `mockserver: unknown release ""; known are guide, sunflower, trillium`},
		{WithScenario("okay"), `mockserver: unknown scenario "okay"; did you mean "ok"?`},
		{WithParameter("durations", "1s"), `mockserver: ok.yaml:9:3: unknown parameter "durations"; this scenario has duration and steps`},
		{WithParameter("duration", "soon"), `mockserver: ok.yaml:`},
		{WithSpeed(-1), "mockserver: a speed of -1 is not possible: take one from 0 to 1,000,000"},
		{WithSpeed(1e7), "mockserver: a speed of 1e+07 is not possible: take one from 0 to 1,000,000"},
		{WithSpeed(nan()), "mockserver: a speed of NaN is not possible: take one from 0 to 1,000,000"},
		{WithStart(time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC)), "mockserver: the world cannot start in the year 1969: take one from 1970 to 9000"},
		{WithStart(time.Time{}), "mockserver: the world cannot start in the year 1: take one from 1970 to 9000"},
		{WithTenants(), "mockserver: a fake without a tenant answers nobody: name one"},
		{WithTenants("diku", ""), `mockserver: "" can be no tenant: take up to 31 lower-case letters, digits, - and _, a letter first`},
		{WithTenants("Diku"), `mockserver: "Diku" can be no tenant: take up to 31 lower-case letters, digits, - and _, a letter first`},
		{WithTenants("a/b"), `mockserver: "a/b" can be no tenant: take up to 31 lower-case letters, digits, - and _, a letter first`},
		{WithTenants("supertenant"), `mockserver: "supertenant" can be no tenant: take up to 31 lower-case letters, digits, - and _, a letter first`},
		{WithPublicURL("fake.example"), `mockserver: "fake.example" is no public URL: it looks like http://host:9130`},
		{WithPublicURL("ftp://fake.example"), `mockserver: "ftp://fake.example" is no public URL: it looks like http://host:9130`},
		{WithPublicURL("http://fake.example?x=y"), `mockserver: "http://fake.example?x=y" is no public URL: it looks like http://host:9130`},
		{WithPublicURL("http://fake.example/#x"), `mockserver: "http://fake.example/#x" is no public URL: it looks like http://host:9130`},
		{WithPublicURL("http://user:word@fake.example"), `mockserver: "http://user:xxxxx@fake.example" is no public URL: it looks like http://host:9130`},
		{WithPublicURL("http://%zz"), `mockserver: "http://%zz" is no public URL: it looks like http://host:9130`},
	} {
		s, err := New(tt.option)
		if s != nil || err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%v\nwant %s", err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("more than a line: %v", err)
		}
	}
}

func nan() float64 {
	zero := 0.0
	return zero / zero
}

// What is said by default is what the options' comments promise.
func TestDefaults(t *testing.T) {
	for release, start := range map[string]string{"guide": "2020-10-07T13:17:02.263Z", "sunflower": "2026-01-20T13:17:02.263Z", "trillium": "2026-04-17T13:17:02.263Z"} {
		s := newServer(t, release)
		if got := s.Now().Format(time.RFC3339Nano); got != start {
			t.Errorf("%s starts at %s, want %s", release, got, start)
		}
		if s.Release() != release {
			t.Errorf("%s says it is %s", release, s.Release())
		}
		if title, sentence := s.About(); title == "" || sentence == "" {
			t.Errorf("%s says nothing about itself", release)
		}
	}
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if s.Release() != "guide" || s.config.scenario != "ok" || len(s.tenants) != 1 || s.tenants["diku"] == nil || s.config.control {
		t.Errorf("%+v", s.config)
	}
	if first := s.Now(); s.Now().Before(first) || s.Advance(-time.Hour).Before(first) {
		t.Error("the clock runs backwards")
	}
}

// The same seed gives the same ids, tokens and links; another one others.
func TestSeed(t *testing.T) {
	life := func(options ...Option) string {
		c := newCaller(t, "sunflower", options...)
		j := c.finished(t, "a.csv", idList(3))
		link := c.link(t, j)
		return j.id.String() + c.token + link + follow(c.s, "GET", link).Body.String()
	}
	if life() != life(WithSeed(1)) {
		t.Error("two servers of one seed differ")
	}
	if life() == life(WithSeed(2)) {
		t.Error("two seeds are the same")
	}
}

// An embedded fake that is asked twice for its public URL does not change it.
func TestPublicURLIsCopied(t *testing.T) {
	c := newCaller(t, "guide", WithPublicURL("http://folio.example/x/"))
	j := c.finished(t, "a.csv", idList(1))
	for range 2 {
		u, err := url.Parse(c.link(t, j))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(u.String(), "http://folio.example/x/folio-data-export/diku/") {
			t.Errorf("the link is %s", u)
		}
	}
}
