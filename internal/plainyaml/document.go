// Package plainyaml reads YAML that people write, strictly: one document, each part of it plain, and every fault named with
// its place and with what to do about it.
package plainyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// MaxDepth bounds the nesting of a file.
const MaxDepth = 20

// Problem is what is wrong with a file.
type Problem struct {
	Line, Column int // from 1, columns in characters
	Message      string
	Hint         string // what to do about it
}

func problem(line, column int, hint, format string, args ...any) *Problem {
	return &Problem{Line: line, Column: column, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Kind is what a file holds, as far as reading it goes.
type Kind struct {
	MaxSize int    // in bytes
	Split   string // what to do if it is larger
	Begin   string // what to do if it is empty
}

// Load parses the one YAML document of a file into its top node, of which each part is plain: no anchors, aliases, merge
// keys or tags, keys that are words, and no key twice.
func Load(data []byte, kind Kind) (*yaml.Node, *Problem) {
	if len(data) > kind.MaxSize {
		return nil, problem(1, 1, kind.Split, "the file is larger than %d KiB", kind.MaxSize>>10)
	}
	if line, column, ok := firstUnprintable(data); ok {
		return nil, problem(line, column, "save it as UTF-8 without control characters", "not plain text")
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(MaxDepth))))
	if err != nil {
		return nil, notYAML(data, err)
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case err == io.EOF:
		return nil, problem(1, 1, kind.Begin, "the file is empty")
	case err != nil:
		return nil, notYAML(data, err)
	}
	switch err := loader.Load(&second); {
	case err == io.EOF:
	case err != nil:
		return nil, notYAML(data, err)
	default:
		return nil, about(&second, "put it into a file of its own", "a second document begins here")
	}
	root := first.Content[0] // a document node has exactly one child
	if bad := plain(root); bad != nil {
		return nil, bad
	}
	return root, nil
}

func about(n *yaml.Node, hint, format string, args ...any) *Problem {
	return problem(n.Line, n.Column, hint, format, args...)
}

// notYAML gives an error of the YAML parser this package's voice.
func notYAML(data []byte, err error) *Problem {
	e, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return problem(1, 1, "check indentation, brackets and quotes", "not YAML: %v", err)
	}
	message := e.Message
	if e.ContextMsg != "" {
		message += " " + e.ContextMsg
	}
	hint := "check indentation, brackets and quotes"
	line := bytes.TrimLeft(lineOf(data, e.Mark.Line), " ")
	switch {
	case bytes.HasPrefix(line, []byte("\t")):
		hint = "indent with blanks, never with tabs"
	case strings.Contains(message, "max depth"):
		hint = "nest less"
	case bytes.Contains(line, []byte("${")):
		hint = `between { and } a parameter needs quotes, as in {in: "${duration}"}`
	}
	return problem(max(e.Mark.Line, 1), max(e.Mark.Column, 1), hint, "not YAML: %s", message)
}

func lineOf(data []byte, line int) []byte {
	number := 0
	for l := range bytes.Lines(data) {
		if number++; number == line {
			return l
		}
	}
	return nil
}

// firstUnprintable finds the first byte that YAML refuses to read (YAML 1.2.2,
// section 5.1): the parser reports it without a position. UTF-16, which YAML
// allows, is refused too.
func firstUnprintable(data []byte) (line, column int, found bool) {
	line, column = 1, 1
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for len(data) > 0 {
		char, size := utf8.DecodeRune(data)
		switch {
		case char == utf8.RuneError && size == 1:
			return line, column, true
		case char == '\n':
			line, column = line+1, 0
		case char == '\t', char == '\r', char == 0x85:
		case char < ' ', 0x7f <= char && char < 0xa0, char == 0xfeff, char == 0xfffe, char == 0xffff:
			return line, column, true
		}
		column++
		data = data[size:]
	}
	return 0, 0, false
}

// plain refuses what YAML has and the format has not. It finds no alias, because
// the anchor stands before it.
func plain(n *yaml.Node) *Problem {
	switch {
	case n.Anchor != "":
		return about(n, "write the value out where it is needed", "an anchor is not part of the format")
	case n.Style&yaml.TaggedStyle != 0:
		return about(n, "leave it out", "the tag %s is not part of the format", Quote(n.Tag))
	}
	lines := make(map[string]int) // of the keys
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if bad := plainKey(child, lines); bad != nil {
				return bad
			}
		}
		if bad := plain(child); bad != nil {
			return bad
		}
	}
	return nil
}

func plainKey(key *yaml.Node, lines map[string]int) *Problem {
	switch {
	case key.Kind != yaml.ScalarNode:
		return about(key, "a key is one word", "the key is a %s", KindName(key))
	case key.Tag == "!!merge":
		return about(key, "write the keys out", "a merge key is not part of the format")
	case lines[key.Value] > 0:
		return about(key, "keep one of them", "the key %s stands in line %d already", Quote(key.Value), lines[key.Value])
	}
	lines[key.Value] = key.Line
	return nil
}
