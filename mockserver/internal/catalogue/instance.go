package catalogue

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"
)

// Source is the member "source" of an inventory instance.
type Source string

const (
	SourceFOLIO Source = "FOLIO" // its MARC record is generated from the instance
	SourceMARC  Source = "MARC"  // its MARC record is stored, and exported as stored
)

// Instance is an inventory instance; references to other records are replaced by the names of what they refer to.
type Instance struct {
	ID           uuid.UUID
	HRID         string
	Source       Source
	Title        string
	Contributors []Contributor
	Identifiers  []Identifier
	Edition      string        // "" if there is none
	Publication  []Publication // one, or two of a reprint
	Extent       string        // physical description
	Type         string        // of the resource, such as "text"
	Format       string        // such as "unmediated -- volume"
	Languages    []string      // codes of ISO 639-2/B
	Series       string        // "" if there is none
	Note         string        // "" if there is none
	Subjects     []string
	Nature       string    // of the content, such as "bibliography"; "" if not said
	Link         string    // electronic access; "" if there is none
	Created      time.Time // UTC, whole milliseconds
	Updated      time.Time // not before Created
}

// ContributorKind is the contributor name type.
type ContributorKind string

const (
	Personal  ContributorKind = "Personal name"
	Corporate ContributorKind = "Corporate name"
	Meeting   ContributorKind = "Meeting name"
)

type Contributor struct {
	Name    string
	Kind    ContributorKind
	Primary bool
}

type Identifier struct {
	Type  string // the name of the identifier type in FOLIO's reference data, such as "ISBN"
	Value string
}

type Publication struct {
	Place, Publisher, Date string // a date is "" or a year of four digits
}

// Words are the words of the instance as the keyword index of mod-inventory-storage 19 has them: those of title,
// contributor names and identifier values.
func (i Instance) Words() []string {
	words := Words(i.Title)
	for _, c := range i.Contributors {
		words = append(words, Words(c.Name)...)
	}
	for _, id := range i.Identifiers {
		words = append(words, Words(id.Value)...)
	}
	return words
}

// Words splits a text into its words, without case and accents, so that words of queries and instances compare.
func Words(text string) []string {
	folded := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
	return slices.Collect(strings.FieldsFuncSeq(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}))
}
