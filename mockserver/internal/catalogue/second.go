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
	first := k.recordID
	if first == uuid.Nil { // its one record would be generated
		first = k.id
		first[0] ^= 0x55
	}
	second := first
	second[15] ^= 0xff
	return [2]uuid.UUID{first, second}
}

// AppendSourceRecord appends one of the two records of such an instance; which is 0 or 1. They differ in the id of the
// record alone.
func (c *Catalogue) AppendSourceRecord(dst []byte, id uuid.UUID, which int) ([]byte, error) {
	b := c.builders.Get().(*marc.Builder)
	defer c.builders.Put(b)
	c.buildSource(b, id, which)
	return b.AppendTo(dst)
}

// SourceRecordLength is the number of bytes that AppendSourceRecord appends.
func (c *Catalogue) SourceRecordLength(id uuid.UUID) int {
	b := c.builders.Get().(*marc.Builder)
	defer c.builders.Put(b)
	c.buildSource(b, id, 0)
	return b.Len()
}

func (c *Catalogue) buildSource(b *marc.Builder, id uuid.UUID, which int) {
	var k card
	c.fill(&k, id)
	k.recordID = k.sourceRecords()[which]
	k.writeStored(b)
}

// ImpossibleLength is how long the record of an instance would be that is too long for MARC, in bytes.
func (c *Catalogue) ImpossibleLength(id uuid.UUID) int {
	return 100_000 + int(binary.BigEndian.Uint16(id[14:]))
}
