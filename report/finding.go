package report

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline/analysis"
)

// numberColumn leads from a row back to the register.
var numberColumn = Column{Name: "No.", Doc: "Number of the suspicious row in the findings register, linked to its line."}

// Columns that say whose a row is.
const (
	userColumn    = "User"
	mailboxColumn = "Mailbox"
)

// rowColumns are the columns that every finding has before its own.
var rowColumns = []Column{
	actorColumn,
	{Name: "Severity", Doc: "How much the row weighs if it is what it looks like; info only informs."},
	{Name: userColumn, Doc: "Whose account acted; empty if the row is about several.", Fixed: true},
	{Name: mailboxColumn, Doc: "Mailbox acted on, if it is not the user's.", Fixed: true},
	{Name: "First (UTC)", Doc: "Time of the first record that the row rests on.", Width: 17.5},
	{Name: "Last (UTC)", Doc: "Time of the last record that the row rests on, if it is another.", Width: 17.5},
	{Name: "Confidence", Doc: "How sure the evidence makes the row."},
	{Name: "Addresses", Doc: "Internet addresses of the row's records."},
}

var sessionsColumn = Column{Name: "Sessions", Doc: "Session ids of the row's records, beside the print.", Width: 38, Screen: true}

// findingSheet is the sheet of one analysis that found something: suspicious
// rows first, by actor, severity and user.
func findingSheet(x *index, r *analysis.Result) Sheet {
	a, f := r.Analyzer, r.Finding
	doc := a.Text(x.c.Settings)
	s := Sheet{Name: sheetOf(a), Title: a.Title, Count: len(f.Rows), Tab: tabColour(worst(f)), Split: true}
	s.Intro = append(s.Intro, f.Summary, "Question: "+doc.Question, "Innocent look-alikes: "+doc.Innocent, "Limits: "+doc.Limits)
	if doc.Confirm != "" {
		s.Intro = append(s.Intro, "How to settle it: "+doc.Confirm)
	}
	if len(a.Techniques) > 0 {
		s.Intro = append(s.Intro, "MITRE ATT&CK: "+list(a.Techniques))
	}
	s.Intro = append(s.Intro, f.Notes...)
	s.Columns = append([]Column{numberColumn}, rowColumns...)
	s.Columns = append(s.Columns, reviewColumn)
	repeated := repeats(a.Columns, f.Rows)
	for i, c := range a.Columns {
		if repeated[i] {
			continue
		}
		name := heading(c)
		if name == attributionColumn {
			name = "Attributed by"
		}
		s.Columns = append(s.Columns, Column{Name: name, Doc: c.Doc, Wrap: c.Wrap})
	}
	s.Columns = append(append(s.Columns, recordColumns...), sessionsColumn, idColumn)
	withID := reviewable(f)
	s.Rows = func(yield func([]Cell) bool) {
		for _, row := range x.ordered[r] {
			cells := append([]Cell{labels(x.number(row)), x.whoCell(x.by.ActorOf(row))}, rowCells(row)...)
			cells = append(cells, text(reviewText(row.Review)))
			for i, c := range row.Cells {
				if repeated[i] {
					continue
				}
				cell := cellOf(c)
				if a.Columns[i].Name == attributionColumn {
					// Which actor it is and why stands on the sheet Actors.
					if _, basis, ok := strings.Cut(cell.Text, "; attributed by "); ok {
						cell.Text = basis
					}
				}
				cells = append(cells, cell)
			}
			id := ""
			if withID {
				id = row.ID
			}
			records := x.recordCells(row.Origins)
			if !row.Suspicious() && len(row.Origins) > 0 {
				records[0] = text(records[0].Text) // links lead from what counts
			}
			if !yield(append(append(cells, records...), text(shortList(row.Sessions)), text(id))) {
				return
			}
		}
	}
	withoutEmpty(&s)
	// Whose the row is says the mailbox only where no user does.
	if slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Name == userColumn }) {
		for i := range s.Columns {
			s.Columns[i].Fixed = s.Columns[i].Fixed && s.Columns[i].Name != mailboxColumn
		}
	}
	return s
}

// repeats finds the columns of an analysis that say of every row what the columns
// before them do: the times of its first and last record.
func repeats(columns []analysis.Column, rows []analysis.Row) map[int]bool {
	found := map[int]bool{}
	for i, c := range columns {
		other := func(r *analysis.Row) bool {
			at := r.First
			if c.Name == "Last" {
				at = r.Last
			}
			return !r.Cells[i].Time().Equal(at)
		}
		if c.Kind == analysis.Moment && (c.Name == "First" || c.Name == "Last") {
			found[i] = !slices.ContainsFunc(rows, func(r analysis.Row) bool { return other(&r) })
		}
	}
	return found
}

// number is that of a suspicious row in the register.
func (x *index) number(row *analysis.Row) []int {
	if n := x.numbers[row]; n > 0 {
		return []int{n}
	}
	return nil
}

func rowCells(r *analysis.Row) []Cell {
	mailbox, last := r.Mailbox, r.Last
	if strings.EqualFold(mailbox, r.User) {
		mailbox = ""
	}
	if last.Equal(r.First) {
		last = time.Time{}
	}
	return []Cell{
		severity(r.Severity), text(r.User), text(mailbox), moment(r.First), moment(last),
		text(r.Confidence.String()), text(shortList(r.IPs)),
	}
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
