package mockserver

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// storyWith writes a story with wrong answers to a file and returns its path.
func storyWith(t *testing.T, answers string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wrong.yaml")
	story := "extends: ok\nsummary: Some answers are wrong.\nevidence: [this test]\nanswers:\n" + answers
	if err := os.WriteFile(path, []byte(story), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnswerWithoutBodyIsReplaced(t *testing.T) {
	c := newCaller(t, "sunflower", WithScenario(storyWith(t, "  - {operation: startExport, status: 504, text: late}\n")))
	definition := member(t, c.do(http.MethodPost, "/data-export/file-definitions", `{"fileName":"a.csv"}`), "id")
	c.do(http.MethodPost, "/data-export/file-definitions/"+definition+"/upload", idList(1), "Content-Type", "application/octet-stream")
	body := `{"fileDefinitionId":"` + definition + `","jobProfileId":"` + c.s.release.Profiles[0].ID.String() + `"}`
	if got := c.do(http.MethodPost, "/data-export/export", body); got.Code != http.StatusGatewayTimeout || got.Body.String() != "late" {
		t.Errorf("the export is answered %d %q, want what the story says, 504 late", got.Code, got.Body)
	}
}

func TestEmptyAnswerHasNothingToEdit(t *testing.T) {
	c := newCaller(t, "sunflower", WithScenario(storyWith(t, "  - {operation: startExport, edits: [{set: /id, to: x}, {remove: /id}]}\n")))
	c.export(t, "a.csv", idList(1)) // fails unless it is answered 204
}
