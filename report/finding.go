package report

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline/analysis"
)

// Columns that say whose a row is.
const (
	userColumn    = "User"
	mailboxColumn = "Mailbox"
)

// A field is a column of a finding's sheet with what makes a row's cell in it.
type field struct {
	Column
	cell func(row *analysis.Row) Cell
}

// findingSheet is the sheet of one analysis that found something: suspicious
// rows first, by actor, severity and user. Columns in which no row holds
// anything are left out.
func findingSheet(x *index, r *analysis.Result) Sheet {
	a, f := r.Analyzer, r.Finding
	doc := a.Text(x.c.Settings)
	s := Sheet{Name: sheetOf(a), Title: a.Title, Count: len(f.Rows), Tab: tabColour(worst(f))}
	s.Intro = append(s.Intro, f.Summary, "Question: "+doc.Question, "Innocent look-alikes: "+doc.Innocent, "Limits: "+doc.Limits)
	if doc.Confirm != "" {
		s.Intro = append(s.Intro, "How to settle it: "+doc.Confirm)
	}
	if len(a.Techniques) > 0 {
		s.Intro = append(s.Intro, "MITRE ATT&CK: "+list(a.Techniques))
	}
	s.Intro = append(s.Intro, f.Notes...)
	rows, fields := x.ordered[r], slices.Concat(x.rowFields(), ownFields(a, f), x.recordFields(f))
	if s.Count > 0 {
		fields = slices.DeleteFunc(fields, func(c field) bool {
			return !slices.ContainsFunc(rows, func(row *analysis.Row) bool { cell := c.cell(row); return cell.holds() })
		})
	}
	// Whose the row is says the mailbox only where no user does.
	named := slices.ContainsFunc(fields, func(c field) bool { return c.Name == userColumn })
	for _, c := range fields {
		c.Fixed = c.Fixed && !(named && c.Name == mailboxColumn)
		s.Columns = append(s.Columns, c.Column)
	}
	s.Rows = func(yield func([]Cell) bool) {
		cells := make([]Cell, len(fields))
		for _, row := range rows {
			for i := range fields {
				cells[i] = fields[i].cell(row)
			}
			if !yield(cells) {
				return
			}
		}
	}
	return s
}

// rowFields are those that every finding has before its own.
func (x *index) rowFields() []field {
	return []field{
		{Column{Name: "No.", Doc: "Number of the suspicious row in the findings register, linked to its line."}, func(row *analysis.Row) Cell { return labels(x.number(row)) }},
		{actorColumn, func(row *analysis.Row) Cell { return x.whoCell(x.by.ActorOf(row)) }},
		{Column{Name: "Severity", Doc: "How much the row weighs if it is what it looks like; info only informs."}, func(row *analysis.Row) Cell { return severity(row.Severity) }},
		{Column{Name: userColumn, Doc: "Whose account acted; empty if the row is about several.", Fixed: true}, func(row *analysis.Row) Cell { return text(row.User) }},
		{Column{Name: mailboxColumn, Doc: "Mailbox acted on, if it is not the user's.", Fixed: true}, mailboxCell},
		{Column{Name: "First (UTC)", Doc: "Time of the first record that the row rests on.", Width: 17.5}, func(row *analysis.Row) Cell { return moment(row.First) }},
		{Column{Name: "Last (UTC)", Doc: "Time of the last record that the row rests on, if it is another.", Width: 17.5}, lastCell},
		{Column{Name: "Confidence", Doc: "How sure the evidence makes the row."}, func(row *analysis.Row) Cell { return text(row.Confidence.String()) }},
		{Column{Name: "Addresses", Doc: "Internet addresses of the row's records."}, func(row *analysis.Row) Cell { return text(shortList(row.IPs)) }},
		{reviewColumn, func(row *analysis.Row) Cell { return text(reviewText(row.Review)) }},
	}
}

func mailboxCell(row *analysis.Row) Cell {
	if strings.EqualFold(row.Mailbox, row.User) {
		return text("")
	}
	return text(row.Mailbox)
}

func lastCell(row *analysis.Row) Cell {
	if row.Last.Equal(row.First) {
		return moment(time.Time{})
	}
	return moment(row.Last)
}

// ownFields are an analysis's own, without those that say what the fields
// before them do.
func ownFields(a *analysis.Analyzer, f *analysis.Finding) []field {
	var own []field
	repeated := repeats(a.Columns, f.Rows)
	for i, c := range a.Columns {
		if repeated[i] {
			continue
		}
		name, cell := heading(c), func(row *analysis.Row) Cell { return cellOf(row.Cells[i]) }
		if name == attributionColumn {
			name, cell = "Attributed by", func(row *analysis.Row) Cell { return basisCell(row.Cells[i]) }
		}
		own = append(own, field{Column{Name: name, Doc: c.Doc, Wrap: c.Wrap}, cell})
	}
	return own
}

// basisCell says by what a row was attributed. Which actor it is and why stands
// on the sheet Actors.
func basisCell(c analysis.Cell) Cell {
	cell := cellOf(c)
	if _, basis, ok := strings.Cut(cell.Text, "; attributed by "); ok {
		cell.Text = basis
	}
	return cell
}

// recordFields are those that every finding has behind its own.
func (x *index) recordFields(f *analysis.Finding) []field {
	record := func(row *analysis.Row) Cell {
		cell := x.recordCell(row.Origins)
		if !row.Suspicious() {
			return text(cell.Text) // links lead from what counts
		}
		return cell
	}
	id := func(row *analysis.Row) Cell { return text(row.ID) }
	if !reviewable(f) {
		id = func(*analysis.Row) Cell { return text("") }
	}
	return []field{
		{recordColumns[0], record},
		{recordColumns[1], func(row *analysis.Row) Cell { return allRecords(row.Origins) }},
		{Column{Name: "Sessions", Doc: "Session ids of the row's records, beside the print.", Width: 38, Screen: true}, func(row *analysis.Row) Cell { return text(shortList(row.Sessions)) }},
		{idColumn, id},
	}
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
