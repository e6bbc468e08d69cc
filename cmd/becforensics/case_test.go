package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/report"
	"becforensics/timeline/analysis/bec"
)

// harbour is the synthetic case that the project ships.
var harbour = filepath.Join("..", "..", "testdata", "cases", "harbour-2018")

// TestHarbourWorkbook holds the shipped case's workbook to the one that was
// read and approved.
func TestHarbourWorkbook(t *testing.T) {
	flags := evidenceFlags{Evidence: []string{filepath.Join(harbour, "evidence")}}
	s, err := flags.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.settings.TimelineRows = 1000 // the cited events alone: a dump of all is not read
	k, _, r, err := s.analyse(t.Context(), &terminal{}, bec.Suite)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.wait(); err != nil {
		t.Fatal(err)
	}
	k.Version = "of the test"
	var got bytes.Buffer
	if err := report.Dump(&got, report.NewBook(k)); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join(harbour, "workbook.txt")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	const shownDifferences = 10
	if d := differences(string(want), got.String(), shownDifferences); d != "" {
		t.Errorf("the workbook differs from %s; if it is right, go test ./cmd/becforensics -run Harbour -update writes it anew\n%s", golden, d)
	}
}

// differences shows the first lines that only one of two texts has.
func differences(want, got string, most int) string {
	if want == got {
		return ""
	}
	count := map[string]int{}
	for line := range strings.Lines(want) {
		count[line]--
	}
	for line := range strings.Lines(got) {
		count[line]++
	}
	var b strings.Builder
	for _, text := range []struct {
		mark, lines string
		sign        int
	}{{"-", want, -1}, {"+", got, 1}} {
		shown := 0
		for line := range strings.Lines(text.lines) {
			if count[line]*text.sign > 0 && shown < most {
				shown++
				fmt.Fprintf(&b, "%s %s", text.mark, line)
			}
		}
	}
	if b.Len() == 0 {
		return "the same lines in another order"
	}
	return b.String()
}

// hashOf is the SHA-256 of a file, in hexadecimal.
func hashOf(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}
