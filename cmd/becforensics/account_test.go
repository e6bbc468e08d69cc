package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/ingest"
)

// TestRefusedFileStandsInTheFindings holds that a file of a folder that was not
// read is listed by its name, without what only reading gives.
func TestRefusedFileStandsInTheFindings(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "evidence")
	writeLogonsIn(t, folder)
	if err := os.Symlink("logons.csv", filepath.Join(folder, "link.csv")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	var doc struct{ Evidence []ingest.Account }
	if err := json.Unmarshal([]byte(findingsOf(t, folder)), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Evidence) != 2 {
		t.Fatalf("%d files: %v", len(doc.Evidence), doc.Evidence)
	}
	f := doc.Evidence[1]
	if f.Reason == "" {
		t.Error("no reason")
	}
	f.Reason = ""
	if want := (ingest.Account{Name: "link.csv", Status: ingest.Refused}); f != want {
		t.Errorf("%+v, want %+v", f, want)
	}
}

// TestReasonIsSaidOnce holds that inspect gives the reason of a file once.
func TestReasonIsSaidOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "names.csv")
	write(t, file, "first,second\n1,2\n")
	stdout, _, _ := command(t, "inspect", file)
	if n := strings.Count(stdout, "no source claims it"); n != 1 {
		t.Errorf("the reason stands there %d times:\n%s", n, stdout)
	}
}

func writeLogonsIn(t *testing.T, folder string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	writeLogons(t, filepath.Join(folder, "logons.csv"), "192.0.2.1")
}
