package main

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// merge puts the tags, paths and components of all documents into the first, in order, and returns it.
// A name that two documents define is an error: what both need is defined in one and referred to from the other.
func merge(docs []*yaml.Node) (*yaml.Node, error) {
	into := docs[0].Content[0]
	for _, doc := range docs[1:] {
		from := doc.Content[0]
		tags := section(into, "tags", yaml.SequenceNode)
		tags.Content = append(tags.Content, section(from, "tags", yaml.SequenceNode).Content...)
		if err := addMembers(section(into, "paths", yaml.MappingNode), section(from, "paths", yaml.MappingNode)); err != nil {
			return nil, fmt.Errorf("paths: %w", err)
		}
		components := section(into, "components", yaml.MappingNode)
		for kind, names := range members(section(from, "components", yaml.MappingNode)) {
			if err := addMembers(section(components, kind.Value, yaml.MappingNode), names); err != nil {
				return nil, fmt.Errorf("components.%s: %w", kind.Value, err)
			}
		}
	}
	return docs[0], localize(into)
}

func addMembers(into, from *yaml.Node) error {
	for key, value := range members(from) {
		if member(into, key.Value) != nil {
			return fmt.Errorf("%s is defined twice, again in line %d", key.Value, key.Line)
		}
		into.Content = append(into.Content, key, value)
	}
	return nil
}

// section is the value of key in a mapping; where there is none, an empty one of that kind is put there.
func section(mapping *yaml.Node, key string, kind yaml.Kind) *yaml.Node {
	if there := member(mapping, key); there != nil {
		return there
	}
	empty := &yaml.Node{Kind: kind}
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, empty)
	return empty
}

// localize makes references from one source into another refer to the union itself.
func localize(node *yaml.Node) error {
	if ref := member(node, "$ref"); ref != nil && ref.Kind == yaml.ScalarNode {
		file, pointer, _ := strings.Cut(ref.Value, "#")
		if file != "" && !slices.Contains(sources[:], file) {
			return fmt.Errorf("line %d: reference %q leads out of the union", ref.Line, ref.Value)
		}
		ref.Value = "#" + pointer
	}
	for _, child := range node.Content {
		if err := localize(child); err != nil {
			return err
		}
	}
	return nil
}
