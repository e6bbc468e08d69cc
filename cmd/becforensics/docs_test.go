package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeCommandsRun runs the analyze line of the README as it is printed.
func TestReadmeCommandsRun(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	const begin = "go run ./cmd/becforensics "
	ran := false
	for line := range strings.Lines(string(text)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), begin)
		if !ok {
			continue
		}
		ran = true
		args := strings.Fields(rest)
		for i, a := range args {
			if strings.HasPrefix(a, "testdata/") {
				args[i] = filepath.Join("..", "..", a)
			}
			if a == "report.xlsx" {
				args[i] = filepath.Join(t.TempDir(), a)
			}
		}
		if _, stderr, code := command(t, args...); code != exitDone {
			t.Errorf("%s: exit code %d\n%s", line, code, stderr)
		}
	}
	if !ran {
		t.Error("README has no line that runs the program")
	}
}
