package main

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"becforensics/report"
	"becforensics/report/html"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

// harbourBook lays the shipped case out.
func harbourBook(t *testing.T) *report.Book {
	t.Helper()
	k, _ := harbourCase(t)
	return report.NewBook(k)
}

// harbourCase is the shipped case, analysed whole or by some analyses only, with
// what reads its records.
func harbourCase(t *testing.T, only ...string) (*report.Case, html.Records) {
	t.Helper()
	suite, err := analysis.Select(bec.Suite, only, nil)
	if err != nil {
		t.Fatal(err)
	}
	flags := evidenceFlags{Evidence: []string{filepath.Join(harbour, "evidence")}}
	s, err := flags.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	k, _, r, err := s.analyse(t.Context(), &terminal{}, suite)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.wait(); err != nil {
		t.Fatal(err)
	}
	return k, s.records(t.Context())
}

// sheetNamed is a sheet of a book with its rows.
func sheetNamed(t *testing.T, b *report.Book, name string) (*report.Sheet, [][]report.Cell) {
	t.Helper()
	for i := range b.Sheets {
		if s := &b.Sheets[i]; s.Name == name {
			if len(s.Columns) == 0 {
				return s, nil
			}
			var rows [][]report.Cell
			s.Rows(func(cells []report.Cell) bool {
				rows = append(rows, slices.Clone(cells))
				return true
			})
			return s, rows
		}
	}
	t.Fatalf("no sheet %q", name)
	return nil, nil
}

// columnOf is the place of a column of a sheet.
func columnOf(t *testing.T, s *report.Sheet, name string) int {
	t.Helper()
	i := slices.IndexFunc(s.Columns, func(c report.Column) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("%s has no column %q", s.Name, name)
	}
	return i
}

// What a reader asks first stands first, and no sheet is empty.
func TestSheetsStandInReadingOrder(t *testing.T) {
	b := harbourBook(t)
	var names []string
	for _, s := range b.Sheets {
		names = append(names, s.Name)
		if s.Count == 0 && len(s.Intro) == 0 {
			t.Errorf("%s holds nothing", s.Name)
		}
	}
	at := -1
	for _, name := range []string{
		"Cover", "Summary", "Findings register", "Key timeline", "Actors", "Attacker timeline", "Foreign logons", "Stacks", "Timeline",
		"Evidence", "Coverage and limits", "Methodology", "Custody", "Glossary",
	} {
		i := slices.Index(names, name)
		if i <= at {
			t.Errorf("%s is sheet %d of %q", name, i, names)
		}
		at = i
	}
}

// Every link leads to a row that exists, and every suspicious row is linked
// from the register and leads back to its line.
func TestLinksLeadBothWays(t *testing.T) {
	b := harbourBook(t)
	sizes := map[string]int{}
	for _, s := range b.Sheets {
		sizes[s.Name] = s.Count
	}
	for _, s := range b.Sheets {
		if len(s.Columns) == 0 {
			continue
		}
		s.Rows(func(cells []report.Cell) bool {
			for _, c := range cells {
				if size, known := sizes[c.Sheet]; c.Kind == report.Link && c.Text != "" && known && c.Row > size {
					t.Errorf("%s: %q leads to row %d of %d of %s", s.Name, c.Text, c.Row, size, c.Sheet)
				}
			}
			return true
		})
	}
	_, register := sheetNamed(t, b, "Findings register")
	if len(register) == 0 {
		t.Fatal("no suspicious row")
	}
	for i, line := range register {
		s, rows := sheetNamed(t, b, line[0].Sheet)
		back := rows[line[0].Row-1][columnOf(t, s, "No.")]
		if back.Text != line[0].Text || back.Sheet != "Findings register" || back.Row != i+1 {
			t.Errorf("%s leads to %s, which leads back to row %d", line[0].Text, s.Name, back.Row)
		}
	}
}

// The score of an actor is the sum of what its sheet lists.
func TestScoreIsRecomputedFromTheSheet(t *testing.T) {
	s, rows := sheetNamed(t, harbourBook(t), "Actors")
	part, points := columnOf(t, s, "Part"), columnOf(t, s, "Points")
	reasons, explanations, scores := 0.0, 0.0, 0
	for _, row := range rows {
		switch row[part].Text {
		case "actor":
			reasons, explanations = 0, 0
		case "reason":
			reasons += row[points].Number
		case "explanation":
			explanations += row[points].Number
		case "score":
			scores++
			if want := max(min(reasons, 100)+explanations, 0); math.Abs(want-row[points].Number) > 0.05 {
				t.Errorf("the score is %g, its lines come to %g", row[points].Number, want)
			}
		}
	}
	if scores == 0 {
		t.Error("no actor has a score")
	}
}

// The key timeline begins with the lure, holds an act once and few under each
// suspicious row.
func TestKeyTimelineIsShort(t *testing.T) {
	b := harbourBook(t)
	s, rows := sheetNamed(t, b, "Key timeline")
	if what := rows[0][columnOf(t, s, "What")].Text; !strings.HasPrefix(what, "MessageDelivered") {
		t.Errorf("it begins with %q", what)
	}
	if len(rows) > 200 {
		t.Errorf("%d acts", len(rows))
	}
	seen := map[string]bool{}
	for _, row := range rows {
		record := row[columnOf(t, s, "Record")].Text
		if seen[record] {
			t.Errorf("%s stands twice", record)
		}
		seen[record] = true
	}
}

// Rows stand by actor: that is the first column, or follows a row's number or time,
// and what accuses stands before what only informs.
func TestRowsStandByActor(t *testing.T) {
	b := harbourBook(t)
	graded := 0
	for i := range b.Sheets {
		if len(b.Sheets[i].Columns) == 0 {
			continue
		}
		s, rows := sheetNamed(t, b, b.Sheets[i].Name)
		var names []string
		for _, c := range s.Columns {
			names = append(names, c.Name)
		}
		who := slices.Index(names, "Actor rank")
		if who > 1 || who == 1 && names[0] != "No." && names[0] != "Time (UTC)" {
			t.Errorf("%s begins with %q", s.Name, names[:who+1])
		}
		grade := slices.Index(names, "Severity")
		if who < 0 || grade < 0 || strings.HasSuffix(s.Name, "timeline") {
			continue
		}
		graded++
		if !slices.Equal(names[who:who+2], []string{"Actor rank", "Severity"}) {
			t.Errorf("%s begins with %q", s.Name, names[:grade+1])
		}
		informs := false
		for _, row := range rows {
			if row[grade].Text == "info" {
				informs = true
			} else if informs {
				t.Errorf("%s: a %s row follows one that only informs", s.Name, row[grade].Text)
			}
		}
	}
	if graded < 10 {
		t.Errorf("%d sheets have severities", graded)
	}
}

// An account of which the same is said as of the case has no second row for it.
func TestQuestionsAreNotAnsweredTwice(t *testing.T) {
	s, rows := sheetNamed(t, harbourBook(t), "Questions")
	number, account, answer, needs := columnOf(t, s, "Number"), columnOf(t, s, "Account"), columnOf(t, s, "Answer"), columnOf(t, s, "Needs")
	said := map[string]bool{}
	cases := 0
	for _, row := range rows {
		key := row[number].Text + row[answer].Text + row[needs].Text
		if said[key] {
			t.Errorf("question %s is answered twice: %q", row[number].Text, row[answer].Text)
		}
		said[key] = true
		if row[account].Text == "" {
			cases++
		}
		if strings.Contains(row[needs].Text, "m.hart") {
			t.Errorf("question %s needs %q", row[number].Text, row[needs].Text)
		}
	}
	if cases != 22 || len(rows) == cases {
		t.Errorf("%d rows, %d of the case", len(rows), cases)
	}
}
