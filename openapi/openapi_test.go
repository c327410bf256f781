package openapi

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// document loads a release's document or ends the test. It is not the one that is shared, because Validate keeps notes
// in it.
func document(t *testing.T, release string) *openapi3.T {
	t.Helper()
	doc, err := load(release)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// documents loads all of them, by release.
func documents(t *testing.T) map[string]*openapi3.T {
	t.Helper()
	docs := map[string]*openapi3.T{}
	for _, release := range Releases() {
		docs[release] = document(t, release)
	}
	return docs
}

func eachRelease(t *testing.T, run func(t *testing.T, release string, doc *openapi3.T)) {
	for _, release := range Releases() {
		t.Run(release, func(t *testing.T) { run(t, release, document(t, release)) })
	}
}

func TestReleases(t *testing.T) {
	if got, want := Releases(), []string{"guide", "sunflower", "trillium"}; !slices.Equal(got, want) {
		t.Errorf("Releases() = %q, want %q", got, want)
	}
	_, err := Document("guide.overlay")
	if err == nil || !strings.Contains(err.Error(), "guide, sunflower, trillium") {
		t.Errorf("an unknown release gives the error %v, it should name those there are", err)
	}
}

func TestDocumentsValidate(t *testing.T) {
	eachRelease(t, func(t *testing.T, _ string, doc *openapi3.T) {
		if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
			t.Error(err)
		}
		if doc.OpenAPI != "3.0.3" {
			t.Errorf("written in OpenAPI %s; with 3.1 every validation compiles its schema anew", doc.OpenAPI)
		}
	})
	for _, file := range []string{"data-export.yaml", "okapi.yaml", "union.gen.yaml"} {
		t.Run(file, func(t *testing.T) {
			loader := openapi3.NewLoader()
			loader.IsExternalRefsAllowed = true
			doc, err := loader.LoadFromFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
				t.Error(err)
			}
		})
	}
}

// What the guide prints is an example of the guide's document and of no other.
func TestExamplesAreJudged(t *testing.T) {
	guide, err := os.ReadFile("releases/guide.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, spoil := range [][2]string{
		{"status: SUCCESS", "status: COMPLETED"},
		{"hrId: '112'", "hrId: 112"},
		{"total: '25'", "total: '25', readIds: 25"},
		{"13:18:20.364+0000", "13:18:20.364Z"},
	} {
		if !strings.Contains(string(guide), spoil[0]) {
			t.Fatalf("the guide's document no longer has %q", spoil[0])
		}
		doc, err := openapi3.NewLoader().LoadFromData([]byte(strings.ReplaceAll(string(guide), spoil[0], spoil[1])))
		if err != nil {
			t.Fatal(err)
		}
		if doc.Validate(t.Context(), openapi3.EnableExamplesValidation()) == nil {
			t.Errorf("an example with %q instead of %q is valid", spoil[1], spoil[0])
		}
	}
}

func TestDocumentIsFreshAndWithoutServers(t *testing.T) {
	first, second := document(t, "guide"), document(t, "guide")
	first.Paths.Delete("/authn/login")
	if second.Paths.Value("/authn/login") == nil {
		t.Error("two documents share their paths")
	}
	if first.Servers != nil {
		t.Errorf("the document names servers, so only requests to these hosts would match: %v", first.Servers)
	}
}

// The permission a caller needs, per operation; "" where a login is not even needed.
var permissions = map[string]string{
	"getJobProfiles":       "data-export.job-profiles.collection.get",
	"createFileDefinition": "data-export.file-definitions.item.post",
	"getFileDefinition":    "data-export.file-definitions.item.get",
	"uploadFile":           "data-export.file-definitions.upload.post",
	"startExport":          "data-export.export.post",
	"getJobExecutions":     "data-export.job-executions.collection.get",
	"getDownloadLink":      "data-export.job-executions.items.download.get",
	"getInstances":         "inventory.instances.collection.get",
	"login":                "",
	"loginWithExpiry":      "",
	"refreshToken":         "",
	"logout":               "",
}

var okapiPermissions = map[string]string{
	"getVersion":          "okapi.version.get",
	"getHealth":           "",
	"getTenantModules":    "okapi.proxy.tenants.modules.list",
	"getTenantInterfaces": "okapi.proxy.tenants.interfaces.list",
}

// What differs in guide: mod-inventory-storage 20 dropped instance-bulk, mod-data-export 4.4 renamed the permission.
var guidePermissions = map[string]string{
	"getInstanceBulkIds": "inventory-storage.instance-bulk.ids.get",
	"getJobExecutions":   "data-export.job-executions.items.get",
}

// What came with mod-data-export 3.0.
var laterPermissions = map[string]string{
	"getLogs":            "data-export.logs.collection.get",
	"deleteJobExecution": "data-export.job-executions.item.delete",
	"expireJobs":         "data-export.expire-jobs.post",
}

func TestOperations(t *testing.T) {
	eachRelease(t, func(t *testing.T, release string, doc *openapi3.T) {
		want := maps.Clone(permissions)
		if release != "trillium" {
			maps.Copy(want, okapiPermissions)
		}
		if release == "guide" {
			maps.Copy(want, guidePermissions)
		} else {
			maps.Copy(want, laterPermissions)
		}
		got := map[string]string{}
		var order []string
		for op := range Operations(doc) {
			if _, again := got[op.ID]; again {
				t.Errorf("operationId %q is used twice", op.ID)
			}
			got[op.ID] = op.Permission
			order = append(order, op.Path+" "+op.Method)
			if op.PathItem.GetOperation(op.Method) != op.Operation || doc.Paths.Value(op.Path) != op.PathItem {
				t.Errorf("%s is not what stands at %s %s", op.ID, op.Method, op.Path)
			}
			if want := moduleOf(op.Path); op.Module != want {
				t.Errorf("%s is answered by %q, want %q", op.ID, op.Module, want)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("operations and their permissions:\n got %v\nwant %v", got, want)
		}
		if !slices.IsSorted(order) {
			t.Errorf("operations come out of order: %q", order)
		}
	})
}

func moduleOf(path string) Module {
	for prefix, module := range map[string]Module{
		"/data-export/": DataExport, "/authn/": Login, "/_/": Okapi, "/instance-bulk/": InventoryStorage, "/inventory/": Inventory,
	} {
		if strings.HasPrefix(path, prefix) {
			return module
		}
	}
	return ""
}

func TestOperationsStopsEarly(t *testing.T) {
	n := 0
	for range Operations(document(t, "guide")) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("left the loop after %d operations", n)
	}
}

func BenchmarkDocument(b *testing.B) {
	for b.Loop() {
		if _, err := load("sunflower"); err != nil {
			b.Fatal(err)
		}
	}
}
