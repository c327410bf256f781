package sim

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"
)

// Dice draws what looks like chance as a hash of (seed, owner, kind, ordinal).
// There is no stream to take from: a draw more of one kind does not shift any
// other, and the same seed gives the same bytes.
type Dice struct {
	seed  uint64
	owner string
}

// NewDice returns the dice of one owner, such as a tenant.
func NewDice(seed uint64, owner string) Dice {
	return Dice{seed: seed, owner: owner}
}

// Bytes returns 32 bytes for the n-th thing of a kind.
func (d Dice) Bytes(kind string, n uint64) [32]byte {
	buf := make([]byte, 0, 64)
	buf = binary.BigEndian.AppendUint64(buf, d.seed)
	buf = append(buf, d.owner...)
	buf = append(buf, 0)
	buf = append(buf, kind...)
	buf = append(buf, 0)
	buf = binary.BigEndian.AppendUint64(buf, n)
	return sha256.Sum256(buf)
}

// UUID returns a version 4 UUID for the n-th thing of a kind.
func (d Dice) UUID(kind string, n uint64) uuid.UUID {
	drawn := d.Bytes(kind, n)
	id := uuid.UUID(drawn[:16])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// Uint64 returns a number for the n-th thing of a kind.
func (d Dice) Uint64(kind string, n uint64) uint64 {
	drawn := d.Bytes(kind, n)
	return binary.BigEndian.Uint64(drawn[:8])
}
