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
	}}
	s.Columns = []Column{
		{Name: "Analysis", Doc: "Name on the command line.", Width: 22},
		{Name: "Version", Doc: "Raised when what it finds changes.", Width: 9},
		{Name: "Status", Doc: "found, nothing, skipped or failed.", Width: 10},
		{Name: "Reason", Doc: "Why it was skipped or failed.", Width: 40, Wrap: true},
		{Name: "Question", Doc: "What it asks.", Width: 50, Wrap: true},
		{Name: "Method", Doc: "How it answers.", Width: 80, Wrap: true},
		{Name: "Limits", Doc: "What it cannot see.", Width: 60, Wrap: true},
		{Name: "Innocent look-alikes", Doc: "What looks the same and is not hostile.", Width: 50, Wrap: true},
		{Name: "ATT&CK", Doc: "MITRE ATT&CK techniques.", Width: 20, Wrap: true},
		{Name: "References", Doc: "Where thresholds and facts come from.", Width: 40, Wrap: true},
	}
	var rows [][]Cell
	for _, r := range c.Results {
		a := r.Analyzer
		doc := a.Text(c.Settings)
		rows = append(rows, []Cell{
			text(a.Name), count(a.Version), text(r.Status.String()), text(r.Reason), text(doc.Question), text(doc.Method),
			text(doc.Limits), text(doc.Innocent), text(list(a.Techniques)), text(list(a.References)),
		})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
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
