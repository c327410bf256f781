package api

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

// guideInstant is the createdDate of the guide's file definition.
var guideInstant = time.Date(2020, 10, 7, 13, 17, 2, 263e6, time.UTC)

func TestTimeRoundTrip(t *testing.T) {
	for _, tt := range []struct {
		name, in, out string
		form          Form
		instant       time.Time
	}{
		{"guide", "2020-10-07T13:17:02.263+0000", "2020-10-07T13:17:02.263+0000", FormBasic, guideInstant},
		{"sunflower", "2020-10-07T13:17:02.263+00:00", "2020-10-07T13:17:02.263+00:00", FormExtended, guideInstant},
		{"trillium", "2020-10-07T13:17:02.263Z", "2020-10-07T13:17:02.263Z", FormZulu, guideInstant},
		{"no fraction", "2020-10-07T13:17:02+0000", "2020-10-07T13:17:02.000+0000", FormBasic, guideInstant.Truncate(time.Second)},
		{"one digit", "2020-10-07T13:17:02.2Z", "2020-10-07T13:17:02.200Z", FormZulu, guideInstant.Truncate(100 * time.Millisecond)},
		{"nanoseconds are cut, not rounded", "2020-10-07T13:17:02.263999999Z", "2020-10-07T13:17:02.263Z", FormZulu, guideInstant.Add(999999)},
		{"another offset", "2020-10-07T15:17:02.263+02:00", "2020-10-07T13:17:02.263+00:00", FormExtended, guideInstant},
		{"another offset, basic", "2020-10-07T11:47:02.263-0130", "2020-10-07T13:17:02.263+0000", FormBasic, guideInstant},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got Time
			if err := json.Unmarshal([]byte(`"`+tt.in+`"`), &got); err != nil {
				t.Fatal(err)
			}
			if got.Form != tt.form || !got.Equal(tt.instant) || got.Location() != time.UTC {
				t.Errorf("read %v as %v in form %d and zone %v, want %v in form %d and UTC",
					tt.in, got.Time, got.Form, got.Location(), tt.instant, tt.form)
			}
			out, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if want := `"` + tt.out + `"`; string(out) != want {
				t.Errorf("%s was written as %s, want %s", tt.in, out, want)
			}
			if got.String() != tt.out {
				t.Errorf("String() = %s, want %s", got, tt.out)
			}
		})
	}
}

func TestTimeRefuses(t *testing.T) {
	for _, in := range []string{
		`""`, `"today"`, `"2020-10-07"`, `"2020-10-07T13:17:02.263"`, `"2020-10-07T13:17:02.263+00"`, `"2020-10-07T13:17:02.263z"`,
		`"2020-13-07T13:17:02.263Z"`, `"2020-10-07 13:17:02.263Z"`, `" 2020-10-07T13:17:02.263Z"`, `1602076622263`, `{}`, `true`,
	} {
		t.Run(in, func(t *testing.T) {
			before := Time{guideInstant, FormZulu}
			got := before
			if err := json.Unmarshal([]byte(in), &got); err == nil {
				t.Errorf("%s was read as %v", in, got)
			}
			if got != before {
				t.Errorf("%s is refused but changed the value to %v", in, got)
			}
		})
	}
}

func TestTimeNullAndYears(t *testing.T) {
	got := Time{guideInstant, FormZulu}
	if err := json.Unmarshal([]byte("null"), &got); err != nil || got != (Time{guideInstant, FormZulu}) {
		t.Errorf("null gave %v, %v; it should leave the value as it is", got, err)
	}
	for year, ok := range map[int]bool{-1: false, 0: true, 9999: true, 10000: false} {
		_, err := json.Marshal(Time{Time: time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)})
		if (err == nil) != ok {
			t.Errorf("writing the year %d: error %v", year, err)
		}
	}
	east := Time{guideInstant.In(time.FixedZone("", 2*60*60)), FormExtended}
	if out, err := json.Marshal(east); err != nil || string(out) != `"2020-10-07T13:17:02.263+00:00"` || east.String() != `2020-10-07T13:17:02.263+00:00` {
		t.Errorf("an instant in another zone is written %s (%v) and %s, want UTC", out, err, east)
	}
	if got := (Time{guideInstant, 99}).String(); got != "2020-10-07T13:17:02.263+0000" {
		t.Errorf("an unknown form is written %s, want the first form", got)
	}
}

func TestCountRoundTrip(t *testing.T) {
	for in, want := range map[string]Count{
		`112`:                    {112, false},
		`"112"`:                  {112, true},
		`0`:                      {0, false},
		`"0"`:                    {0, true},
		`-25`:                    {-25, false},
		`"-25"`:                  {-25, true},
		`9223372036854775807`:    {math.MaxInt64, false},
		`"9223372036854775807"`:  {math.MaxInt64, true},
		`-9223372036854775808`:   {math.MinInt64, false},
		`"-9223372036854775808"`: {math.MinInt64, true},
	} {
		t.Run(in, func(t *testing.T) {
			var got Count
			if err := json.Unmarshal([]byte(in), &got); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("read %s as %+v, want %+v", in, got, want)
			}
			if out, err := json.Marshal(got); err != nil || string(out) != in {
				t.Errorf("%s was written as %s, %v", in, out, err)
			}
			if want := strings.Trim(in, `"`); got.String() != want {
				t.Errorf("String() = %s, want %s", got, want)
			}
		})
	}
}

func TestCountRefuses(t *testing.T) {
	for _, in := range []string{
		`""`, `"1e3"`, `1e3`, `1.0`, `"1.0"`, `"+1"`, `" 1"`, `"1 "`, `"01"`, `"-0"`, `-0`, `"1_000"`, `"0x10"`, `"one"`, `"\u0031"`,
		`9223372036854775808`, `"9223372036854775808"`, `true`, `{}`, `[1]`, `"1\""`,
	} {
		t.Run(in, func(t *testing.T) {
			got := Count{7, true}
			if err := json.Unmarshal([]byte(in), &got); err == nil {
				t.Errorf("%s was read as %+v", in, got)
			}
			if got != (Count{7, true}) {
				t.Errorf("%s is refused but changed the value to %+v", in, got)
			}
		})
	}
	got := Count{7, true}
	if err := json.Unmarshal([]byte("null"), &got); err != nil || got != (Count{7, true}) {
		t.Errorf("null gave %+v, %v; it should leave the value as it is", got, err)
	}
}

// The guide's step 5, but for its layout: every member in its place and of its type.
const guideJob = `{"id":"22091d4a-0c70-4a9e-8843-5dcf96c7cdf5","hrId":"112","exportedFiles":[{"fileId":"b975b199-fa3c-4cc8-8257-4e996e64addb",` +
	`"fileName":"test-112.mrc"}],"jobProfileId":"6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a","jobProfileName":"Default job profile",` +
	`"progress":{"exported":25,"failed":0,"total":"25"},"completedDate":"2020-10-07T13:18:20.364+0000",` +
	`"startedDate":"2020-10-07T13:18:19.852+0000","runBy":{"firstName":"admin","lastName":"admin"},"status":"SUCCESS"}`

// Members in declaration order, as mod-data-export 5.3 sends them at the start of a run: zeros are there.
const sunflowerJob = `{"id":"a1a0e1c2-1b1f-4a39-8c66-0d0a7f1d2b33","hrId":112,"exportedFiles":[{"fileId":"0c1e1f00-41ab-4a0f-9f6e-3b8d5c2e1f00",` +
	`"fileName":"test-112.mrc"}],"jobProfileId":"6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a","jobProfileName":"Default instances export job profile",` +
	`"progress":{"exported":0,"failed":0,"duplicatedSrs":0,"total":0,"readIds":0},"lastUpdatedDate":"2026-01-20T13:17:03.000+00:00",` +
	`"startedDate":"2026-01-20T13:17:02.263+00:00","runBy":{"firstName":"DIKU","lastName":"ADMINISTRATOR",` +
	`"userId":"e2f5ebb7-9285-58f8-bc1e-608ac2080861"},"status":"IN_PROGRESS"}`

func TestRoundTrip(t *testing.T) {
	const md = `"metadata":{"createdDate":"2020-10-07T13:17:02.263+0000","createdByUserId":"873bbfa4-7f40-4bd0-aa27-027494a4b5e9",` +
		`"createdByUsername":"a","updatedDate":"2020-10-07T13:17:02.263+0000","updatedByUserId":"873bbfa4-7f40-4bd0-aa27-027494a4b5e9","updatedByUsername":"b"}`
	for _, tt := range []struct {
		name  string
		value any
		in    string
	}{
		{"job, guide", new(JobExecution), guideJob},
		{"job, sunflower", new(JobExecution), sunflowerJob},
		{"job with an empty list", new(JobExecution), `{"id":"x","hrId":"112","exportedFiles":[],"jobProfileName":"","status":"NEW"}`},
		{"job without a list", new(JobExecution), `{"id":"x","lastUpdatedDate":"2026-04-17T09:12:33.120Z","status":"NEW"}`},
		{"job profile", new(JobProfile), `{"id":"x","name":"n","default":false,"destination":"fileSystem","description":"d",` +
			`"userInfo":{"firstName":"System","lastName":"Process","userName":"system_process"},"mappingProfileId":"y","locked":false,` + md + `}`},
		{"file definition", new(FileDefinition), `{"id":"x","fileName":"test.csv","jobExecutionId":"y","sourcePath":"p","status":"NEW","size":0,` +
			`"uploadFormat":"csv",` + md + `}`},
		{"instance ids", new(InstanceIds), `{"ids":[{"id":"x"}],"totalRecords":0,"resultInfo":{"totalRecords":0,"facets":[],"diagnostics":[]}}`},
		{"RMB's errors", new(RmbErrors), `{"errors":[{"message":"m","type":"1","code":"-1","parameters":[{"key":"k","value":"v"}]}]}`},
		{"sidecar's errors", new(SidecarErrors), `{"errors":[{"type":"t","code":"c","message":"m"}],"total_records":1}`},
		{"Boot's page", new(BootError), `{"timestamp":"2026-04-17T09:12:33.123Z","status":400,"error":"Bad Request","path":"/p"}`},
		{"expiry", new(TokenExpiration), `{"accessTokenExpiration":"2024-01-23T15:15:49Z","refreshTokenExpiration":"2024-01-30T15:05:49Z"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := json.Unmarshal([]byte(tt.in), tt.value); err != nil {
				t.Fatal(err)
			}
			out, err := json.Marshal(tt.value)
			if err != nil {
				t.Fatal(err)
			}
			if string(out) != tt.in {
				t.Errorf("a message changed on the way through its Go type:\n got %s\nwant %s", out, tt.in)
			}
		})
	}
}
