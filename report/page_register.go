package report

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline/analysis"
)

// register lists what each analysis found, its gravest rows first.
func (m *pageMaker) register() {
	m.add("findings", Sheet{Title: "Findings", Intro: []string{"Each analysis with rows of severity low or more: what it found, what looks the same and is innocent, and its gravest rows. Rows that only inform stand in the workbook."}}, "")
	for _, r := range found(m.Results) {
		if r.Analyzer.Name != coverage && (accusing(r.Finding) > 0 || reviewed(r.Finding)) {
			m.inner("finding-"+r.Analyzer.Name, m.findingTable(r), "the workbook's sheet "+r.Analyzer.Title)
		}
	}
	s := Sheet{Title: "Analyses without such rows"}
	s.Columns = []Column{{Name: "Analysis", Doc: "What was asked."}, {Name: "Result", Doc: "What it says.", Wrap: true}}
	var rows [][]Cell
	for _, r := range m.Results {
		switch {
		case r.Status != analysis.Found:
			rows = append(rows, []Cell{text(r.Analyzer.Title), text(quietLine(r))})
		case r.Analyzer.Name != coverage && accusing(r.Finding) == 0 && !reviewed(r.Finding):
			rows = append(rows, []Cell{text(r.Analyzer.Title), text(r.Finding.Summary + " No row of it accuses.")})
		}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	m.inner("quiet", s, "")
}

// findingTable holds the rows of an analysis that accuse or were reviewed.
func (m *pageMaker) findingTable(r *analysis.Result) Sheet {
	doc := r.Analyzer.Text(m.Settings)
	s := Sheet{Title: r.Analyzer.Title, Intro: []string{r.Finding.Summary, "Innocent look-alikes: " + doc.Innocent}}
	if len(r.Analyzer.Techniques) > 0 {
		s.Intro = append(s.Intro, "MITRE ATT&CK: "+list(r.Analyzer.Techniques))
	}
	s.Columns = []Column{
		{Name: "Severity", Doc: "How much the row weighs if it is what it looks like."},
		{Name: "Confidence", Doc: "How sure the evidence makes it."},
		{Name: "Account", Doc: "Whose account acted, and the mailbox if it is another."},
		{Name: "First (UTC)", Doc: "Time of its first record."},
		{Name: "Last (UTC)", Doc: "Time of its last record."},
		{Name: "What", Doc: "What the analysis says of it.", Wrap: true},
		{Name: "Records", Doc: "What it rests on."},
	}
	var kept []*analysis.Row
	for i := range r.Finding.Rows {
		if row := &r.Finding.Rows[i]; row.Severity > analysis.Info || row.Review != nil {
			kept = append(kept, row)
		}
	}
	slices.SortStableFunc(kept, func(a, b *analysis.Row) int { return int(b.Severity) - int(a.Severity) })
	s.Count = len(kept)
	s.Rows = func(yield func([]Cell) bool) {
		for _, row := range kept {
			account := row.User
			if row.Mailbox != "" && !strings.EqualFold(row.Mailbox, row.User) {
				account = strings.TrimPrefix(account+"; mailbox "+row.Mailbox, "; ")
			}
			if !yield([]Cell{severity(row.Severity), text(row.Confidence.String()), text(account), moment(row.First), moment(row.Last), text(inWords(r.Analyzer, row)), citing(row.Origins...)}) {
				return
			}
		}
	}
	return s
}

// inWords writes what a row says in the columns of its analysis.
func inWords(a *analysis.Analyzer, row *analysis.Row) string {
	var parts []string
	if row.Review != nil {
		parts = append(parts, "Review: "+reviewText(row.Review))
	}
	for i, c := range a.Columns {
		if value := cellOf(row.Cells[i]); value.Kind == Moment {
			if !value.Time.IsZero() {
				parts = append(parts, c.Name+": "+row.Cells[i].String())
			}
		} else if value.Text != "" {
			parts = append(parts, heading(c)+": "+value.Text)
		}
	}
	return strings.Join(parts, ". ")
}

// limitations say what the evidence does not hold.
func (m *pageMaker) limitations() {
	s := Sheet{Title: "Coverage and limits", Intro: limits}
	for _, r := range m.Results {
		if r.Analyzer.Name == coverage && r.Finding != nil {
			s.Intro = append(slices.Clone(limits), r.Finding.Summary)
			s.Columns = []Column{{Name: "What", Doc: "What is covered, or what is missing.", Wrap: true}}
			rows := make([][]Cell, len(r.Finding.Rows))
			for i := range r.Finding.Rows {
				rows[i] = []Cell{text(inWords(r.Analyzer, &r.Finding.Rows[i]))}
			}
			s.Rows, s.Count = Rows(rows), len(rows)
		}
	}
	if len(s.Columns) == 0 {
		s.Intro = append(slices.Clone(limits), "The analysis of coverage was not run.")
	}
	m.add("coverage", s, fmt.Sprintf("the workbook's sheet %q", coverageName))
}

// found are the results with rows, those that accuse most first.
func found(results []*analysis.Result) []*analysis.Result {
	kept := slices.DeleteFunc(slices.Clone(results), func(r *analysis.Result) bool { return r.Status != analysis.Found })
	slices.SortStableFunc(kept, func(a, b *analysis.Result) int { return int(worst(b.Finding)) - int(worst(a.Finding)) })
	return kept
}

// quietLine words an absence: never as if the thing had not happened.
func quietLine(r *analysis.Result) string {
	switch r.Status {
	case analysis.Skipped:
		return "Not run: " + r.Reason
	case analysis.Failed:
		return "Failed: " + r.Reason
	}
	line := "Nothing in the evidence read meets this analysis's criteria; see Coverage and limits for what the evidence does not hold."
	if r.Finding != nil && r.Finding.Summary != "" {
		line = r.Finding.Summary + " " + line
	}
	return line
}
