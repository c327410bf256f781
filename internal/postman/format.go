package postman

// The part of Postman's collection format v2.1 that is written here, members in the order of Postman's own exports.

type collection struct {
	Info  info   `json:"info"`
	Items []item `json:"item"`

	Variables []field `json:"variable,omitempty"`
}

type info struct {
	ID          string `json:"_postman_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Schema      string `json:"schema"`
}

// item is a folder, with Items, or a request.
type item struct {
	Name        string    `json:"name"`
	ID          string    `json:"id"`
	Description string    `json:"description,omitempty"` // of a folder
	Items       []item    `json:"item,omitempty"`
	Events      []event   `json:"event,omitempty"`
	Behavior    *behavior `json:"protocolProfileBehavior,omitempty"`
	Request     *request  `json:"request,omitempty"`
}

// behavior keeps the cookie jar out: it would send the last login's cookie beside the token, or to the next login,
// where a stale credential is refused.
type behavior struct {
	DisableCookies bool `json:"disableCookies"`
}

type event struct {
	Listen string `json:"listen"`
	Script script `json:"script"`
}

type script struct {
	Type string   `json:"type"`
	Exec []string `json:"exec"` // its lines
}

type request struct {
	Auth        *auth   `json:"auth,omitempty"`
	Method      string  `json:"method"`
	Headers     []field `json:"header"`
	Body        *body   `json:"body,omitempty"`
	URL         address `json:"url"`
	Description string  `json:"description,omitempty"`
}

type auth struct {
	Type string `json:"type"`
}

// field is a header, a query parameter or a path variable.
type field struct {
	Key         string `json:"key"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Disabled    bool   `json:"disabled,omitempty"`
}

// body is text, or a file by its name below Postman's working directory.
type body struct {
	Mode    string   `json:"mode"`
	Raw     string   `json:"raw,omitempty"`
	File    *source  `json:"file,omitempty"`
	Options *options `json:"options,omitempty"`
}

type source struct {
	Src string `json:"src"`
}

type options struct {
	Raw language `json:"raw"`
}

type language struct {
	Language string `json:"language"`
}

type address struct {
	Raw       string   `json:"raw"`
	Host      []string `json:"host"`
	Path      []string `json:"path,omitempty"`
	Query     []field  `json:"query,omitempty"`
	Variables []field  `json:"variable,omitempty"`
}

func newFolder(name, description string) item {
	return item{Name: name, ID: id(name), Description: description}
}
