package postman

// LocalURL is where `fauxkapi serve` puts the fake.
const LocalURL = "http://127.0.0.1:9130"

type environment struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Values []variable `json:"values"`
	Scope  string     `json:"_postman_variable_scope"`
}

type variable struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Type    string `json:"type"` // secret ones are masked on the screen
	Enabled bool   `json:"enabled"`
}

// value is a variable that the requests and their scripts use.
type value struct{ key, value, kind string }

// settings are what the user may set.
func settings(okapiURL string) []value {
	return []value{
		{"okapiUrl", okapiURL, "default"},
		{"tenant", "diku", "default"},
		{"username", "diku_admin", "default"},
		{"password", "admin", "secret"},
		{"query", `(keyword all "nod") sortby title`, "default"},
		{"jobProfile", "", "default"}, // name or id; empty: the only one, else the default one for instances
		{"pollDelay", "1000", "default"},
		{"maxPolls", "60", "default"},
	}
}

// Environment returns, as JSON, the environment for a fake at an address, such as LocalURL.
func Environment(okapiURL string) ([]byte, error) {
	const name = "Fauxkapi on this machine"
	made := environment{ID: id(name), Name: name, Scope: "environment"}
	for _, v := range append(settings(okapiURL),
		// What the steps fill in.
		value{"token", "", "secret"},
		value{"refreshToken", "", "secret"},
		value{"jobProfileId", "", "default"},
		value{"fileDefinitionId", "", "default"},
		value{"jobExecutionId", "", "default"},
		value{"polls", "", "default"},
		value{"fileId", "", "default"},
		value{"exported", "", "default"},
		value{"link", "", "secret"},
	) {
		made.Values = append(made.Values, variable{Key: v.key, Value: v.value, Type: v.kind, Enabled: true})
	}
	return encode(made)
}
