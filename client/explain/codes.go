package explain

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// codeExpired is the sentence of expire-jobs, which comes under a code that says
// nothing (mod-data-export 5.3.0, JobExecutionService).
const codeExpired = "Job was expired"

// The codes that are counted in a way of their own.
const (
	codeBadLines   = "error.invalidUuidFormat"
	codeTwoSources = "error.duplicateSRS"
)

// told is what a row of the log means.
type told struct {
	count  int64
	text   string
	ids    []string
	repair bool // the ids are worth a look
	skip   bool // it says nothing that others do not
}

// tell says what a row means, and under which code it is counted. The codes are
// those that mod-data-export 5.4 writes; see ErrorCode there.
func tell(code string, values []string) (string, told) {
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	one := func(text string) told { return told{count: 1, text: text} }
	oneID := func(text string) told {
		t := told{count: 1, text: text, repair: true}
		if first != "" {
			t.ids = []string{first}
		}
		return t
	}
	job := func(text string) told { return told{text: text} }
	switch code {
	case "error.readingFromInputFile":
		return code, job("nothing could be read: the list is empty, was not uploaded, or its query found nothing")
	case codeBadLines:
		lines := strings.Split(first, ",")
		return code, told{count: int64(len(lines)), text: "not a UUID" + exampleOf(lines)}
	case "error.uuidsNotFound":
		ids := strings.Split(first, ", ")
		return code, told{count: int64(len(ids)), text: "not found in the inventory (deleted since the list was made? ids of another kind of record?)", ids: ids, repair: true}
	case "error.someRecordsFailed":
		return code, told{skip: true}
	case "error.duplicatedIds":
		return code, told{count: repetitions(values), text: "in the list more than once (exported once; harmless)"}
	case "error.invalidCqlSyntax":
		return code, job("the query in " + first + " cannot be understood")
	case "error.uploadedFile.invalidExtension":
		return code, job("the list is of a kind that this export does not take: " + first)
	case "error.fileIsTooLarge":
		return code, job("the list is too large: " + first + " KB were announced, 500,000 are the most")
	case "error.messagePlaceholder":
		if strings.HasPrefix(first, codeExpired) {
			return codeExpired, job("its worker was not heard of for more than an hour, so the server gave it up")
		}
		return code, job(first)
	case "error.onlyForSetToDeletion":
		return code, job("the job profile exports only authority records that are set for deletion")
	case "error.setToDeletion":
		return code, oneID("set for deletion, which this job profile does not export")
	case "error.profileUsedToNonDeleted":
		return code, job("the job profile exports only authority records that are not deleted")
	case "error.fileDefinition.invalidWithId", "error.binaryFile.notGenerated":
		return "error.binaryFile.notGenerated", job("no record was exported, so there is no file")
	case codeTwoSources:
		return code, one("with more than one source record: all of them are in the file")
	case "error.nonExisting.instance":
		return code, one("a source record without its instance")
	case "error.recordIsTooLong":
		return code, told{count: 1, text: "too long for a MARC record (99,999 bytes are the most)", repair: true}
	case "error.deletedTooLong.instance":
		return code, oneID("deleted, and too long for a MARC record (99,999 bytes are the most)")
	case "error.mapping.fieldsMappingSrs":
		return code, oneID("whose holdings or items could not be added to the record")
	case "error.tenantNotFoundForHolding":
		return code, oneID("holdings of which no tenant is known")
	case "error.holdings.noAffiliation":
		return code, oneID("holdings of a tenant with which the user is not affiliated")
	case "error.holdings.noPermission":
		return code, oneID("holdings of a tenant in which the user may not look")
	case "error.instance.noAffiliation":
		return code, oneID("with holdings in tenants with which the user is not affiliated")
	case "error.instance.noPermission":
		return code, oneID("with holdings in tenants in which the user may not look")
	}
	return sentence(code, values)
}

// Codes returns every code that has its sentence.
func Codes() []string {
	return []string{
		"error.readingFromInputFile", codeBadLines, "error.uuidsNotFound", "error.someRecordsFailed", "error.duplicatedIds",
		"error.invalidCqlSyntax", "error.uploadedFile.invalidExtension", "error.fileIsTooLarge", "error.messagePlaceholder",
		"error.onlyForSetToDeletion", "error.setToDeletion", "error.profileUsedToNonDeleted", "error.fileDefinition.invalidWithId",
		"error.binaryFile.notGenerated", codeTwoSources, "error.nonExisting.instance", "error.recordIsTooLong",
		"error.deletedTooLong.instance", "error.mapping.fieldsMappingSrs", "error.tenantNotFoundForHolding", "error.holdings.noAffiliation",
		"error.holdings.noPermission", "error.instance.noAffiliation", "error.instance.noPermission",
	}
}

var uuidAlone = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

var uuidAtEnd = regexp.MustCompile(`^(.*\S)\s+([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`)

// sentence is a code that is an English sentence itself, or one that is not
// known. A sentence that ends in an id is one reason for all ids.
func sentence(code string, values []string) (string, told) {
	if m := uuidAtEnd.FindStringSubmatch(code); m != nil {
		return m[1], told{count: 1, text: "that could not be converted (" + m[1] + " …)", ids: []string{m[2]}, repair: true}
	}
	text := code
	if len(values) > 0 {
		text += ": " + strings.Join(values, ", ")
	}
	return code, told{text: text}
}

// repetitions are the lines beyond the first of an id.
func repetitions(values []string) int64 {
	if len(values) > 1 {
		if times, err := strconv.ParseInt(values[1], 10, 64); err == nil && times > 1 {
			return times - 1
		}
	}
	return 1
}

var looksLikeHeader = regexp.MustCompile(`(?i)^\W*(uuid|id|instance[ _-]?(uu)?id|identifier|instance)\W*$`)

// exampleOf shows one bad line, and says what it looks like.
func exampleOf(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	line := lines[0]
	if runes := []rune(line); len(runes) > 60 {
		line = string(runes[:60]) + "…"
	}
	switch {
	case uuidAlone.MatchString(line):
		return fmt.Sprintf(": %q with something around it, such as a comma", line)
	case looksLikeHeader.MatchString(lines[0]):
		return fmt.Sprintf(": %q looks like a column header", line)
	case strings.TrimSpace(line) == "":
		return ": a blank line, for one"
	}
	return fmt.Sprintf(": %q, for one", line)
}
