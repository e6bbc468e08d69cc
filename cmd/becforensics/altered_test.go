package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"becforensics/ingest/evidence"
)

// exported are the events that the timeline exports, each by its columns.
func exported(t *testing.T, folder string) []map[string]any {
	t.Helper()
	out := filepath.Join(t.TempDir(), "events.jsonl")
	if _, stderr, code := command(t, "timeline", "-o", out, folder); code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var events []map[string]any
	for line := range strings.Lines(string(text)) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// TestAlteredTextIsMarked compares the Timeline sheet of hostile exports, cell
// by cell, with the exported events, which hold the texts as they are.
func TestAlteredTextIsMarked(t *testing.T) {
	folder := hostileEvidence(t)
	byOrigin := map[string]map[string]any{}
	for _, e := range exported(t, folder) {
		byOrigin[e["origin"].(string)] = e
	}
	report := filepath.Join(t.TempDir(), "report.xlsx")
	if _, stderr, code := command(t, "analyze", "-o", report, folder); code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	f, err := excelize.OpenFile(report)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Timeline")
	if err != nil {
		t.Fatal(err)
	}
	head := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, "origin") })
	if head < 0 {
		t.Fatal("the sheet has no column of origins")
	}
	names := rows[head]
	kinds := map[string]int{}
	for _, row := range rows[head+1:] {
		cell := func(name string) string {
			if i := slices.Index(names, name); i >= 0 && i < len(row) {
				return row[i]
			}
			return ""
		}
		event := byOrigin[cell("origin")]
		altered := false
		for _, name := range names {
			was, ok := event[name].(string)
			shown := cell(name)
			if !ok || was == shown {
				continue
			}
			altered = true
			cut := fmt.Sprintf("sha256 %x]", sha256.Sum256([]byte(was)))
			switch {
			case strings.HasSuffix(shown, cut):
				kinds["cut"]++
			case strings.ReplaceAll(evidence.Printable(was), `\x0a`, "\n") == shown:
				kinds["escaped"]++
			default:
				t.Errorf("%s %s: %.200q is shown as %.200q", cell("origin"), name, was, shown)
			}
		}
		if marked := cell("Text altered") == "yes"; marked != altered {
			t.Errorf("%s: altered %v, marked %v", cell("origin"), altered, marked)
		}
	}
	if kinds["cut"] == 0 || kinds["escaped"] == 0 {
		t.Errorf("texts were altered %v", kinds)
	}
	proves(t, 9, "each text of the Timeline sheet of hostile exports is the event's own, or escaped, or cut with its length and SHA-256; a row is marked if, and only if, one of its texts is not the event's own")
}

// TestExportsForSpreadsheetsHoldNoFormula looks at each cell of the timeline of
// hostile exports as CSV, which spreadsheets read.
func TestExportsForSpreadsheetsHoldNoFormula(t *testing.T) {
	out := filepath.Join(t.TempDir(), "events.csv")
	if _, stderr, code := command(t, "timeline", "-o", out, hostileEvidence(t)); code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	guarded := 0
	for n, line := range lines {
		for i, cell := range line {
			switch first := strings.TrimLeft(cell, " "); {
			case strings.HasPrefix(first, "'"):
				guarded++
			case first != "" && strings.ContainsAny(first[:1], "=+-@\t\r"):
				t.Errorf("line %d column %s begins with %.20q", n+1, lines[0][i], cell)
			}
		}
	}
	if guarded == 0 {
		t.Error("no cell is guarded")
	}
	proves(t, 7, "no cell of the timeline of hostile exports as CSV begins as a formula does")
}
