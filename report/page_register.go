package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline/analysis"
)

// register lists what each analysis found, its gravest rows first.
func (m *pageMaker) register() {
	m.add("findings", Sheet{Title: "Findings", Intro: []string{"Each analysis with rows of severity low or more: what it found, what looks the same and is innocent, and its rows, those of the heaviest actors first. Rows that only inform stand in the workbook."}}, "")
	for _, r := range found(m.Results) {
		if standsApart(r) && r.Analyzer.Name != standingAccess {
			m.inner("finding-"+r.Analyzer.Name, m.findingTable(r), "the workbook's sheet "+r.Analyzer.Title).claims = summaryClaim(r)
		}
	}
	s := Sheet{Title: "Analyses without such rows"}
	s.Columns = []Column{{Name: "Analysis", Doc: "What was asked."}, {Name: "Result", Doc: "What it says.", Wrap: true}}
	var rows [][]Cell
	for _, r := range m.Results {
		switch {
		case r.Status != analysis.Found:
			rows = append(rows, []Cell{text(r.Analyzer.Title), text(resultLine(r))})
		case r.Analyzer.Name != coverage && !standsApart(r):
			rows = append(rows, []Cell{text(r.Analyzer.Title), text(r.Finding.Summary + " No row of it accuses.")})
		}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	m.inner("quiet", s, "")
}

// standsApart reports whether a finding has a table: rows that accuse, or that
// the examiner reviewed.
func standsApart(r *analysis.Result) bool {
	return r.Analyzer.Name != coverage && (accusing(r.Finding) > 0 || reviewed(r.Finding))
}

// findingTable holds the rows of an analysis that accuse or were reviewed.
func (m *pageMaker) findingTable(r *analysis.Result) Sheet {
	doc := r.Analyzer.Text(m.Settings)
	s := Sheet{Title: r.Analyzer.Title, Intro: []string{"Innocent look-alikes: " + doc.Innocent}}
	if len(r.Analyzer.Techniques) > 0 {
		s.Intro = append(s.Intro, "MITRE ATT&CK: "+list(r.Analyzer.Techniques))
	}
	s.Columns = []Column{
		{Name: "No.", Doc: "Number of the suspicious row."},
		{Name: "Severity", Doc: "How much the row weighs if it is what it looks like."},
		{Name: "Account", Doc: "Whose account acted, and the mailbox if it is another."},
		{Name: "First (UTC)", Doc: "Time of its first record."},
		{Name: "Last (UTC)", Doc: "Time of its last record, if it is another."},
		{Name: "What", Doc: "How sure the evidence makes it, and what the analysis says of it.", Wrap: true},
		{Name: "Records", Doc: "What it rests on."},
	}
	var kept []*analysis.Row
	for _, row := range m.index.ordered[r] {
		if row.Severity > analysis.Info || row.Review != nil {
			kept = append(kept, row)
		}
	}
	s.Count = len(kept)
	s.Rows = func(yield func([]Cell) bool) {
		for _, row := range kept {
			account := row.User
			if row.Mailbox != "" && !strings.EqualFold(row.Mailbox, row.User) {
				account = strings.TrimPrefix(account+"; mailbox "+row.Mailbox, "; ")
			}
			last := row.Last
			if last.Equal(row.First) {
				last = time.Time{}
			}
			if !yield([]Cell{m.place(row), severity(row.Severity), text(account), moment(row.First), moment(last), text(sureness(row) + m.inWords(r.Analyzer, row)), citing(row.Origins...)}) {
				return
			}
		}
	}
	withoutEmpty(&s)
	return s
}

// summaryClaim is what an analysis says in a sentence.
func summaryClaim(r *analysis.Result) []Claim {
	var b Basis
	for i := range r.Finding.Rows {
		b.Rows = append(b.Rows, &r.Finding.Rows[i])
	}
	return []Claim{{r.Finding.Summary, b}}
}

// place is the cell by which other parts of the page lead to a row.
func (m *pageMaker) place(row *analysis.Row) Cell {
	numbers := m.index.number(row)
	if len(numbers) == 0 {
		return text("")
	}
	return Cell{Text: RowLabel(numbers[0]), Numbers: numbers, Here: true}
}

// sureness says how sure the evidence makes a row.
func sureness(row *analysis.Row) string {
	word := row.Confidence.String()
	return strings.ToUpper(word[:1]) + word[1:] + " confidence. "
}

// inWords writes what a row says in the columns of its analysis.
func (m *pageMaker) inWords(a *analysis.Analyzer, row *analysis.Row) string {
	var parts []string
	if row.Review != nil {
		parts = append(parts, "Review: "+reviewText(row.Review))
	}
	for i, c := range a.Columns {
		switch value := cellOf(row.Cells[i]); {
		case value.Kind == Moment:
			if !value.Time.IsZero() {
				parts = append(parts, c.Name+": "+row.Cells[i].String())
			}
		case value.Text == "":
		case c.Name == attributionColumn:
			parts = append(parts, m.attributed(row, value.Text))
		default:
			parts = append(parts, heading(c)+": "+strings.TrimSuffix(value.Text, "."))
		}
	}
	return strings.Join(parts, ". ")
}

// attributed says whose a row is and why; what the actor is known by stands in
// its story.
func (m *pageMaker) attributed(row *analysis.Row, says string) string {
	who, basis, ok := strings.Cut(says, "; attributed by ")
	if by := m.index.by.ActorOf(row); by != nil {
		who = "actor " + number(by.Rank)
	}
	if ok {
		who += ", by " + basis
	}
	return "Attributed to " + who
}

// methodology says how the evidence was read and what each analysis asked.
func (m *pageMaker) methodology() Sheet {
	s := Sheet{Title: "Methodology", Intro: methodologySheet(m.Case).Intro}
	s.Intro = append(s.Intro, "The workbook's sheet "+methodologyName+" has the method, the limits and the references of each analysis.")
	s.Columns = []Column{
		{Name: "Analysis", Doc: "Its name on the command line."},
		{Name: "Version", Doc: "Version of the analysis."},
		{Name: "Status", Doc: "found, nothing, skipped or failed."},
		{Name: "Question", Doc: "What it asks.", Wrap: true},
	}
	rows := make([][]Cell, len(m.Results))
	for i, r := range m.Results {
		rows[i] = []Cell{text(r.Analyzer.Name), count(r.Analyzer.Version), text(r.Status.String()), text(r.Analyzer.Text(m.Settings).Question)}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// limitations say what the evidence does not hold.
func (m *pageMaker) limitations() {
	s := Sheet{Title: "Coverage and limits", Intro: limits}
	var claims []Claim
	for _, r := range m.Results {
		if r.Analyzer.Name == coverage && r.Finding != nil {
			claims = summaryClaim(r)
			s.Columns = []Column{{Name: "What", Doc: "What is covered, or what is missing.", Wrap: true}}
			rows := make([][]Cell, len(r.Finding.Rows))
			for i := range r.Finding.Rows {
				rows[i] = []Cell{text(m.inWords(r.Analyzer, &r.Finding.Rows[i]))}
			}
			s.Rows, s.Count = Rows(rows), len(rows)
		}
	}
	if len(s.Columns) == 0 {
		s.Intro = append(slices.Clone(limits), "The analysis of coverage was not run.")
	}
	m.add("coverage", s, fmt.Sprintf("the workbook's sheet %q", coverageName)).claims = claims
}

// found are the results with rows, those that accuse most first.
func found(results []*analysis.Result) []*analysis.Result {
	kept := slices.DeleteFunc(slices.Clone(results), func(r *analysis.Result) bool { return r.Status != analysis.Found })
	slices.SortStableFunc(kept, func(a, b *analysis.Result) int { return int(worst(b.Finding)) - int(worst(a.Finding)) })
	return kept
}
