// Package postman turns an OpenAPI document into a Postman collection, format v2.1, and the environment that goes with
// it.
//
// The collection has two folders: "Six steps", a run from login to the downloaded file with the scripts under scripts/,
// and "Every operation", one request for each operation of the document. Method, path, parameters, headers and bodies
// come from the document; only the order of the steps and their scripts are written here. The same document gives the
// same bytes, with the same ids, so that an import replaces the one before. The package knows the examples of this
// project's documents: it is no converter for others.
package postman

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/openapi"
)

const (
	collectionName = "FOLIO Data Export"
	everyOperation = "Every operation"
)

// Collection returns the collection for documents as JSON: the steps as the first has them, and each operation as the
// first that has it. With the address of a server it runs there without an environment; with "" it needs one. An error
// names the step or operation that a document lacks something for.
func Collection(okapiURL string, doc *openapi3.T, others ...*openapi3.T) ([]byte, error) {
	var operations []openapi.Operation
	for _, d := range append([]*openapi3.T{doc}, others...) {
		for op := range openapi.Operations(d) {
			if !slices.ContainsFunc(operations, func(known openapi.Operation) bool { return known.ID == op.ID }) {
				operations = append(operations, op)
			}
		}
	}
	steps, err := sixSteps(operations)
	if err != nil {
		return nil, err
	}
	every, err := byTag(doc.Tags, operations)
	if err != nil {
		return nil, err
	}
	var own []field
	if okapiURL != "" {
		for _, v := range settings(okapiURL) {
			own = append(own, field{Key: v.key, Value: v.value})
		}
	}
	return encode(collection{
		Info: info{
			ID:     id(collectionName),
			Name:   collectionName,
			Schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
			Description: "Run the folder \"" + stepsName + "\" to go from a file of instance ids to a file of MARC records. " +
				"\"" + everyOperation + "\" has each operation by itself; it uses the ids that the steps left in the environment.",
		},
		Items:     []item{steps, every},
		Variables: own,
	})
}

// byTag makes the folder with one request per operation, in a folder for each tag.
func byTag(tags openapi3.Tags, operations []openapi.Operation) (item, error) {
	folder := newFolder(everyOperation, "Each operation by itself, as the document describes it. Not every release has all of them.")
	for _, tag := range tags {
		inner := newFolder(tag.Name, tag.Description)
		for _, op := range operations {
			if !slices.Contains(op.Operation.Tags, tag.Name) {
				continue
			}
			made, err := newItem(op.Method+" "+op.Path, op, nil)
			if err != nil {
				return item{}, err
			}
			if opensSession(op) {
				made.Events, err = testScript("session")
				if err != nil {
					return item{}, err
				}
			}
			inner.Items = append(inner.Items, made)
		}
		folder.Items = append(folder.Items, inner)
	}
	return folder, nil
}

// id draws the id of a part of the collection from its name, so that it stays the same.
func id(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("postman collection: "+name)).String()
}

// encode writes JSON the way Postman exports it, one value a line and tabs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("postman: %w", err)
	}
	return b.Bytes(), nil
}
