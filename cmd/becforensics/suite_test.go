package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

// TestChangelogNamesVersions holds the changelog to an entry for each version
// of an analysis after the first.
func TestChangelogNamesVersions(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range bec.Suite {
		for v := 2; v <= a.Version; v++ {
			if entry := fmt.Sprintf("\n- `%s` %d: ", a.Name, v); !strings.Contains(string(text), entry) {
				t.Errorf("no entry%q", entry)
			}
		}
		if strings.Contains(string(text), fmt.Sprintf("\n- `%s` %d: ", a.Name, a.Version+1)) {
			t.Errorf("%s has version %d, but the changelog a later one", a.Name, a.Version)
		}
	}
}

// TestSettingsOfAnalyses holds the settings that analyzers name to those there
// are.
func TestSettingsOfAnalyses(t *testing.T) {
	docs := analysis.Docs()
	for _, a := range bec.Suite {
		for _, name := range a.Settings {
			if docs[name] == "" {
				t.Errorf("%s names the setting %q, which is not declared", a.Name, name)
			}
		}
	}
}
