package mockserver

import (
	"fmt"
	"net/url"
	"strings"
)

// parseQuery reads a query string as the modules do: parts are separated by &
// alone, + and %20 are both a blank (assumption A18), and quotes, parentheses
// and = may come unescaped. net/url drops a part with a semicolon or a broken
// escape without a word, which would turn a broken query into another one.
func parseQuery(raw string) (url.Values, error) {
	values := url.Values{}
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		unescapedName, err := url.QueryUnescape(name)
		if err != nil {
			return nil, fmt.Errorf("parameter %.40q: %w", name, err)
		}
		unescapedValue, err := url.QueryUnescape(value)
		if err != nil {
			return nil, fmt.Errorf("value of %.40q: %w", name, err)
		}
		values.Add(unescapedName, unescapedValue)
	}
	return values, nil
}

// decodedQuery is a query string for people to read.
func decodedQuery(raw string) string {
	decoded, err := url.QueryUnescape(raw)
	if err != nil {
		return raw
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, decoded)
}
