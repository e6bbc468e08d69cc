package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
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

// TestReadmeNamesEveryCommand holds the README's table of commands to those
// that there are.
func TestReadmeNamesEveryCommand(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(text), "| Command | What it does |\n|---|---|\n")
	if !ok {
		t.Fatal("README has no table of commands")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var named, want []string
	for line := range strings.Lines(table) {
		for _, word := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(strings.Split(line, "|")[1], -1) {
			named = append(named, word[1])
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[cli]()) {
		if _, ok := f.Tag.Lookup("cmd"); ok {
			want = append(want, strings.ToLower(f.Name))
		}
	}
	slices.Sort(named)
	slices.Sort(want)
	if !slices.Equal(named, want) {
		t.Errorf("README names the commands %v, there are %v", named, want)
	}
}

// TestReadmeCaseFile reads the case file of the README.
func TestReadmeCaseFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(text), "```yaml\n")
	if !ok {
		t.Fatal("README has no case file")
	}
	block, _, _ = strings.Cut(block, "```")
	var s analysis.Settings
	if err := s.Read([]byte(block), bec.Suite); err != nil {
		t.Errorf("%v in\n%s", err, block)
	}
	if len(s.Used()) != 10 {
		t.Errorf("settings %+v", s.Used())
	}
}
