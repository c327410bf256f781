package postman

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

// Environment returns, as JSON, the environment for the fake where `fauxkapi serve` puts it.
func Environment() ([]byte, error) {
	const name = "Fauxkapi on this machine"
	made := environment{ID: id(name), Name: name, Scope: "environment"}
	for _, v := range []struct{ key, value, kind string }{
		// What the user sets.
		{"okapiUrl", "http://127.0.0.1:9130", "default"},
		{"tenant", "diku", "default"},
		{"username", "diku_admin", "default"},
		{"password", "admin", "secret"},
		{"query", `(keyword all "nod") sortby title`, "default"},
		{"jobProfile", "", "default"}, // name or id; empty: the only one, else the default one for instances
		{"pollDelay", "1000", "default"},
		{"maxPolls", "60", "default"},
		// What the steps fill in.
		{"token", "", "secret"},
		{"refreshToken", "", "secret"},
		{"jobProfileId", "", "default"},
		{"fileDefinitionId", "", "default"},
		{"jobExecutionId", "", "default"},
		{"polls", "", "default"},
		{"fileId", "", "default"},
		{"exported", "", "default"},
		{"link", "", "secret"},
	} {
		made.Values = append(made.Values, variable{Key: v.key, Value: v.value, Type: v.kind, Enabled: true})
	}
	return encode(made)
}
