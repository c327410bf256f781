// Package jsonlayout lays compact JSON out in the ways of FOLIO's modules.
package jsonlayout

import (
	"bytes"
	"slices"
)

// Sorted puts the members of every object of compact JSON in alphabetical order.
func Sorted(compact []byte) []byte { return sorted(make([]byte, 0, len(compact)), compact) }

// sorted appends compact JSON to out, the members of every object in
// alphabetical order.
func sorted(out, value []byte) []byte {
	if value[0] != '{' && value[0] != '[' {
		return append(out, value...)
	}
	var room [16][]byte
	parts := split(room[:0], value[1:len(value)-1])
	if value[0] == '{' {
		slices.SortStableFunc(parts, func(a, b []byte) int { return bytes.Compare(a[:stringEnd(a, 0)], b[:stringEnd(b, 0)]) })
	}
	out = append(out, value[0])
	for i, part := range parts {
		if i > 0 {
			out = append(out, ',')
		}
		if value[0] == '{' {
			name := part[:stringEnd(part, 0)+1] // and the colon
			out, part = append(out, name...), part[len(name):]
		}
		out = sorted(out, part)
	}
	return append(out, value[len(value)-1])
}

// split cuts what is between two brackets at its own commas.
func split(parts [][]byte, text []byte) [][]byte {
	start, depth := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = stringEnd(text, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	if start == len(text) {
		return parts
	}
	return append(parts, text[start:])
}

// Pretty lays compact JSON out as Jackson's DefaultPrettyPrinter does: members
// on lines of their own, blanks around the colon, the elements of an array side
// by side, "{ }" and "[ ]" when empty.
func Pretty(compact []byte) []byte {
	out := make([]byte, 0, 2*len(compact))
	depth := 0
	newline := func() {
		out = append(out, '\n')
		for range depth {
			out = append(out, "  "...)
		}
	}
	var open []byte // the brackets that are open
	for i := 0; i < len(compact); i++ {
		switch c := compact[i]; c {
		case '"':
			end := stringEnd(compact, i)
			out = append(out, compact[i:end]...)
			i = end - 1
		case '{', '[':
			out = append(out, c)
			if i+1 < len(compact) && compact[i+1] == c+2 { // the closing bracket
				out = append(out, ' ', c+2)
				i++
				continue
			}
			open = append(open, c)
			if c == '[' {
				out = append(out, ' ')
				continue
			}
			depth++
			newline()
		case '}':
			open = open[:len(open)-1]
			depth--
			newline()
			out = append(out, c)
		case ']':
			open = open[:len(open)-1]
			out = append(out, ' ', c)
		case ':':
			out = append(out, " : "...)
		case ',':
			out = append(out, c)
			if open[len(open)-1] == '{' {
				newline()
			} else {
				out = append(out, ' ')
			}
		default:
			out = append(out, c)
		}
	}
	return out
}

// stringEnd returns the index after the string that starts at i.
func stringEnd(compact []byte, i int) int {
	for i++; i < len(compact) && compact[i] != '"'; i++ {
		if compact[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(compact))
}
