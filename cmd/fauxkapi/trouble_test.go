package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/fauxkapi/fauxkapi/mockserver"
)

// While a server is in trouble the lines say so, with their time, and so does the log of a run that is quiet.
func TestTroubleIsShown(t *testing.T) {
	for name, flags := range map[string]string{"loud": "", "quiet": " --quiet"} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "ids.csv", oneID)
			synctest.Test(t, func(t *testing.T) {
				fake, err := mockserver.New(mockserver.WithRelease("sunflower"))
				if err != nil {
					t.Fatal(err)
				}
				down := 0
				everywhere(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/job-executions") && down < 2 {
						down++
						w.Header().Set("Retry-After", "20")
						w.WriteHeader(http.StatusServiceUnavailable)
						return
					}
					fake.ServeHTTP(w, r)
				}))
				got := (&trial{env: administrator()}).run(t.Context(), strings.Fields("export --input ids.csv --output out.mrc --run-dir runs"+flags)...)
				line := regexp.MustCompile(`(?m)^2000-01-01T00:0\d:\d\dZ  look at the job: http://okapi.test answered 503; again in 2\ds$`)
				log := slurp(t, runs(t)[0], "log.txt")
				if got.code != exitOK || len(line.FindAllString(log, -1)) != 2 {
					t.Errorf("%+v\n%s", got, log)
				}
				if shown := len(line.FindAllString(got.stderr, -1)); shown != map[string]int{"loud": 2, "quiet": 0}[name] {
					t.Errorf("shown %d times:\n%s", shown, got.stderr)
				}
			})
		})
	}
}
