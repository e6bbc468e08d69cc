package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestExitCodes holds outcomes of commands to the codes that scripts rely on.
func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, text []byte) string {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(at(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	messages := filepath.Join(harbour, "evidence", "messages")
	phish, err := os.ReadFile(filepath.Join(messages, "phish-headers.json"))
	if err != nil {
		t.Fatal(err)
	}
	whole, cut, notes := write("in/whole.json", phish), write("cut.json", phish[:len(phish)/2]), write("notes.txt", []byte("The export came on Monday.\n"))
	alter := func(name string, change func([]byte) []byte) string {
		t.Helper()
		c := sealed(t)
		path := filepath.Join(c, filepath.FromSlash(name))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if change == nil {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, change(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	sound := sealed(t)
	outcomes := []struct {
		what string
		code int
		args []string
	}{
		{"the bare command", exitDone, nil},
		{"help", exitDone, []string{"help", "analyze"}},
		{"a report", exitDone, []string{"analyze", "-o", at("a.xlsx"), whole}},
		{"one file among others that no source claims", exitDone, []string{"inspect", whole, notes}},
		{"a case as it was recorded", exitDone, []string{"verify", sound}},
		{"a note", exitDone, []string{"custody", "note", sound, "a note"}},

		{"an unknown command", exitUsage, []string{"analyse"}},
		{"an unknown flag", exitUsage, []string{"analyze", "--colour", whole}},
		{"no output is named", exitUsage, []string{"analyze", whole}},
		{"evidence that is missing", exitUsage, []string{"analyze", "-o", at("b.xlsx"), at("nowhere")}},
		{"no evidence is named", exitUsage, []string{"inspect"}},
		{"a database that is none", exitUsage, []string{"analyze", "-o", at("b.xlsx"), "--geo", notes, whole}},
		{"a case file that cannot be read", exitUsage, []string{"analyze", "-o", at("b.xlsx"), "--case", notes, whole}},
		{"an unknown country", exitUsage, []string{"analyze", "-o", at("b.xlsx"), "--home-country", "UK", whole}},
		{"an unknown analysis", exitUsage, []string{"analyses", "foreign-login"}},
		{"no manifest to verify", exitUsage, []string{"verify", at("in")}},

		{"a record that is cut", exitPartial, []string{"analyze", "-o", at("c.xlsx"), cut}},
		{"no file that a source claims", exitPartial, []string{"inspect", notes}},
		{"a report that is missing", exitPartial, []string{"verify", alter("report.xlsx", nil)}},
		{"evidence that is missing", exitPartial, []string{"verify", alter("evidence/phish-headers.json", nil)}},

		{"evidence that was altered", exitChanged, []string{"verify", alter("evidence/phish-headers.json", appended)}},
		{"a report that was altered", exitChanged, []string{"verify", alter("report.xlsx", appended)}},
		{"a log that was altered", exitChanged, []string{"verify", alter(custodyFile, without(1))}},
		{"a manifest that was altered", exitChanged, []string{"verify", alter(manifestFile, without(0))}},
		{"a note on an altered log", exitChanged, []string{"custody", "note", alter(custodyFile, without(1)), "a note"}},

		{"an output that exists", exitOutput, []string{"analyze", "-o", at("a.xlsx"), whole}},
		{"an output that is evidence", exitOutput, []string{"timeline", "--force", "-o", write("evidence.csv", phish), at("evidence.csv")}},
		{"an output in a folder of evidence", exitOutput, []string{"analyze", "-o", at("in/report.xlsx"), at("in")}},
		{"an output in no folder", exitOutput, []string{"analyze", "-o", at("nowhere/report.xlsx"), whole}},
		{"an ending that does not fit", exitOutput, []string{"analyze", "-o", at("report.docx"), whole}},
		{"a report to which entries were added", exitOutput, []string{"analyze", "--force", "-o", filepath.Join(sound, "report.xlsx"), whole}},
	}
	for _, o := range outcomes {
		if stdout, stderr, code := command(t, o.args...); code != o.code {
			t.Errorf("%s: exit code %d, want %d\n%s%s", o.what, code, o.code, stdout, stderr)
		}
	}
	proves(t, 19, "%d outcomes of commands: the codes 0 to 4 that are listed above", len(outcomes))
}
