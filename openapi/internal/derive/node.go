package main

import (
	"iter"

	"gopkg.in/yaml.v3"
)

// members yields the keys and values of a mapping, nothing for another node.
func members(node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

// member is the value of key in a mapping, nil if there is none.
func member(node *yaml.Node, key string) *yaml.Node {
	for k, value := range members(node) {
		if k.Value == key {
			return value
		}
	}
	return nil
}
