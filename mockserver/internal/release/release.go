// Package release is the table of FOLIO releases that can be imitated: one row
// of data per release, and nothing about releases anywhere else. What a row
// says was read in the sources of the modules and gateways of that release; see
// docs/releases.md and docs/gateways.md. What could not be read there is an
// assumption with a number, listed in docs/assumptions.md.
//
// A further release is a row here, an overlay under openapi/releases and
// nothing else.
package release

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// Release is one row.
type Release struct {
	Name     string
	Title    string    // what stands behind the name, for the ready screen
	Sentence string    // the sentence that a user must not miss
	Instant  time.Time // where an embedded world starts

	Wire     Wire
	Job      JobRules
	Input    InputRules
	Profiles []Profile
	Members  ProfileMembers
	Mapping  catalogue.Mapping // generation of the default mapping profile
	Gateway  Gateway
	Login    Login
	Link     Link
	Modules  map[string]Module // by the x-okapi-module of the document
}

// Wire is how values look in JSON.
type Wire struct {
	Dates          api.Form
	InventoryDates api.Form // mod-inventory's own
	QuotedNumbers  bool     // hrId and progress.total are strings
}

// Layout is the order and spacing of JSON members.
type Layout int

// The layouts of the three generations of JSON writers.
const (
	Compact Layout = iota // declaration order, no blanks (Jackson 2 under Spring)
	Sorted                // alphabetical at every level, no blanks (Jackson 3: assumption A09)
	Pretty                // declaration order, RMB's indentation
)

// JobRules is how a job execution comes into being, moves and ends.
type JobRules struct {
	WithDefinition bool // created by POST file-definitions; otherwise when the upload ends
	FirstHRID      int
	HRIDAtExport   bool // drawn at each export; otherwise when the job is created

	// StartsAfter is how long an accepted export stays NEW. Zero: it is
	// IN_PROGRESS before the 204 is sent.
	StartsAfter time.Duration

	Logs             bool // there is an error log, and expire-jobs
	MergesRows       bool // the log has a row of a job once, however often it is written
	JobBeforeProfile bool // an export looks its job up before its profile

	NoOutput string // what it says of a job that has no file

	Success, Partial api.JobExecutionStatus // the good ending, without and with failures

	FlatProgress   bool // duplicatedSrs and readIds are counted
	LastUpdated    bool // jobs carry lastUpdatedDate
	RunByID        bool // runBy carries userId
	FinalFileID    bool // the exported file gets another id at the end
	SecondExport   SecondExport
	EmptyNeverRuns bool   // an empty list fails without having run
	Validates      bool   // some requests are accepted with 204 and fail at once
	AuthorityQuery bool   // a query may name authorities; otherwise such a request fails at once
	KindByProfile  bool   // the profile says what the ids are ids of; otherwise the request's idType
	EmptyFileList  bool   // exportedFiles is [] before there is one; otherwise absent
	UnknownFile    bool   // a download names any file id; otherwise it must be listed
	NameAtReading  bool   // jobProfileName is looked up when the job is read
	FileExtension  string // of the exported file
	CountedBatch   int    // lines or records after which the counters move
	TotalFromStart bool   // progress.total is right from the first moment
}

// SecondExport is what becomes of a job whose definition is exported again.
type SecondExport int

// The two known answers.
const (
	AddsFile SecondExport = iota // the job runs again and lists a second file
	Hangs                        // the job stays IN_PROGRESS: assumption A08
)

// InputRules is how an uploaded CSV is read and definitions are made.
type InputRules struct {
	Reading        Reading
	Trim           bool // blanks around an id are dropped
	StripBOM       bool // a byte order mark on line 1 is dropped
	LenientUUID    bool // 1-2-3-4-5 parses, as in Java
	StrictEncoding bool // bytes that are not UTF-8 stop the reader for ever: assumption A07
	Extensions     []string
	SliceSize      int // ids that are exported to one file (ByUUID)
	MaxSize        int // in KB; 0: unchecked
	UploadFormat   bool
	UserInMetadata bool // metadata of a definition names the user
	SourcePath     string
	UploadUpdates  bool // updatedDate of a definition moves with its upload
	SecondIsError  bool // a second upload turns the definition into ERROR
}

// Reading is the order in which ids are looked up and written.
type Reading int

// The two generations.
const (
	InBatches Reading = iota // 50 lines at a time in input order, looked up in groups of 20
	ByUUID                   // deduplicated and sorted, 1,000 at a time
)

// Gateway is what stands in front of the modules.
type Gateway struct {
	Title        string
	Flavour      Flavour
	Version      string // what GET /_/version says
	MaxURI       int    // bytes of the request line
	MaxHeaders   int    // bytes of all header fields
	CookieToken  bool   // the token may come in the cookie folioAccessToken
	Headers      [][2]string
	Answers      Answers
	ChecksUserID bool // a sent X-Okapi-User-Id must be the token's
}

// Flavour is the family of the gateway: the order of its checks is code.
type Flavour int

// The families.
const (
	Okapi Flavour = iota
	Eureka
)

// Login is how tokens are given out and how long they live.
type Login struct {
	Access, Refresh time.Duration
	LegacyExpires   bool // the token of POST /authn/login expires like any other
	LegacyHeader    bool // it comes in the header x-okapi-token too
	LegacyBody      LegacyBody
	Issuer          bool // the token names its tenant by iss, as Keycloak does
	HTTPOnly        string
	SameSite        string
	PathFirst       bool   // the attribute order of the cookie
	ClearedBy       string // the cookie that ends a session, with verbs for name and path
}

// LegacyBody is what POST /authn/login answers with.
type LegacyBody int

// The three generations.
const (
	EchoesLogin LegacyBody = iota // the submitted object, password included
	TokenBody                     // okapiToken
	TokenPair                     // okapiToken and refreshToken
)

// Link is how a download link looks.
type Link struct {
	KeyPrefix     string // before <jobExecutionId>/<fileName>; {tenant} is replaced
	ParameterSort bool   // query parameters in alphabetical order, as AWS SDK v2 and MinIO write them
}

// Module is one module behind the gateway.
type Module struct {
	ID        string   // mod-data-export-5.3.0
	Provides  []string // interfaces as id=version
	Framework Framework
	Answers   Answers
}

// Framework is what checks a request before the module's own code sees it.
type Framework int

// The frameworks, in the order of their age.
const (
	RMB30    Framework = iota // before RMB-519: headers must be there
	RMB35                     // missing headers get defaults
	Spring53                  // ignores what follows the JSON value: assumption A15
	Spring54                  // refuses it
	Internal                  // the gateway itself
)

// ProfileMembers is what a release says of each profile beside the rest.
type ProfileMembers struct {
	Default, Locked bool
}

// Profile is a default job profile.
type Profile struct {
	ID, MappingID     uuid.UUID
	Name, Description string
	Created           time.Time
}

// Layout returns how the framework's JSON writer lays out an answer.
func (f Framework) Layout() Layout {
	switch f {
	case Spring53:
		return Compact
	case Spring54:
		return Sorted
	}
	return Pretty
}

// Names returns the names of all releases, the oldest first.
func Names() []string {
	var names []string
	for _, r := range table() {
		names = append(names, r.Name)
	}
	return names
}

// Default is the release of a server that is not told otherwise.
const Default = "guide"

// Find returns the row of a name.
func Find(name string) (*Release, error) {
	rows := table()
	i := slices.IndexFunc(rows, func(r *Release) bool { return r.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("unknown release %q; known are %s", name, strings.Join(Names(), ", "))
	}
	return rows[i], nil
}

func table() []*Release {
	return []*Release{guide(), sunflower(), trillium()}
}
