package report

import (
	"slices"
	"strings"

	"becforensics/geo"
	"becforensics/ingest"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A Case is what a report is made of. Nothing in it depends on a clock, a
// path, a host or the order of arguments.
type Case struct {
	*analysis.Conclusion
	Version   string // of the tool
	Files     []ingest.File
	Timeline  *timeline.Timeline
	Settings  *analysis.Settings
	Databases []geo.Info
	Reference *reference.Set
}

// NewBook lays a case out as sheets, in reading order.
func NewBook(c *Case) *Book {
	b := &Book{Title: title(c), Subject: c.Settings.Case.Client, Creator: "becforensics " + c.Version, Footer: footer(c)}
	var findings []Sheet
	for _, r := range c.Results {
		if r.Status == analysis.Found && r.Analyzer.Name != coverage {
			findings = append(findings, findingSheet(r, c.Settings))
		}
	}
	key, full := keyTimeline(c), timelineSheet(c)
	b.Sheets = append(b.Sheets, summarySheet(c, full))
	b.Sheets = append(b.Sheets, findings...)
	b.Sheets = append(b.Sheets, key, full, evidenceSheet(c), coverageSheet(c), rejectsSheet(c), duplicatesSheet(c),
		methodologySheet(c), dataSheet(c), glossarySheet(c))
	if zone := zoneOf(c); zone != nil {
		for i := range b.Sheets {
			besideUTC(&b.Sheets[i], zone)
		}
	}
	return b
}

// coverage is the analysis whose rows make the sheet of coverage and limits.
const coverage = "coverage"

// Names of the sheets that are no finding's.
const (
	summaryName     = "Summary"
	keyName         = "Key timeline"
	timelineName    = "Timeline"
	evidenceName    = "Evidence"
	coverageName    = "Coverage and limits"
	rejectsName     = "Rejected records"
	duplicatesName  = "Duplicates"
	methodologyName = "Methodology"
	dataName        = "Settings and data"
	glossaryName    = "Glossary"
)

func title(c *Case) string {
	if c.Settings.Case.Title != "" {
		return c.Settings.Case.Title
	}
	return "Business email compromise: analysis of exported Microsoft 365 evidence"
}

func footer(c *Case) string {
	var parts []string
	for _, s := range []string{c.Settings.Case.Number, c.Settings.Case.Marking, c.Settings.Case.TLP} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " | ")
}

// worst is the highest severity of a finding's rows that count.
func worst(f *analysis.Finding) analysis.Severity {
	_, w := f.Suspicious()
	return w
}

// accusing counts the rows of a finding that accuse, without those that the
// examiner held for benign.
func accusing(f *analysis.Finding) int {
	n, _ := f.Suspicious()
	return n
}

// cited are the origins that findings cite, with the highest severity of the
// rows that do; rows that only inform or are held for benign are left out unless all is asked for.
func cited(c *Case, all bool) map[timeline.Origin]analysis.Severity {
	cites := map[timeline.Origin]analysis.Severity{}
	for _, r := range c.Results {
		if r.Finding == nil {
			continue
		}
		for _, row := range r.Finding.Rows {
			if !row.Suspicious() && !all {
				continue
			}
			for _, o := range row.Origins {
				cites[o] = max(cites[o], row.Severity)
			}
		}
	}
	return cites
}

// citedRows are the rows of the timeline that findings cite, in its order.
func citedRows(c *Case, cites map[timeline.Origin]analysis.Severity) []int {
	var rows []int
	for row := range c.Timeline.Len() {
		if _, ok := cites[c.Timeline.Origin(row)]; ok {
			rows = append(rows, row)
		}
	}
	return rows
}

// mostOrigins bounds the text of one cell; the findings as data have all.
const mostOrigins = 30000

// origins writes a list of origins shortly: E001:3, 5-9; E002:1.
func origins(list []timeline.Origin) string {
	var b strings.Builder
	for i := 0; i < len(list); {
		o := list[i]
		j := i + 1
		for j < len(list) && list[j].Evidence == o.Evidence && list[j].Record == list[j-1].Record+1 {
			j++
		}
		switch {
		case b.Len() > mostOrigins:
			b.WriteString("; … (all of them are in the findings as data)")
			return b.String()
		case i == 0:
			b.WriteString(o.String())
		case list[i-1].Evidence == o.Evidence:
			b.WriteString(", " + number(int(o.Record)))
		default:
			b.WriteString("; " + o.String())
		}
		if j-i > 1 {
			b.WriteString("-" + number(int(list[j-1].Record)))
		}
		i = j
	}
	return b.String()
}

// quiet are the results that are no finding: nothing found, skipped, failed.
func quiet(results []*analysis.Result) []*analysis.Result {
	return slices.DeleteFunc(slices.Clone(results), func(r *analysis.Result) bool { return r.Status == analysis.Found })
}
