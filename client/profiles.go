package client

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/internal/prose"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

const (
	profilePage = 200 // at about 800 bytes each, well within maxJSON
	maxProfiles = 10_000
)

// The default profile for instances: its name since mod-data-export 4.3, its name before, and its id in all versions.
const (
	defaultProfileName    = "Default instances export job profile"
	defaultProfileOldName = "Default job profile"
	defaultProfileID      = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"
)

// JobProfiles is step 1: all job profiles, in the server's order.
func (c *Client) JobProfiles(ctx context.Context) ([]api.JobProfile, error) {
	var all []api.JobProfile
	for {
		page, err := c.jobProfiles(ctx, len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, page.JobProfiles...)
		if len(page.JobProfiles) == 0 || len(all) >= page.TotalRecords || len(all) >= maxProfiles {
			return all, nil
		}
	}
}

func (c *Client) jobProfiles(ctx context.Context, offset int) (api.JobProfileCollection, error) {
	var page api.JobProfileCollection
	params := &api.GetJobProfilesParams{Limit: new(profilePage)}
	if offset > 0 {
		params.Offset = &offset
	}
	err := c.do(ctx, operation{
		name: opProfile, safe: true, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetJobProfiles(ctx, params, edit...)
		},
		read: func(_ *watched, answer *http.Response) (err error) {
			if page, err = decode[api.JobProfileCollection](c, opProfile, answer); err != nil {
				return err
			}
			c.secrets.hush(&page)
			message := prose.Count(len(page.JobProfiles), "profile")
			if len(page.JobProfiles) == 1 {
				message = page.JobProfiles[0].Name + " " + page.JobProfiles[0].Id
			}
			c.tell(answer, Event{Step: StepProfile, Message: message})
			return nil
		},
	})
	return page, err
}

// JobProfile finds a job profile by its name or id. For "" it takes the only one there is, or else the default profile
// for instances.
func (c *Client) JobProfile(ctx context.Context, nameOrID string) (api.JobProfile, error) {
	all, err := c.JobProfiles(ctx)
	if err != nil {
		return api.JobProfile{}, err
	}
	profile, failure := choose(all, nameOrID)
	if failure != nil {
		failure.Kind, failure.Op = KindInput, opProfile
		failure.Message = c.base + " has " + failure.Message
		return api.JobProfile{}, failure
	}
	if !isUUID(profile.Id) {
		return api.JobProfile{}, &Error{
			Kind: KindServer, Op: opProfile,
			Message: fmt.Sprintf("%s gives profile %s the id %s, which is no UUID", c.base, quoted(profile.Name), quoted(profile.Id)),
		}
	}
	c.emit(Event{Step: StepProfile, Message: fmt.Sprintf("job profile %s (%s)", quoted(profile.Name), profile.Id)})
	return profile, nil
}

func choose(all []api.JobProfile, nameOrID string) (api.JobProfile, *Error) {
	if len(all) == 0 {
		return api.JobProfile{}, &Error{Message: "no job profile at all", Hint: "ask an administrator of the tenant for one"}
	}
	if nameOrID == "" {
		if len(all) == 1 {
			return all[0], nil
		}
		for _, fits := range []func(api.JobProfile) bool{
			func(p api.JobProfile) bool { return p.Name == defaultProfileName },
			func(p api.JobProfile) bool { return p.Name == defaultProfileOldName },
			func(p api.JobProfile) bool { return strings.EqualFold(p.Id, defaultProfileID) },
		} {
			if i := slices.IndexFunc(all, fits); i >= 0 {
				return all[i], nil
			}
		}
		return api.JobProfile{}, &Error{Message: fmt.Sprintf("%d job profiles and no default for instances", len(all)), Hint: "choose one of " + names(all)}
	}
	var found []api.JobProfile
	for _, p := range all {
		if strings.EqualFold(p.Id, nameOrID) {
			return p, nil
		}
		if p.Name == nameOrID {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return api.JobProfile{}, &Error{Message: "no job profile " + quoted(nameOrID), Hint: "choose one of " + names(all)}
	}
	var ids []string
	for _, p := range found {
		ids = append(ids, printable(p.Id, excerptSize))
	}
	return api.JobProfile{}, &Error{
		Message: fmt.Sprintf("%d job profiles named %s", len(found), quoted(nameOrID)),
		Hint:    "choose one by its id: " + strings.Join(ids, ", "),
	}
}

// names lists the names of profiles, in alphabetical order and not without end.
func names(all []api.JobProfile) string {
	const most = 20
	var list []string
	for _, p := range all {
		list = append(list, quoted(p.Name))
	}
	slices.Sort(list)
	if list = slices.Compact(list); len(list) > most {
		list = append(list[:most], fmt.Sprintf("%d more", len(list)-most))
	}
	return strings.Join(list, ", ")
}
