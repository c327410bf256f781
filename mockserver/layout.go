package mockserver

import (
	"bytes"
	"encoding/json"

	"github.com/fauxkapi/fauxkapi/internal/jsonlayout"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// encode writes a value as JSON in the layout of a release. Go's own order is
// that of the document, which is the order in which the modules declare.
func encode(value any, layout release.Layout) ([]byte, error) {
	compact, err := marshal(value)
	if err != nil {
		return nil, err
	}
	return laidOut(compact, layout), nil
}

// laidOut lays compact JSON out.
func laidOut(compact []byte, layout release.Layout) []byte {
	switch layout {
	case release.Sorted:
		return jsonlayout.Sorted(compact)
	case release.Pretty:
		return jsonlayout.Pretty(compact)
	}
	return compact
}

// marshal is json.Marshal without the escapes that only browsers need.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
