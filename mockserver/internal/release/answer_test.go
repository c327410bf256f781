package release

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Who must know an answer to a kind: the gateways, or the modules by their name
// in the document, narrowed to a family where only that can be asked.
var speakers = map[string]string{
	"DifferentTokens":  "gateways",
	"MalformedToken":   "gateways of okapi",
	"NotBearer":        "gateways of eureka",
	"UnknownTenant":    "gateways",
	"TenantNotEnabled": "gateways of eureka",
	"NoRoute":          "gateways",
	"BodyOnGet":        "gateways of eureka",
	"BadToken":         "gateways",
	"ForeignToken":     "gateways",
	"ForeignUser":      "gateways of okapi",
	"NoToken":          "gateways",
	"NoPermission":     "gateways",
	"URITooLong":       "gateways",
	"HeadersTooLarge":  "gateways",
	"BodyTooLarge":     "gateways",
	"NotTenantsPath":   "gateways of okapi",
	"MalformedURL":     "gateways",
	"BadBoolean":       "gateways of okapi",
	"BadWord":          "gateways of okapi",

	"WrongContentType": "data-export login",
	"NotAcceptable":    "data-export login inventory inventory-storage",
	"NoTextForm":       "data-export login of spring",
	"NotJSON":          "data-export login",
	"EmptyBody":        "data-export login",
	"TrailingContent":  "data-export login",
	"MissingMember":    "data-export login",
	"UnknownMember":    "data-export login of rmb",
	"PatternMismatch":  "data-export",
	"WrongValue":       "data-export login",
	"PathNotUUID":      "data-export of spring",
	"QueryNotNumber":   "data-export inventory",
	"QueryNegative":    "data-export inventory",
	"QueryOutOfRange":  "data-export inventory",
	"LimitZero":        "data-export of spring",
	"MalformedQuery":   "data-export inventory inventory-storage",
	"BareTerm":         "data-export inventory inventory-storage",
	"UnsupportedQuery": "data-export inventory inventory-storage",
	"UnknownIndex":     "data-export of spring",
	"BadTerm":          "data-export of spring",

	"FileNameExtension":      "data-export",
	"FileTooLarge":           "data-export of spring",
	"DefinitionUnknown":      "data-export",
	"DefinitionAlreadyThere": "data-export of rmb",
	"AlreadyUploaded":        "data-export",
	"UploadInterrupted":      "data-export",
	"ExportOfUnknown":        "data-export",
	"ExportWithoutProfile":   "data-export",
	"ExportBeforeUpload":     "data-export of rmb",
	"JobUnknown":             "data-export",
	"FileUnknown":            "data-export of rmb",
	"JobWithoutFile":         "data-export",
	"WrongPassword":          "login",
	"UnknownUser":            "login",
	"NoUsername":             "login",
	"NoPassword":             "login",
	"NoRefreshCookie":        "login",
	"RefreshRefused":         "login",
	"LogoutRefused":          "login",
	"LogoutWithoutRefresh":   "login of rmb",
	"LogoutWithoutUser":      "login of spring",
}

// Each kind of refusal is answered by whoever can be asked for it, in every
// release, with a text that has no more {names} than a refusal of that kind
// brings.
func TestEveryRefusalHasItsAnswer(t *testing.T) {
	for _, k := range kinds(t) {
		who, ok := speakers[k.constant]
		if !ok {
			t.Errorf("say in this test who answers %s", k.constant)
		}
		for _, r := range table() {
			for name, answer := range r.answersOf(who, k.kind) {
				switch {
				case answer.Status < 400 || answer.Status > 599:
					t.Errorf("%s, %s: no answer to %s", r.Name, name, k.constant)
				case slices.Contains([]Form{Boot, Empty}, answer.Form) != (answer.Message == ""):
					t.Errorf("%s, %s: the answer to %s says %q", r.Name, name, k.constant, answer.Message)
				}
				for _, wanted := range namesIn(answer.Message + answer.Type + answer.Key + answer.Value) {
					if !slices.Contains(k.names, wanted) {
						t.Errorf("%s, %s: the answer to %s quotes {%s}, a refusal brings %v", r.Name, name, k.constant, wanted, k.names)
					}
				}
			}
		}
	}
}

// answersOf yields the answers that a kind has where it can be asked for.
func (r *Release) answersOf(who string, kind Kind) map[string]Answer {
	who, family, _ := strings.Cut(who, " of ")
	flavour := map[Flavour]string{Okapi: "okapi", Eureka: "eureka"}[r.Gateway.Flavour]
	answers := map[string]Answer{}
	for name := range strings.FieldsSeq(who) {
		if name == "gateways" {
			if family == "" || family == flavour {
				answers["gateway"] = r.Gateway.Answers[kind]
			}
			continue
		}
		m, ok := r.Modules[name]
		framework := "rmb"
		if m.Framework == Spring53 || m.Framework == Spring54 {
			framework = "spring"
		}
		if ok && (family == "" || family == framework) {
			answers[name] = m.Answers[kind]
		}
	}
	return answers
}

// Every kind is refused somewhere in the fake, with the values that its comment
// names.
func TestEveryKindIsUsed(t *testing.T) {
	refused, mentioned := refusals(t)
	for _, k := range kinds(t) {
		if !mentioned[k.constant] {
			t.Errorf("nothing is ever refused as %s: delete it", k.constant)
		}
		for _, names := range refused[k.constant] {
			if len(names) > 0 && !isSubset(k.names, names) {
				t.Errorf("%s comes with %v, its comment says %v", k.constant, names, k.names)
			}
		}
		delete(refused, k.constant)
	}
	if len(refused) > 0 {
		t.Errorf("refused, and not among the kinds: %v", slices.Collect(maps.Keys(refused)))
	}
}

// An answer is filled with the refusal's values as they are, braces and all.
func TestAnswerFillsItsText(t *testing.T) {
	r, err := Find("guide")
	if err != nil {
		t.Fatal(err)
	}
	answer, ok := r.Answer("data-export", Refuse(PatternMismatch, "member", "id", "value", "{member}", "pattern", "^x$"))
	if !ok || answer.Message != `must match "^x$"` || answer.Key != "id" || answer.Value != "{member}" {
		t.Errorf("got %+v, %v", answer, ok)
	}
	if answer, ok := r.Answer("data-export", Refuse(UnknownTenant, "tenant", "x")); !ok || answer.Message != "No such Tenant x" {
		t.Errorf("a module that has no answer: %+v, %v; want the gateway's", answer, ok)
	}
	if _, ok := r.Answer("data-export", Refuse("no such kind")); ok {
		t.Error("there is an answer to no such kind")
	}
}

func TestRefusalReadsWell(t *testing.T) {
	for want, r := range map[string]*Refusal{
		"URI too long":                              Refuse(URITooLong),
		"file name extension: fileName=test.txt":    Refuse(FileNameExtension, "fileName", "test.txt"),
		"query is negative: name=limit value=-1":    Refuse(QueryNegative, "value", "-1", "name", "limit"),
		"export with unknown profile: id=1-2-3-4-5": Refuse(ExportWithoutProfile, "id", "1-2-3-4-5"),
	} {
		if got := r.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// kind is a constant of refusal.go.
type kind struct {
	constant string
	kind     Kind
	names    []string // that its comment lists
}

func kinds(t *testing.T) []kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "refusal.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var all []kind
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, kind{constant: spec.Names[0].Name, kind: Kind(text), names: namesIn(spec.Comment.Text())})
		return true
	})
	return all
}

// refusals looks through the fake's code for the kinds that it refuses and the
// names of the values that it gives along, and for those it mentions at all.
func refusals(t *testing.T) (refused map[string][][]string, mentioned map[string]bool) {
	t.Helper()
	refused, mentioned = map[string][][]string{}, map[string]bool{}
	here, err := filepath.Glob("../../*.go")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("../folio/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Concat(here, below) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if constant, ok := ofRelease(n); ok {
				mentioned[constant] = true
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			function, _ := ofRelease(call.Fun)
			constant, isConstant := ofRelease(call.Args[0])
			if function == "Refuse" && isConstant && call.Ellipsis == token.NoPos {
				refused[constant] = append(refused[constant], literals(call.Args[1:]))
			}
			return true
		})
	}
	return refused, mentioned
}

// ofRelease returns the name of an identifier of this package.
func ofRelease(n ast.Node) (string, bool) {
	selector, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	pkg, ok := selector.X.(*ast.Ident)
	return selector.Sel.Name, ok && pkg.Name == "release"
}

// literals returns each other argument, the names of the values.
func literals(args []ast.Expr) []string {
	var names []string
	for i := 0; i < len(args); i += 2 {
		if literal, ok := args[i].(*ast.BasicLit); ok {
			names = append(names, strings.Trim(literal.Value, `"`))
		}
	}
	return names
}

var placeholder = regexp.MustCompile(`\{([a-zA-Z]+)\}`)

func namesIn(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

func isSubset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
