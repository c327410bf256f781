package contracttests

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// instancesProfile is the id of the default profile for instances, the same in every release.
const instancesProfile = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a"

// seedProfile is a job profile that a tenant has from the start.
type seedProfile struct{ id, name, description, mapping, day string }

// seedProfiles are the reference data of mod-data-export 2.1.4, 5.3.0 and 5.4.0.
var seedProfiles = func() per[[]seedProfile] {
	const (
		instances   = "25d81cbe-9686-11ea-bb37-0242ac130002"
		holdings    = "1ef7d0ac-f0a8-42b5-bbbb-c7e249009c13"
		authorities = "5d636597-a59d-4391-a270-4e79d5ba70e3"
		linkedData  = "f8b400da-6a0c-4058-be10-cece93265c32"
	)
	of53 := []seedProfile{
		{instancesProfile, "Default instances export job profile", "Default instances export job profile", instances, "2020-07-28"},
		{"5e9835fc-0e51-44c8-8a47-f7b8fce35da7", "Default holdings export job profile", "Default holdings job profile", holdings, "2020-07-28"},
		{"56944b1c-f3f9-475b-bed0-7387c33620ce", "Default authority export job profile", "Default authority job profile", authorities, "2020-07-28"},
		{"2c9be114-6d35-4408-adac-9ead35f51a27", "Deleted authority export job profile", "Deleted authority export job profile", authorities, "2024-03-14"},
	}
	return per[[]seedProfile]{
		guide:     []seedProfile{{instancesProfile, "Default job profile", "Default job profile", instances, "2020-07-28"}},
		sunflower: of53,
		trillium: append(of53[:len(of53):len(of53)], seedProfile{
			"42ca0945-f66c-4bc1-8d1a-7aa8b2e4483a", "Default linked data export job profile", "Default linked data job profile", linkedData, "2025-09-24",
		}),
	}
}()

// nowhere is a well-formed UUID that no object has.
const nowhere = "5bb6a5a7-5b4c-4c2c-9a0e-0f1a7e6a2c11"

// Final states with a file, without and with lines that failed.
var (
	success = since5(api.JobExecutionStatusSuccess, api.JobExecutionStatusCompleted)
	partial = since5(api.JobExecutionStatusSuccess, api.JobExecutionStatusCompletedWithErrors)
)

// claims is what an access token says of itself.
type claims struct {
	Type     string  `json:"type"`
	Subject  string  `json:"sub"`
	UserID   string  `json:"user_id"`
	Tenant   string  `json:"tenant"`
	Issuer   string  `json:"iss"`
	IssuedAt float64 `json:"iat"`
	Expires  float64 `json:"exp"`
}

// claimsOf reads a token without verifying it, which only the server can.
func claimsOf(token string) claims {
	GinkgoHelper()
	parts := strings.Split(token, ".")
	Expect(parts).To(HaveLen(3), "the parts of a JWT")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	Expect(err).NotTo(HaveOccurred())
	var said claims
	Expect(json.Unmarshal(payload, &said)).To(Succeed())
	return said
}
