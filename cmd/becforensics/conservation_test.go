package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// fixtures writes the exports of every case of every source into a folder,
// each as it is and cut within a record.
func fixtures(t *testing.T) string {
	t.Helper()
	paths, err := filepath.Glob("../../ingest/*/testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases of sources: %v", err)
	}
	dir := t.TempDir()
	for n, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name == "want" {
				continue
			}
			whole, cut := filepath.Join(dir, fmt.Sprint(n), "whole", f.Name), filepath.Join(dir, fmt.Sprint(n), "cut", f.Name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(whole), 0o700), os.MkdirAll(filepath.Dir(cut), 0o700),
				os.WriteFile(whole, f.Data, 0o600), os.WriteFile(cut, f.Data[:len(f.Data)*2/3], 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// TestEveryRecordIsAccountedFor counts what becomes of the records of the
// shipped case, of hostile exports, and of the exports of every source, whole
// and cut: each is an event, context, a duplicate or a reject that is listed.
func TestEveryRecordIsAccountedFor(t *testing.T) {
	cases := map[string]string{"harbour": filepath.Join(harbour, "evidence"), "hostile": hostileEvidence(t), "fixtures": fixtures(t)}
	rejected := 0
	for name, folder := range cases {
		report := analyze(t, "--only", "coverage", folder)
		var events, rejects int
		for _, f := range report.Evidence {
			if f.Records != f.Events+f.Context+f.Duplicates+f.Rejects {
				t.Errorf("%s: %s: %d records, but %d events, %d context, %d duplicates, %d rejects", name, f.Name, f.Records, f.Events, f.Context, f.Duplicates, f.Rejects)
			}
			events, rejects = events+f.Events, rejects+f.Rejects
		}
		if len(report.Rejects) != rejects {
			t.Errorf("%s: %d rejects are counted, %d listed", name, rejects, len(report.Rejects))
		}
		if slices.ContainsFunc(report.Rejects, func(r struct{ Origin, Reason string }) bool { return r.Origin == "" || r.Reason == "" }) {
			t.Errorf("%s: a reject has no origin or no reason", name)
		}
		rejected += rejects
		out := filepath.Join(t.TempDir(), "events.jsonl")
		if _, stderr, code := command(t, "timeline", "-o", out, folder); code != exitDone && code != exitPartial {
			t.Fatalf("%s: exit code %d: %s", name, code, stderr)
		}
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("\n")); n != events {
			t.Errorf("%s: %d events are counted, the timeline has %d", name, events, n)
		}
	}
	if rejected == 0 {
		t.Error("no record is rejected")
	}
	for _, f := range inspect(t, cases["harbour"]) {
		if n := counted(t, filepath.Join(cases["harbour"], filepath.FromSlash(f.Name))); f.Records != n {
			t.Errorf("%s: %d records, and it holds %d", f.Name, f.Records, n)
		}
	}
	proves(t, 6, "a case, hostile exports, and the exports of each of %d sources, whole and cut: events, context, duplicates and rejects add up to the records of each file, each reject is listed with its reason, and the timeline has each event", len(sources))
}

// counted counts the records of a file without the program's decoders.
func counted(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(path) == ".csv" {
		lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return len(lines) - 1
	}
	var page struct{ Value []any }
	var object map[string]any
	if err := errors.Join(json.Unmarshal(text, &page), json.Unmarshal(text, &object)); err != nil {
		t.Fatal(err)
	}
	if object["value"] == nil {
		return 1
	}
	return len(page.Value)
}
