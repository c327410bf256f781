package folio

import "github.com/google/uuid"

// LogRow is a row of the error log of a job, as an outcome or a story brings it
// about.
type LogRow struct {
	Code     string
	Values   []string        // nil when the code carries the text itself
	Affected *AffectedRecord // nil when the row is about no single record
}

// AffectedRecord is the instance that a row is about.
type AffectedRecord struct {
	ID          uuid.UUID
	HRID, Title string
}
