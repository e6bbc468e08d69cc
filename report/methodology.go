package report

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"becforensics/timeline/analysis"

	"becforensics/geo"
	"becforensics/timeline"
)

// methodologySheet says how each analysis works and how its run ended.
func methodologySheet(c *Case) Sheet {
	s := Sheet{Name: methodologyName, Title: "Methodology", Intro: []string{
		"becforensics " + c.Version + " read each evidence file once, read-only; hashed it while it was read and again before this report was written; recognised it by its content; and decoded it record by record. Records with the same identity and content were taken once. Message metadata was joined to activities on the same item within one mailbox, and every cell filled so is marked as inferred.",
		"Times are UTC; a case file may name a zone whose clocks are shown beside it. The timeline is ordered by time, evidence and record. The same evidence, settings, databases and version give the same report, byte for byte.",
		"Severity says how much a row weighs if it is what it looks like, confidence how sure the evidence makes it. Both aid reading; neither is a probability of guilt.",
		"On every sheet suspicious rows stand first, by actor, severity and user; columns in which no row holds anything are left out. A table too wide for paper says once, above it, what is the same in every row, and tells its longest texts in the column Details; each of these has a column of its own beside the print. Cells are shortened where the print would cut them, which they say; the findings as data have all.",
	}}
	s.Columns = []Column{
		{Name: "Analysis", Doc: "Name on the command line, linked to its sheet.", Width: 22},
		{Name: "Part", Doc: "Result, Question, Method, Limits, Innocent look-alikes, ATT&CK or References.", Width: 12},
		{Name: "Text", Doc: "What its part says.", Width: 68},
	}
	var rows [][]Cell
	for _, r := range c.Results {
		a := r.Analyzer
		doc := a.Text(c.Settings)
		name := link(a.Name, sheetOf(a)) // the first line alone
		for _, part := range [][2]string{
			{"Result", resultLine(r)},
			{"Version", number(a.Version) + "; status " + r.Status.String()},
			{"Question", doc.Question},
			{"Method", doc.Method},
			{"Limits", doc.Limits},
			{"Innocent look-alikes", doc.Innocent},
			{"ATT&CK", list(a.Techniques)},
			{"References", list(a.References)},
		} {
			if part[1] != "" {
				rows = append(rows, []Cell{name, text(part[0]), text(part[1])})
				name = text(a.Name)
			}
		}
	}
	for _, f := range c.Failures {
		rows = append(rows, []Cell{text(f.Fact), text("Result"), text("Failed: " + f.Reason)})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// resultLine says how an analysis ended. An absence is never worded as if the
// thing had not happened.
func resultLine(r *analysis.Result) string {
	switch r.Status {
	case analysis.Found:
		return r.Finding.Summary
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

// dataSheet lists the settings, databases and tables that the analyses used.
func dataSheet(c *Case) Sheet {
	s := Sheet{Name: dataName, Title: "Settings and data", Intro: []string{"What the analyses ran with, beside the evidence."}}
	s.Columns = []Column{
		{Name: "Kind", Doc: "Setting, threshold, database, reference table or attribution.", Width: 18},
		{Name: "Name", Doc: "Its name.", Width: 34},
		{Name: "Value", Doc: "The value used; the SHA-256 of data.", Width: 70, Wrap: true},
		{Name: "Remark", Doc: "What it is, or its date.", Width: 70, Wrap: true},
	}
	var rows [][]Cell
	add := func(kind, name, value, remark string) {
		rows = append(rows, []Cell{text(kind), text(name), text(value), text(remark)})
	}
	for _, u := range c.Settings.Used() {
		add("setting", u.Name, u.Value, u.Doc)
	}
	if zone := zoneOf(c); zone != nil {
		add("time zone", zone.String(), geo.ZoneVersion(), "Times are shown by its clocks beside UTC; the version of the IANA database that knows them.")
	}
	var analyzers []*analysis.Analyzer
	for _, r := range c.Results {
		analyzers = append(analyzers, r.Analyzer)
	}
	for _, t := range analysis.Thresholds(analyzers...) {
		used, remark := c.Settings.Threshold(*t), t.Doc
		if used != t.Value {
			remark += fmt.Sprintf(" (changed: the default is %g)", t.Value)
		}
		add("threshold", t.Name, strconv.FormatFloat(used, 'g', -1, 64), remark)
	}
	for _, d := range c.Databases {
		add("database", d.Name, d.SHA256, d.Type+", built "+d.Built+d.Remark)
	}
	for _, name := range c.Reference.Names() {
		t := c.Reference.Table(name)
		remark := plural(t.Len(), "row") + ", the youngest as of " + t.AsOf()
		if t.Overlaid() {
			remark += "; the examiner's, in place of the shipped one"
		}
		add("reference table", name, t.SHA256(), remark)
	}
	for _, a := range geo.Attributions() {
		add("attribution", "", a, "")
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

//go:embed glossary.csv
var glossary string

// glossarySheet explains the words and the columns.
func glossarySheet(*Case) Sheet {
	s := Sheet{Name: glossaryName, Title: "Glossary", Columns: []Column{
		{Name: "Word", Doc: "A word or column of this report.", Width: 28},
		{Name: "Sense", Doc: "What it means here.", Width: 120, Wrap: true},
	}}
	var rows [][]Cell
	words, err := csv.NewReader(strings.NewReader(glossary)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("glossary: %v", err))
	}
	for _, w := range words[1:] {
		rows = append(rows, []Cell{text(w[0]), text(w[1])})
	}
	for _, f := range timeline.Schema {
		rows = append(rows, []Cell{text(f.Name), text("Timeline column. " + f.Doc)})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}
