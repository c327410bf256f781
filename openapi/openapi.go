// Package openapi holds the contract: one OpenAPI document per release of FOLIO, narrowed to exactly what that release
// accepts and answers.
//
// A document is data and nothing here serves it. The Go types of the messages are in package api.
package openapi

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fauxkapi/fauxkapi/openapi/releases"
)

// The order matters: documents first, Go code from their union after.
//
//go:generate go -C internal/derive run . -dir ../..
//go:generate go tool -modfile=../tools.mod oapi-codegen -config api/models.cfg.yaml union.gen.yaml
//go:generate go tool -modfile=../tools.mod oapi-codegen -config ../client/rest/client.cfg.yaml union.gen.yaml

// Releases names the releases there is a document for, sorted.
func Releases() []string { return releases.Names() }

// YAML is the document of a release as it is checked in.
func YAML(release string) ([]byte, error) { return releases.YAML(release) }

// Document is the document of a release. All who ask share one tree, which a process loads once (some 3 ms, more than all
// else that a new fake takes): it is to be read, and never changed. It names no server: one that does would match requests
// to that host only.
func Document(release string) (*openapi3.T, error) {
	if once, ok := loaded[release]; ok {
		return once()
	}
	return load(release) // which says what there is
}

// loaded loads each document when it is first asked for.
var loaded = func() map[string]func() (*openapi3.T, error) {
	all := map[string]func() (*openapi3.T, error){}
	for _, release := range Releases() {
		all[release] = sync.OnceValues(func() (*openapi3.T, error) { return load(release) })
	}
	return all
}()

func load(release string) (*openapi3.T, error) {
	data, err := YAML(release)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("openapi: document of release %s: %w", release, err)
	}
	return doc, nil
}

// Module is the FOLIO module that answers an operation, and with it the framework that words the errors.
type Module string

// The modules of the contract.
const (
	DataExport       Module = "data-export"
	Login            Module = "login"
	InventoryStorage Module = "inventory-storage"
	Inventory        Module = "inventory"
	Okapi            Module = "okapi"
)

// Operation is one method on one path.
type Operation struct {
	ID         string // operationId
	Method     string
	Path       string // template: /data-export/file-definitions/{fileDefinitionId}
	Permission string // that the caller needs; empty if none
	Module     Module

	PathItem  *openapi3.PathItem
	Operation *openapi3.Operation
}

// Operations yields every operation of doc, ordered by path template and method.
func Operations(doc *openapi3.T) iter.Seq[Operation] {
	return func(yield func(Operation) bool) {
		paths := doc.Paths.Map()
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			methods := paths[path].Operations()
			for _, method := range slices.Sorted(maps.Keys(methods)) {
				if !yield(newOperation(path, method, paths[path], methods[method])) {
					return
				}
			}
		}
	}
}

func newOperation(path, method string, item *openapi3.PathItem, op *openapi3.Operation) Operation {
	permission, _ := op.Extensions["x-okapi-permission"].(string)
	module, _ := op.Extensions["x-okapi-module"].(string)
	return Operation{
		ID: op.OperationID, Method: method, Path: path,
		Permission: permission, Module: Module(module),
		PathItem: item, Operation: op,
	}
}
