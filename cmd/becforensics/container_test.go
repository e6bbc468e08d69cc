package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLostMembersAreSaidFirst reads a zip of mails whose directory lists fewer
// members than it claims: before anything else the terminal, the coverage and
// the data say so.
func TestLostMembersAreSaidFirst(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 3 {
		w, err := z.Create(fmt.Sprintf("%d.eml", i))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "From: a@example.com\r\nDate: Mon, 4 May 2026 08:00:0%d +0000\r\n\r\ntext\r\n", i)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const claimed = 12 // bytes from the end of a zip to the number of its members
	binary.LittleEndian.PutUint16(b.Bytes()[b.Len()-claimed:], 5)
	dir := t.TempDir()
	path, findings := filepath.Join(dir, "mails.zip"), filepath.Join(dir, "findings.json")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	const reason = "the directory of the zip is damaged after 3 entries: what it lists further is not read"
	_, stderr, code := command(t, "analyze", "--json", findings, path)
	if code != exitPartial || !strings.HasPrefix(stderr, "mails.zip: refused: "+reason) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	var data struct {
		Evidence []struct{ Name, Status, Reason string }
		Findings []struct {
			Analysis, Summary string
			Rows              []struct{ Cells cells }
		}
	}
	readJSON(t, findings, &data)
	if e := data.Evidence[0]; e.Status != "refused" || e.Reason != reason || len(data.Evidence) != 4 {
		t.Errorf("evidence is %+v", data.Evidence)
	}
	for _, f := range data.Findings {
		if f.Analysis != "coverage" {
			continue
		}
		if !strings.HasPrefix(f.Summary, "Not read, or not in full: 1 file.") || f.Rows[0].Cells["Note"] != reason {
			t.Errorf("coverage begins with %q and %q", f.Summary, f.Rows[0].Cells)
		}
	}
}
