package explain

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/fauxkapi/fauxkapi/client/idlist"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

// codeExpired is the sentence of expire-jobs, which comes under a code that says
// nothing (mod-data-export 5.3.0, JobExecutionService).
const codeExpired = "Job was expired"

// The codes that are counted in a way of their own.
const (
	codeBadLines   = "error.invalidUuidFormat"
	codeTwoSources = "error.duplicateSRS"
	codeNoFile     = "error.binaryFile.notGenerated"
)

// told is what a row of the log means.
type told struct {
	under  string // the code that it is counted under, if that is not its own
	count  int64
	text   string
	ids    []string
	repair bool // the ids are worth a look
	skip   bool // it says nothing that others do not
}

// meaning is a code of the log, and what a row with it means.
type meaning struct {
	code string
	of   func(values []string) told
}

// meanings are those of every code that mod-data-export 5.4 writes; see
// ErrorCode there. In a text, %s is the first value of the row.
func meanings() []meaning {
	return []meaning{
		{"error.readingFromInputFile", ofJob("nothing could be read: the list is empty, was not uploaded, or its query found nothing")},
		{codeBadLines, ofBadLines},
		{"error.uuidsNotFound", ofUnknownIDs},
		{"error.someRecordsFailed", func([]string) told { return told{skip: true} }},
		{"error.duplicatedIds", ofRepeatedID},
		{"error.invalidCqlSyntax", ofJob("the query in %s cannot be understood")},
		{"error.uploadedFile.invalidExtension", ofJob("the list is of a kind that this export does not take: %s")},
		{"error.fileIsTooLarge", ofJob("the list is too large: %s KB were announced, 500,000 are the most")},
		{"error.messagePlaceholder", ofMessage},
		{"error.onlyForSetToDeletion", ofJob("the job profile exports only authority records that are set for deletion")},
		{"error.setToDeletion", ofID("set for deletion, which this job profile does not export")},
		{"error.profileUsedToNonDeleted", ofJob("the job profile exports only authority records that are not deleted")},
		{"error.fileDefinition.invalidWithId", ofNoFile},
		{codeNoFile, ofNoFile},
		{codeTwoSources, ofRecord("with more than one source record: all of them are in the file")},
		{"error.nonExisting.instance", ofRecord("a source record without its instance")},
		{"error.recordIsTooLong", ofLongRecord},
		{"error.deletedTooLong.instance", ofID("deleted, and too long for a MARC record (99,999 bytes are the most)")},
		{"error.mapping.fieldsMappingSrs", ofID("whose holdings or items could not be added to the record")},
		{"error.tenantNotFoundForHolding", ofID("holdings of which no tenant is known")},
		{"error.holdings.noAffiliation", ofID("holdings of a tenant with which the user is not affiliated")},
		{"error.holdings.noPermission", ofID("holdings of a tenant in which the user may not look")},
		{"error.instance.noAffiliation", ofID("with holdings in tenants with which the user is not affiliated")},
		{"error.instance.noPermission", ofID("with holdings in tenants in which the user may not look")},
	}
}

// Codes returns every code that has its sentence.
func Codes() []string {
	var codes []string
	for _, m := range meanings() {
		codes = append(codes, m.code)
	}
	return codes
}

// dictionary has the meanings by their codes.
type dictionary map[string]func(values []string) told

func newDictionary() dictionary {
	d := dictionary{}
	for _, m := range meanings() {
		d[m.code] = m.of
	}
	return d
}

// tell says what a row means, and under which code it is counted.
func (d dictionary) tell(code string, values []string) (string, told) {
	said := sentence(code, values)
	if of, known := d[code]; known {
		said = of(values)
	}
	return cmp.Or(said.under, code), said
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// ofJob is about the job as a whole.
func ofJob(text string) func([]string) told {
	return func(values []string) told { return told{text: strings.ReplaceAll(text, "%s", first(values))} }
}

// ofRecord is about one record, which the row may name.
func ofRecord(text string) func([]string) told {
	return func([]string) told { return told{count: 1, text: text} }
}

// ofID is about the id that is the first value.
func ofID(text string) func([]string) told {
	return func(values []string) told {
		t := told{count: 1, text: text, repair: true}
		if id := first(values); id != "" {
			t.ids = []string{id}
		}
		return t
	}
}

func ofLongRecord([]string) told {
	return told{count: 1, text: "too long for a MARC record (99,999 bytes are the most)", repair: true}
}

func ofBadLines(values []string) told {
	lines := strings.Split(first(values), ",")
	return told{count: int64(len(lines)), text: "not a UUID" + exampleOf(lines[0])}
}

func ofUnknownIDs(values []string) told {
	ids := strings.Split(first(values), ", ")
	return told{count: int64(len(ids)), text: "not found in the inventory (deleted since the list was made? ids of another kind of record?)", ids: ids, repair: true}
}

// ofRepeatedID counts the lines beyond the first of an id.
func ofRepeatedID(values []string) told {
	t := told{count: 1, text: "in the list more than once (exported once; harmless)"}
	if len(values) > 1 {
		if times, err := strconv.ParseInt(values[1], 10, 64); err == nil && times > 1 {
			t.count = times - 1
		}
	}
	return t
}

// ofMessage is what comes under a code that says nothing.
func ofMessage(values []string) told {
	if strings.HasPrefix(first(values), codeExpired) {
		return told{under: codeExpired, text: "its worker was not heard of for more than an hour, so the server gave it up"}
	}
	return told{text: first(values)}
}

func ofNoFile([]string) told {
	return told{under: codeNoFile, text: "no record was exported, so there is no file"}
}

var uuidAlone = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

var uuidAtEnd = regexp.MustCompile(`^(.*\S)\s+([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`)

// sentence is a code that is an English sentence itself, or one that is not
// known. A sentence that ends in an id is one reason for all ids.
func sentence(code string, values []string) told {
	if m := uuidAtEnd.FindStringSubmatch(code); m != nil {
		return told{under: m[1], count: 1, text: "that could not be converted (" + m[1] + " …)", ids: []string{m[2]}, repair: true}
	}
	text := code
	if len(values) > 0 {
		text += ": " + strings.Join(values, ", ")
	}
	return told{text: text}
}

// exampleOf shows a bad line, and says what it looks like.
func exampleOf(line string) string {
	shown := prose.Cut(line, 60)
	switch {
	case uuidAlone.MatchString(line):
		return fmt.Sprintf(": %q with something around it, such as a comma", shown)
	case looksLikeHeader(line):
		return fmt.Sprintf(": %q looks like a column header", shown)
	case strings.TrimSpace(line) == "":
		return ": a blank line, for one"
	}
	return fmt.Sprintf(": %q, for one", shown)
}

// looksLikeHeader asks whoever looks at lists before they are sent.
func looksLikeHeader(line string) bool {
	list, err := idlist.Inspect(strings.NewReader(line))
	return err == nil && list.Header != ""
}
