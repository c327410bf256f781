// Package javauuid reads UUIDs the way Java's UUID.fromString does.
//
// Five groups of hexadecimal digits are enough: short groups are padded with zeros, long ones lose
// their high digits, and a group may begin with a plus sign. What Java refuses is refused with Java's
// own message, because FOLIO's modules hand that message to their clients. Digits are ASCII here;
// Java takes those of other scripts too.
package javauuid

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/google/uuid"
)

// maxLength is that of 8-4-4-4-12, in the UTF-16 units that Java counts.
const maxLength = 36

// refusal is the message of the exception that Java throws.
type refusal string

func (r refusal) Error() string { return string(r) }

// Parse reads s as java.util.UUID.fromString of Java 17 and 21 does.
// The text of an error is the message of Java's exception, nothing else.
func Parse(s string) (uuid.UUID, error) {
	if len(s) > maxLength && len(utf16.Encode([]rune(s))) > maxLength {
		return uuid.UUID{}, refusal("UUID string too large")
	}
	if strings.Count(s, "-") != 4 {
		return uuid.UUID{}, refusal("Invalid UUID string: " + s)
	}
	var groups [5]uint64
	for i := range groups {
		text, rest, _ := strings.Cut(s, "-")
		value, err := parseLong(text)
		if err != nil {
			return uuid.UUID{}, err
		}
		groups[i], s = value, rest
	}
	var id uuid.UUID
	binary.BigEndian.PutUint32(id[0:], uint32(groups[0]))
	binary.BigEndian.PutUint16(id[4:], uint16(groups[1]))
	binary.BigEndian.PutUint16(id[6:], uint16(groups[2]))
	binary.BigEndian.PutUint64(id[8:], groups[3]<<48|groups[4]&(1<<48-1))
	return id, nil
}

// parseLong is Long.parseLong(text, 16) for a text without a minus sign.
func parseLong(text string) (uint64, error) {
	if text == "" {
		return 0, refusal("") // Java 17 and 21 throw without a message
	}
	start := 0
	if text[0] == '+' {
		start = 1
	}
	if start == len(text) {
		return 0, badDigit(text, start)
	}
	var value uint64
	for i := start; i < len(text); i++ {
		digit, ok := hexDigit(text[i])
		if !ok || value > math.MaxInt64>>4 {
			return 0, badDigit(text, i)
		}
		value = value<<4 | digit
	}
	return value, nil
}

func badDigit(text string, at int) error {
	return refusal(fmt.Sprintf(`Error at index %d in: "%s"`, at, text))
}

func hexDigit(c byte) (uint64, bool) {
	switch {
	case '0' <= c && c <= '9':
		return uint64(c - '0'), true
	case 'a' <= c && c <= 'f':
		return uint64(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return uint64(c-'A') + 10, true
	}
	return 0, false
}
