// Package analysistest runs analyses on cases written as text and compares
// what they find with what the case wants. A case is a txtar archive:
//
//	Why the case is here, for the reader.
//	-- settings --
//	tenant: {home_countries: [GB]}
//	-- events --
//	file activities willem.csv mailbox=willem@example.com
//	2018-05-01T09:00:00Z x20/24h ServerLogon outcome=success ip=192.0.2.1 client=Outlook
//	-- want --
//	nothing: 20 logons …
//
// See the parts of the syntax at readSettings, readEvents and dump. With the
// flag -update the wanted finding is written anew from what was found: read
// it before believing it.
//
// The package reads no export: how records become events is ingest's
// business.
package analysistest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/geo"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

var update = flag.Bool("update", false, "write the wanted findings of the cases anew")

// Run runs the analysis of that name, after those it needs, on every case of
// dir. Among the cases one must accuse, or at least find something if the
// analysis never accuses, and one must accuse nobody.
func Run(t *testing.T, suite []*analysis.Analyzer, name, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no case under %s", name, dir)
	}
	found, silent := false, false
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := runCase(t, suite, name, archive)
			if accuses(r) {
				found = true
			} else {
				silent = true
				found = found || r.Finding != nil && len(r.Finding.Rows) > 0
			}
			compare(t, file, archive, Dump(r))
		})
	}
	if !found {
		t.Errorf("%s has no case in which it finds something", name)
	}
	if !silent {
		t.Errorf("%s has no case in which nothing is suspicious", name)
	}
}

// Find runs the analysis on one case given as text.
func Find(t *testing.T, suite []*analysis.Analyzer, name, text string) *analysis.Result {
	t.Helper()
	return runCase(t, suite, name, txtar.Parse([]byte(text)))
}

func accuses(r *analysis.Result) bool {
	if r.Finding == nil {
		return false
	}
	for _, row := range r.Finding.Rows {
		if row.Severity > analysis.Info {
			return true
		}
	}
	return false
}

func runCase(t *testing.T, suite []*analysis.Analyzer, name string, archive *txtar.Archive) *analysis.Result {
	t.Helper()
	settings, err := readSettings(archive, suite)
	if err != nil {
		t.Fatal(err)
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := build(db, section(archive, "events"))
	if err != nil {
		t.Fatal(err)
	}
	asked, err := analysis.Select(suite, []string{name}, nil)
	if err != nil {
		t.Fatal(err)
	}
	conclusion, err := analysis.Run(suite, asked, analysis.Inputs{Timeline: tl, Geo: db, Reference: reference.Default(), Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	r := conclusion.Results[0]
	if r.Status == analysis.Failed {
		t.Fatalf("%s failed: %s", name, r.Reason)
	}
	return r
}

func section(archive *txtar.Archive, name string) string {
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func compare(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	if *update {
		kept := archive.Files[:0]
		for _, f := range archive.Files {
			if f.Name != "want" {
				kept = append(kept, f)
			}
		}
		archive.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := section(archive, "want"); got != want {
		t.Errorf("found:\n%s\nwant:\n%s", got, want)
	}
}
