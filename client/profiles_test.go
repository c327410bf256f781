package client

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

func TestChoose(t *testing.T) {
	instances := api.JobProfile{Id: profileID, Name: defaultProfileName}
	old := api.JobProfile{Id: otherID, Name: defaultProfileOldName}
	renamed := api.JobProfile{Id: strings.ToUpper(profileID), Name: "Ours"}
	holdings := api.JobProfile{Id: "5e9835fc-0e51-44c8-8a47-f7b8fce35da7", Name: "Default holdings export job profile"}
	authority := api.JobProfile{Id: "56944b1c-f3f9-475b-bed0-7387c33620ce", Name: "Default authority export job profile"}
	twin := api.JobProfile{Id: otherID, Name: holdings.Name}
	tests := map[string]struct {
		all   []api.JobProfile
		asked string
		want  string // id
		err   string
	}{
		"the only one":        {[]api.JobProfile{authority}, "", authority.Id, ""},
		"default":             {[]api.JobProfile{holdings, old, instances}, "", instances.Id, ""},
		"default by old name": {[]api.JobProfile{holdings, old}, "", old.Id, ""},
		"default by id":       {[]api.JobProfile{holdings, renamed}, "", renamed.Id, ""},
		"no default":          {[]api.JobProfile{holdings, authority}, "", "", `2 job profiles and no default for instances; choose one of "Default authority export job profile", "Default holdings export job profile"`},
		"by name":             {[]api.JobProfile{holdings, authority}, authority.Name, authority.Id, ""},
		"by id":               {[]api.JobProfile{holdings, authority}, strings.ToUpper(authority.Id), authority.Id, ""},
		"unknown":             {[]api.JobProfile{holdings}, "nope\x1b[31m", "", "no job profile \"nope\uFFFD[31m\"; choose one of \"Default holdings export job profile\""},
		"ambiguous":           {[]api.JobProfile{holdings, twin}, holdings.Name, "", `2 job profiles named "Default holdings export job profile"; choose one by its id: 5e9835fc-0e51-44c8-8a47-f7b8fce35da7, ` + otherID},
		"other case":          {[]api.JobProfile{holdings}, "default HOLDINGS export job profile", "", `no job profile "default HOLDINGS`},
		"none at all":         {nil, "", "", "no job profile at all; ask an administrator"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := choose(test.all, test.asked)
			if test.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), test.err) {
					t.Errorf("got %v, want %s", err, test.err)
				}
				return
			}
			if err != nil || got.Id != test.want {
				t.Errorf("got %s, %v; want %s", got.Id, err, test.want)
			}
		})
	}
}

func TestJobProfilesAreReadToTheLast(t *testing.T) {
	for _, all := range []int{0, 1, 200, 201, 450} {
		s := newStub()
		s.answers["GET /data-export/job-profiles"] = func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			offset, _ := strconv.Atoi(q.Get("offset"))
			limit, _ := strconv.Atoi(q.Get("limit"))
			var page []string
			for i := offset; i < min(offset+limit, all); i++ {
				page = append(page, fmt.Sprintf(`{"id":"00000000-0000-0000-0000-%012d","name":"p%d","mappingProfileId":"x"}`, i, i))
			}
			answer(200, "application/json", fmt.Sprintf(`{"jobProfiles":[%s],"totalRecords":%d}`, strings.Join(page, ","), all))(w, r)
		}
		got, err := s.inProcess(t).JobProfiles(t.Context())
		if err != nil || len(got) != all || all > 0 && got[all-1].Name != fmt.Sprintf("p%d", all-1) {
			t.Errorf("%d of %d, %v", len(got), all, err)
		}
	}
	s := newStub() // a server that never comes to an end does not keep us
	s.json("GET /data-export/job-profiles", 200, `{"jobProfiles":[`+strings.TrimSuffix(strings.Repeat(`{"id":"x","name":"y","mappingProfileId":"z"},`, 200), ",")+`],"totalRecords":2000000000}`)
	if got, err := s.inProcess(t).JobProfiles(t.Context()); err != nil || len(got) != maxProfiles {
		t.Errorf("%d, %v", len(got), err)
	}
}
