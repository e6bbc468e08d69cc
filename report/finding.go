package report

import (
	"slices"

	"becforensics/timeline/analysis"
)

// rowColumns are the columns that every finding has before its own.
var rowColumns = []Column{
	{Name: "Severity", Doc: "How much the row weighs if it is what it looks like; info only informs.", Width: 12},
	{Name: "Confidence", Doc: "How sure the evidence makes the row.", Width: 12},
	{Name: "User", Doc: "Whose account acted; empty if the row is about several."},
	{Name: "Mailbox", Doc: "Mailbox acted on."},
	{Name: "First (UTC)", Doc: "Time of the first record that the row rests on.", Width: 20},
	{Name: "Last (UTC)", Doc: "Time of the last record that the row rests on.", Width: 20},
	{Name: "Addresses", Doc: "Internet addresses of the row's records."},
	{Name: "Sessions", Doc: "Session ids of the row's records."},
}

var originsColumn = Column{Name: "Records", Doc: "Evidence id and record numbers that the row rests on: E001:1204.", Width: 30}

// findingSheet is the sheet of one analysis that found something.
func findingSheet(r *analysis.Result, settings *analysis.Settings) Sheet {
	a, f := r.Analyzer, r.Finding
	doc := a.Text(settings)
	s := Sheet{Name: a.Title, Title: a.Title, Count: len(f.Rows), Tab: tabColour(worst(f)), Split: true}
	s.Intro = append(s.Intro, f.Summary, "Question: "+doc.Question, "Innocent look-alikes: "+doc.Innocent, "Limits: "+doc.Limits)
	if doc.Confirm != "" {
		s.Intro = append(s.Intro, "How to settle it: "+doc.Confirm)
	}
	if len(a.Techniques) > 0 {
		s.Intro = append(s.Intro, "MITRE ATT&CK: "+list(a.Techniques))
	}
	s.Intro = append(s.Intro, f.Notes...)
	withReview, withID := reviewed(f), reviewable(f)
	if withReview {
		s.Columns = append(s.Columns, reviewColumn)
	}
	s.Columns = append(s.Columns, rowColumns...)
	for _, c := range a.Columns {
		s.Columns = append(s.Columns, Column{Name: heading(c), Doc: c.Doc, Wrap: c.Wrap})
	}
	s.Columns = append(s.Columns, originsColumn)
	if withID {
		s.Columns = append(s.Columns, idColumn)
	}
	s.Rows = func(yield func([]Cell) bool) {
		for i := range f.Rows {
			cells := rowCells(a, &f.Rows[i])
			if withID {
				cells = append(cells, text(f.Rows[i].ID))
			}
			if withReview {
				cells = slices.Insert(cells, 0, text(reviewText(f.Rows[i].Review)))
			}
			if !yield(cells) {
				return
			}
		}
	}
	return s
}

func rowCells(a *analysis.Analyzer, r *analysis.Row) []Cell {
	cells := []Cell{
		severity(r.Severity), text(r.Confidence.String()), text(r.User), text(r.Mailbox), moment(r.First), moment(r.Last),
		text(list(r.IPs)), text(list(r.Sessions)),
	}
	for _, c := range r.Cells {
		cells = append(cells, cellOf(c))
	}
	return append(cells, citing(r.Origins...))
}

// tabColour is a sheet's tab by the worst severity on it, from the palette of
// Okabe and Ito, which people with colour blindness can tell apart.
func tabColour(s analysis.Severity) string {
	switch s {
	case analysis.Critical, analysis.High:
		return "D55E00"
	case analysis.Medium:
		return "E69F00"
	case analysis.Low:
		return "0072B2"
	}
	return ""
}
