package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"
)

// narrow applies the overlay at path to doc. Each action must select something and change it: an overlay that does
// nothing is a typing error, or was overtaken by the document.
func narrow(doc *yaml.Node, path string) error {
	o, err := overlay.Parse(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := o.Validate(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	warnings, err := o.ApplyToStrict(doc)
	if len(warnings) > 0 {
		err = errors.Join(err, errors.New(strings.Join(warnings, "\n")))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
