package catalogue

import (
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/internal/marc"
)

// SourceRecords are the ids of the two records that source record storage has for an instance of which it has two.
func (c *Catalogue) SourceRecords(id uuid.UUID) [2]uuid.UUID {
	var k card
	c.fill(&k, id)
	return k.sourceRecords()
}

func (k *card) sourceRecords() [2]uuid.UUID {
	second := k.recordID
	second[15] ^= 0xff
	return [2]uuid.UUID{k.recordID, second}
}

// AppendSourceRecord appends one of the two records of such an instance; which is 0 or 1. They differ in the id of the
// record, and the second says in a note what it is.
func (c *Catalogue) AppendSourceRecord(dst []byte, id uuid.UUID, which int) ([]byte, error) {
	b := c.builders.Get().(*marc.Builder)
	defer c.builders.Put(b)
	c.buildSource(b, id, which)
	return b.AppendTo(dst)
}

// SourceRecordsLength is the number of bytes that AppendSourceRecord appends for both records.
func (c *Catalogue) SourceRecordsLength(id uuid.UUID) (sum int) {
	b := c.builders.Get().(*marc.Builder)
	defer c.builders.Put(b)
	for which := range 2 {
		c.buildSource(b, id, which)
		sum += b.Len()
	}
	return sum
}

func (c *Catalogue) buildSource(b *marc.Builder, id uuid.UUID, which int) {
	var k card
	c.fill(&k, id)
	k.recordID = k.sourceRecords()[which]
	if which == 1 {
		k.remark = "Second record of this instance."
	}
	k.writeStored(b)
}

// ImpossibleLength is how long the record of an instance would be that is too long for MARC, in bytes.
func (c *Catalogue) ImpossibleLength(id uuid.UUID) int {
	return 100_000 + int(binary.BigEndian.Uint16(id[14:]))
}
