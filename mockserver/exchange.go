package mockserver

import "time"

// Exchange is a request and what became of it, for logs and for people. It
// holds no credential: neither tokens nor passwords nor the signature of a
// link.
type Exchange struct {
	At       time.Time // on the world's clock
	Method   string
	Path     string // escaped, without query
	Query    string // decoded, for reading; empty for download links
	Tenant   string
	Status   int
	Effect   string   // what it did or found, in a few words
	Notes    []string // what a real server would not forgive, or does otherwise
	Bytes    int64    // of the answer's body
	Duration time.Duration
}
