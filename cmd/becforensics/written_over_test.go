package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingIsWrittenOver names, as outputs, what must not be written to:
// with --force too, save what is an earlier output.
func TestNothingIsWrittenOver(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	text, err := os.ReadFile(filepath.Join(harbour, "evidence", "messages", "phish-headers.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(at("in/sub"), 0o700), os.Mkdir(at("out"), 0o700), os.WriteFile(at("in/phish.json"), text, 0o600),
		os.WriteFile(at("case.json"), []byte(`{"case": {"number": "1"}}`), 0o600), os.WriteFile(at("out/earlier.json"), []byte("earlier"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Link(at("in/phish.json"), at("out/hard.json")), os.Symlink("../in/phish.json", at("out/link.json")),
		os.Symlink("earlier.json", at("out/other.json")), os.Symlink("nowhere", at("out/dangling.json")), os.Symlink("../in", at("out/folder"))); err != nil {
		t.Skipf("no links here: %v", err)
	}
	before := states(t, dir)
	refused := []struct{ what, output, flag string }{
		{"an earlier output", "out/earlier.json", ""},
		{"evidence", "in/phish.json", "--force"},
		{"evidence by another name", "out/hard.json", "--force"},
		{"evidence through a link", "out/link.json", "--force"},
		{"a file through a link", "out/other.json", "--force"},
		{"through a link to nothing", "out/dangling.json", "--force"},
		{"the case file", "case.json", "--force"},
		{"a folder of evidence", "in/report.json", "--force"},
		{"a folder in a folder of evidence", "in/sub/report.json", "--force"},
		{"a folder of evidence through a link", "out/folder/report.json", "--force"},
	}
	for _, r := range refused {
		args := strings.Fields("analyze " + r.flag + " --case")
		args = append(args, at("case.json"), "--json", at(r.output), at("in"))
		if _, stderr, code := command(t, args...); code != exitOutput {
			t.Errorf("%s: exit code %d: %s", r.what, code, stderr)
		}
		if wrong := differ(before, states(t, dir)); wrong != "" {
			t.Fatalf("%s: %s", r.what, wrong)
		}
	}
	proves(t, 11, "%d places for an output (an earlier file, evidence or the case file under any name or link, a folder of evidence): each is refused, exit code 4, and no file differs", len(refused))
}
