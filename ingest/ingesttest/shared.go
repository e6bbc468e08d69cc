package ingesttest

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared is the path of a file or folder among the real exports and reference
// data, which stand beside the repository and are not part of it. Without them
// the test is skipped.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(append([]string{dir, "..", "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared exports are not here: %v", err)
	}
	return path
}
