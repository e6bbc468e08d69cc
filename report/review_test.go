package report

import (
	"strings"
	"testing"
	"time"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
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
	f := r.Finding
	x := &index{c: &Case{Settings: &analysis.Settings{}}, by: &actor.Attribution{}, register: &register{
		entries: []entry{{result: r, row: &f.Rows[1], place: 1}},
		numbers: map[*analysis.Row]int{&f.Rows[1]: 1}, ordered: map[*analysis.Result][]*analysis.Row{r: {&f.Rows[1], &f.Rows[0]}},
	}}
	s := findingSheet(x, r)
	var got strings.Builder
	if err := Dump(&got, &Book{Sheets: []Sheet{s}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| No. | Severity | User | Confidence | Review | Row id |",
		"| F1 -> Findings register:1 | low | ben | low | | foreign-logon-2 |\n| | high | anna | low | benign by J. Roe on 2026-02-01: a hotel | foreign-logon-1 |",
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("no %q in\n%s", want, got.String())
		}
	}
	if s.Tab != tabColour(analysis.Low) {
		t.Errorf("the tab has the colour %q of what does not count", s.Tab)
	}
}
