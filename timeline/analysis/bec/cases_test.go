package bec

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/analysistest"
)

// TestCases runs each analysis of the suite on the cases in its folder, of
// which one must find something and one must accuse nobody.
func TestCases(t *testing.T) {
	for _, a := range Suite {
		t.Run(a.Name, func(t *testing.T) { analysistest.Run(t, Suite, a.Name, filepath.Join("testdata", a.Name)) })
	}
}

// Every folder of cases is of an analysis.
func TestEveryCaseIsRun(t *testing.T) {
	folders, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !slices.ContainsFunc(Suite, func(a *analysis.Analyzer) bool { return a.Name == f.Name() }) {
			t.Errorf("testdata/%s is of no analysis", f.Name())
		}
	}
}
