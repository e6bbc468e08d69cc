package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline/analysis"
)

// mostPrinted bounds what is printed of a long list at the front of the book.
const mostPrinted = 200

// printedNote says what of a list is on paper.
func printedNote(s *Sheet) {
	if s.Count > mostPrinted {
		s.Printed = mostPrinted
		s.Intro = append(s.Intro, fmt.Sprintf("The first %d of %d rows are printed; all of them are on the sheet.", mostPrinted, s.Count))
	}
}

// registerSheet has a line for each suspicious row of all findings.
func registerSheet(x *index) Sheet {
	s := Sheet{Name: registerName, Title: "Findings register", Tab: "0072B2", Intro: []string{
		"Each line is one suspicious row of an analysis: what the records show, not who did it. A row is consistent with a compromise and has innocent look-alikes, which its sheet names. The number is this report's; the row id, beside the print, is the same in another run.",
	}}
	s.Columns = []Column{
		{Name: "No.", Doc: "Number of the row in this report, linked to the row."},
		actorColumn,
		{Name: "Severity", Doc: "How much the row weighs if it is what it looks like."},
		{Name: "User", Doc: "Whose account acted, or whose mailbox it is about; empty if the row is about several."},
		{Name: "Analysis", Doc: "The analysis that found it.", Width: 22},
		{Name: "What the records show", Doc: "The cells of the row, shortly.", Width: 110},
		{Name: "First (UTC)", Doc: "Time of the first record that it rests on.", Width: 17.5},
		{Name: "Confidence", Doc: "How sure the evidence makes it."},
		recordColumns[0],
		{Name: "Row id", Doc: "The same in another run: a review in the case file names it. It stands beside the print.", Width: 40, Screen: true},
	}
	s.Count = len(x.entries)
	s.Rows = linkOnce(rowsOf(s.Count, func(i int) []Cell {
		e := &x.entries[i]
		return []Cell{
			x.rowCell(e.row), x.whoCell(e.actor), severity(e.row.Severity), text(cmp.Or(e.row.User, e.row.Mailbox)), text(e.result.Analyzer.Title), text(sentence(e)),
			moment(e.row.First), text(e.row.Confidence.String()), x.recordCell(e.row.Origins), text(e.row.ID),
		}
	}), 1)
	printedNote(&s)
	return s
}

// longestSentence bounds what the register says of a row; its sheet has all.
const longestSentence = 260

// sentence tells a row shortly: what its cells hold, under their names. What
// names the actor stands in a column of its own.
func sentence(e *entry) string {
	var parts []string
	length := 0
	add := func(c analysis.Column, cell analysis.Cell) {
		value := strings.Join(strings.Fields(cell.String()), " ")
		if value == "" || c.Name == attributionColumn || length > longestSentence {
			return
		}
		part := c.Name + ": " + shortened(value)
		parts, length = append(parts, part), length+len(part)
	}
	for _, wrapped := range []bool{false, true} {
		for i, c := range e.result.Analyzer.Columns {
			if c.Wrap == wrapped {
				add(c, e.row.Cells[i])
			}
		}
	}
	if len(parts) == 0 {
		return e.result.Analyzer.Title + "."
	}
	said := strings.Join(parts, "; ")
	if strings.HasSuffix(said, cutMark) {
		return said
	}
	return said + "."
}

// attributionColumn is the name that analyses give the column which says whose
// an act was and why.
const attributionColumn = "Actor"

// longestValue bounds one value in a sentence, in characters; cutMark ends one that
// was cut.
const (
	longestValue = 90
	cutMark      = " …"
)

// shortened cuts a long value, between words if it has any.
func shortened(s string) string {
	r := []rune(s)
	if len(r) <= longestValue {
		return s
	}
	head := string(r[:longestValue])
	if i := strings.LastIndexByte(head, ' '); i > len(head)/2 && r[longestValue] != ' ' {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;") + cutMark
}

// withoutEmpty leaves out the columns of a sheet in which no row holds anything.
func withoutEmpty(s *Sheet) {
	used := make([]bool, len(s.Columns))
	s.Rows(func(cells []Cell) bool {
		for i, c := range cells {
			used[i] = used[i] || c.holds()
		}
		return slices.Contains(used, false)
	})
	if !slices.Contains(used, false) || s.Count == 0 {
		return
	}
	var columns []Column
	for i, c := range s.Columns {
		if used[i] {
			columns = append(columns, c)
		}
	}
	rows := s.Rows
	s.Columns, s.Rows = columns, func(yield func([]Cell) bool) {
		narrow := make([]Cell, 0, len(columns))
		rows(func(cells []Cell) bool {
			narrow = narrow[:0]
			for i, c := range cells {
				if used[i] {
					narrow = append(narrow, c)
				}
			}
			return yield(narrow)
		})
	}
}
