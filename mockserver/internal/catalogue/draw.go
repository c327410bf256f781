package catalogue

import (
	"encoding/binary"
	"math/bits"

	"github.com/google/uuid"
)

// draw is all that is left to chance about one instance: a hash of (seed, id). Each topic asks it by name and gets the
// same answer whatever else was asked before.
type draw uint64

type topic uint64

const (
	aboutSource topic = iota
	aboutHRID
	aboutRecordHigh
	aboutRecordLow
	aboutTongue
	aboutForm
	aboutOpener
	aboutNoun
	aboutCloser
	aboutCreated
	aboutUpdated
	aboutWholeSeconds
	aboutLanguages
	aboutEdition
	aboutPlace
	aboutPublisher
	aboutYear
	aboutReprint
	aboutExtent
	aboutSeries
	aboutNote
	aboutNature
	aboutLink
	aboutIdentifiers
	aboutLCCN
	aboutISBN
	aboutInvalidISBN
	aboutISSN
	aboutStandardNumber
	aboutOCLC
	aboutSystemNumber
	aboutFirstContributor
	aboutSecondContributor
	aboutFirstSubject
	aboutSecondSubject
)

// The parts of a contributor or a subject have topics of their own, this far from each other.
const partStride topic = 64

func newDraw(seed uint64, id uuid.UUID) draw {
	h := mix(seed)
	h = mix(h ^ binary.BigEndian.Uint64(id[:8]))
	return draw(mix(h ^ binary.BigEndian.Uint64(id[8:])))
}

func (d draw) bits(t topic) uint64 { return mix(uint64(d) + uint64(t+1)*0x9E3779B97F4A7C15) }

// below is a number from 0 to n-1.
func (d draw) below(t topic, n int) int {
	high, _ := bits.Mul64(d.bits(t), uint64(n))
	return int(high)
}

func (d draw) from(t topic, list []string) string { return list[d.below(t, len(list))] }

// once is true for one in n instances.
func (d draw) once(t topic, n int) bool { return d.below(t, n) == 0 }

func (d draw) source() Source {
	if d.once(aboutSource, 4) {
		return SourceMARC
	}
	return SourceFOLIO
}

// recordID is the id of the record in source record storage, a UUID of version 4 to look at.
func (d draw) recordID() (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], d.bits(aboutRecordHigh))
	binary.BigEndian.PutUint64(id[8:], d.bits(aboutRecordLow))
	id[6] = id[6]&0x0F | 0x40
	id[8] = id[8]&0x3F | 0x80
	return id
}

// mix is the finalizer of SplitMix64.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
