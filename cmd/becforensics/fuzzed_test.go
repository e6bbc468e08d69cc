package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestEveryDecoderIsFuzzed holds each package that decodes evidence to a fuzz
// target, and that CI runs every target that is declared.
func TestEveryDecoderIsFuzzed(t *testing.T) {
	paths, err := filepath.Glob("../../ingest/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	fuzzed := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(`(?m)^func Fuzz`).Match(text) {
			fuzzed[filepath.Dir(path)] = true
		}
	}
	cases, err := filepath.Glob("../../ingest/*/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, path := range cases {
		if folder := filepath.Dir(filepath.Dir(path)); !slices.Contains(folders, folder) {
			folders = append(folders, folder)
			if !fuzzed[folder] {
				t.Errorf("%s has no fuzz target", folder)
			}
		}
	}
	ci, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 || !regexp.MustCompile(`(?m)^\.ci/fuzz$`).Match(ci) {
		t.Error("CI runs no fuzz targets")
	}
	proves(t, 13, "each of the %d packages that decode exports has fuzz targets (no crash, no hang, each record accounted for), which CI runs for seconds; hours of it are not proved here", len(folders))
}
