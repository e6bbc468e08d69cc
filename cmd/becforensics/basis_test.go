package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"becforensics/report"
	"becforensics/timeline/analysis/analysistest/estate"
)

// basisCases are cases with actors, without, and with little evidence.
func basisCases(t *testing.T, do func(*testing.T, *report.Case)) {
	t.Run("harbour", func(t *testing.T) {
		k, _ := harbourCase(t)
		do(t, k)
	})
	t.Run("one analysis", func(t *testing.T) {
		k, _ := harbourCase(t, "lookalike-domain")
		do(t, k)
	})
	for _, name := range []string{"forward-fraud", "device-code", "clean-2025"} {
		t.Run(name, func(t *testing.T) {
			k := analysed(t, scenarioFolder(t, name, estate.Options{Seed: 1}))
			do(t, k)
		})
	}
	t.Run("without audit log", func(t *testing.T) {
		k := analysed(t, scenarioFolder(t, "relayed-sign-in", estate.Options{Seed: 1, Without: []string{"ual"}}))
		do(t, k)
	})
}

// Every sentence of an answer names what it rests on, and what it names is
// there: a sheet with rows that have these texts, or a row, actor or record.
func TestEverySentenceOfAnAnswerRestsOnSomething(t *testing.T) {
	basisCases(t, func(t *testing.T, k *report.Case) {
		b := report.NewBook(k)
		for _, q := range report.Questions(k) {
			var texts []string
			for _, c := range q.Claims {
				texts = append(texts, c.Text)
				if !c.Rests() {
					t.Errorf("question %d of %q: nothing under %q", q.Number, q.Account, c.Text)
				}
				for _, f := range c.Counted {
					if !slices.ContainsFunc(b.Sheets, func(s report.Sheet) bool { return s.Name == f.Sheet }) {
						continue // an absence: the sheet is left out as it has no row
					}
					if s, rows := filtered(t, b, f); rows == nil && len(s.Columns) > 0 { // a sheet without columns is prose
						t.Errorf("question %d of %q: no row of %q is one of %q", q.Number, q.Account, s.Name, f)
					}
				}
			}
			if joined := strings.Join(texts, " "); joined != q.Answer || joined == "" {
				t.Errorf("question %d of %q: the sentences are %q, the answer %q", q.Number, q.Account, joined, q.Answer)
			}
		}
		s, rows := sheetNamed(t, b, "Questions")
		answer := columnOf(t, s, "Answer")
		for _, cells := range rows {
			if text := cells[answer].Text; !strings.HasSuffix(text, "]") && !strings.HasSuffix(text, "(all of it is in the findings as data)") {
				t.Errorf("an answer ends without what it rests on: %q", text)
			}
		}
	})
}

// filtered are the rows of a sheet that a filter leaves.
func filtered(t *testing.T, b *report.Book, f report.Filter) (*report.Sheet, [][]report.Cell) {
	t.Helper()
	s, rows := sheetNamed(t, b, f.Sheet)
	for _, w := range f.Where {
		column := columnOf(t, s, w[0])
		rows = slices.DeleteFunc(rows, func(cells []report.Cell) bool { return !strings.EqualFold(cells[column].Text, w[1]) })
	}
	return s, rows
}

// Every sentence and number of Summary names what it rests on, and a reader who
// counts the rows that a number names gets the number.
func TestEveryLineOfSummaryRestsOnSomething(t *testing.T) {
	basisCases(t, func(t *testing.T, k *report.Case) {
		b := report.NewBook(k)
		s, rows := sheetNamed(t, b, "Summary")
		for _, line := range s.Intro {
			if !strings.HasSuffix(line, "]") {
				t.Errorf("nothing under %q", line)
			}
		}
		value, rests := columnOf(t, s, "Value"), columnOf(t, s, "Rests on")
		counted := 0
		for _, cells := range rows {
			what, number, on := cells[0], cells[value], cells[rests].Text
			if on == "" {
				t.Errorf("nothing under %q: %q", what.Text, cells[2].Text)
			}
			if number.Kind != report.Number || on == "Coverage and limits" {
				continue
			}
			of, left := filtered(t, b, readFilter(t, b, what.Sheet, on))
			n := len(left)
			if what.Text == "Records read" {
				n = 0
				for _, cells := range left {
					n += int(cells[columnOf(t, of, "Records")].Number)
				}
			}
			if counted++; n != int(number.Number) {
				t.Errorf("%s is %g, and %q of %q gives %d", what.Text, number.Number, on, what.Sheet, n)
			}
		}
		if counted < 4 {
			t.Errorf("only %d numbers were counted", counted)
		}
	})
}

// readFilter reads a filter as Summary names it.
func readFilter(t *testing.T, b *report.Book, sheet, text string) report.Filter {
	t.Helper()
	f := report.Filter{Sheet: sheet}
	if text == "all its rows" {
		return f
	}
	s, _ := sheetNamed(t, b, sheet)
	for part := range strings.SplitSeq(text, ", ") {
		i := slices.IndexFunc(s.Columns, func(c report.Column) bool { return strings.HasPrefix(part, c.Name+" ") })
		if i < 0 {
			t.Fatalf("%q has no column of %s", sheet, strconv.Quote(part))
		}
		f.Where = append(f.Where, [2]string{s.Columns[i].Name, part[len(s.Columns[i].Name)+1:]})
	}
	return f
}

// unsupported are sections of a page whose rows are themselves what others rest
// on, or rest on nothing: files, coverage, what analyses ask and how they ended,
// and what to ask for.
var unsupported = []string{"evidence", "coverage", "methodology", "quiet", "requests"}

// Every paragraph of a page that claims something names what it rests on, and so
// does every row, in a cell or above its table.
func TestEveryClaimOfAPageRestsOnSomething(t *testing.T) {
	digit, record := regexp.MustCompile(`[0-9]`), regexp.MustCompile(`E[0-9]{3,}:[0-9]`)
	basisCases(t, func(t *testing.T, k *report.Case) {
		claims, rows := 0, 0
		for _, s := range report.NewPage(k, report.Usual).Sections {
			for _, line := range s.Told {
				if claims++; !strings.HasSuffix(line, "]") {
					t.Errorf("section %q: nothing under %q", s.ID, line)
				}
			}
			if slices.Contains(unsupported, s.ID) {
				continue
			}
			for _, line := range s.Intro {
				explains := s.ID == "head" || strings.HasPrefix(line, "Innocent look-alikes: ") || strings.HasPrefix(line, "MITRE ATT&CK: ") || strings.HasPrefix(line, "Answered as for the case: ") || strings.Contains(line, "at most")
				if digit.MatchString(line) && !explains {
					t.Errorf("section %q explains, but holds a number: %q", s.ID, line)
				}
			}
			if len(s.Columns) == 0 || len(s.Told) > 0 {
				continue
			}
			s.Rows(func(cells []report.Cell) bool {
				rows++
				if !slices.ContainsFunc(cells, func(c report.Cell) bool {
					return len(c.Origins) > 0 || len(c.Numbers) > 0 || strings.HasSuffix(c.Text, "]") || record.MatchString(c.Text)
				}) {
					t.Errorf("section %q: nothing under row %v", s.ID, cells)
				}
				return true
			})
		}
		if claims < 5 || rows < 5 {
			t.Errorf("only %d paragraphs and %d rows claim something", claims, rows)
		}
	})
}
