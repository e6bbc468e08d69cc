package report

import (
	"strings"
	"testing"
	"time"

	"becforensics/timeline/analysis"
)

// A row held for benign stays on its sheet with who said so and why; the sheet
// is marked by what is left.
func TestReviewsStandOnTheSheet(t *testing.T) {
	r := &analysis.Result{
		Analyzer: &analysis.Analyzer{Name: "foreign-logon", Title: "Foreign logons"},
		Finding: &analysis.Finding{Rows: []analysis.Row{
			{ID: "foreign-logon-1", Severity: analysis.High, User: "anna", Review: &analysis.Review{
				State: analysis.Benign, By: "J. Roe", At: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Note: "a hotel",
			}},
			{ID: "foreign-logon-2", Severity: analysis.Low, User: "ben"},
		}},
	}
	s := findingSheet(r, &analysis.Settings{})
	var got strings.Builder
	if err := Dump(&got, &Book{Sheets: []Sheet{s}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| Review | Severity |", "| Records | Row id |",
		"| benign by J. Roe on 2026-02-01: a hotel | high | low | anna |", "| foreign-logon-1 |",
		"| | low | low | ben |",
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("no %q in\n%s", want, got.String())
		}
	}
	if s.Tab != tabColour(analysis.Low) {
		t.Errorf("the tab has the colour %q of what does not count", s.Tab)
	}
}
