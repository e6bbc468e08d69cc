package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/report"
	"becforensics/report/html"
	"becforensics/report/xlsx"
	"becforensics/timeline/analysis"
	actors "becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/logon"
)

// broken makes a fact fail until the test ends.
func broken[T any](t *testing.T, f *analysis.Fact[T]) {
	made := f.Make
	t.Cleanup(func() { f.Make = made })
	f.Make = func(*analysis.Pass) T { panic("broken on purpose") }
}

// breaks breaks each fact that a report asks for.
var breaks = map[analysis.Need]func(*testing.T){
	analysis.Operations:     func(t *testing.T) { broken(t, analysis.Operations) },
	logon.Logons:            func(t *testing.T) { broken(t, logon.Logons) },
	actors.Actors:           func(t *testing.T) { broken(t, actors.Actors) },
	actors.Acts:             func(t *testing.T) { broken(t, actors.Acts) },
	actors.Entries:          func(t *testing.T) { broken(t, actors.Entries) },
	actors.Windows:          func(t *testing.T) { broken(t, actors.Windows) },
	actors.Containments:     func(t *testing.T) { broken(t, actors.Containments) },
	actors.Standings:        func(t *testing.T) { broken(t, actors.Standings) },
	actors.Exposures:        func(t *testing.T) { broken(t, actors.Exposures) },
	actors.ExposedMailboxes: func(t *testing.T) { broken(t, actors.ExposedMailboxes) },
	actors.ExposureTotals:   func(t *testing.T) { broken(t, actors.ExposureTotals) },
	actors.Payments:         func(t *testing.T) { broken(t, actors.Payments) },
	actors.Warnings:         func(t *testing.T) { broken(t, actors.Warnings) },
	actors.Indicators:       func(t *testing.T) { broken(t, actors.Indicators) },
}

// A fact that fails is a status in Methodology, and every output says so first;
// the rest of the report stands.
func TestFailedFactLeavesTheReport(t *testing.T) {
	for i, fact := range report.Facts {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			breaks[fact](t)
			k, records := harbourCase(t)
			b := report.NewBook(k)
			var workbook, findings, page bytes.Buffer
			if err := errors.Join(xlsx.Write(&workbook, b, xlsx.Options{}), report.WriteFindings(&findings, k), html.Write(&page, k, records)); err != nil {
				t.Fatal(err)
			}
			const said, cause = "The program failed to compute the ", "internal error: broken on purpose"
			for name, text := range map[string]string{"data": findings.String(), "page": page.String(), "Methodology": told(t, b, "Methodology")} {
				if !strings.Contains(text, cause) {
					t.Errorf("%s does not say what failed", name)
				}
			}
			for name, text := range map[string]string{"page": page.String(), "Summary": told(t, b, "Summary"), "Questions": told(t, b, "Questions")} {
				if !strings.Contains(text, said) {
					t.Errorf("%s does not say that something failed", name)
				}
			}
			if fact != analysis.Need(analysis.Operations) && !strings.Contains(told(t, b, "Findings register"), "Lookalike domains") {
				t.Error("what the records show by themselves is lost")
			}
		})
	}
	breaks[actors.Actors](t)
	_, stderr, code := command(t, "analyze", "-o", filepath.Join(t.TempDir(), "report.xlsx"), filepath.Join(harbour, "evidence"))
	if code != exitDone || !strings.Contains(stderr, "failed: internal error: broken on purpose") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

// told is the text of a sheet.
func told(t *testing.T, b *report.Book, name string) string {
	t.Helper()
	s, rows := sheetNamed(t, b, name)
	text := strings.Join(s.Intro, "\n")
	for _, cells := range rows {
		for _, c := range cells {
			text += "\n" + c.Text
		}
	}
	return text
}
