package report

import (
	"fmt"
	"slices"
	"strings"
	"sync"

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

	asking      sync.Once
	asked       *inquiry
	registering sync.Once
	register    *register
}

// inquiry is the questions of the case, asked once for all that write them.
func (c *Case) inquiry() *inquiry {
	c.asking.Do(func() { c.asked = newInquiry(c) })
	return c.asked
}

// NewBook lays a case out as sheets, in reading order. Sheets that would hold
// nothing are left out.
func NewBook(c *Case) *Book {
	b := &Book{Title: title(c), Subject: c.Settings.Case.Client, Creator: "becforensics " + c.Version, Footer: footer(c), Case: c.Settings.Case.Number, Marking: c.Settings.Case.Marking}
	x := newIndex(c)
	var days, countries, hours Sheet
	var figures sync.WaitGroup // which go through all events and name no other sheet
	figures.Go(func() { days, countries, hours = daysSheet(x), countriesSheet(x), hoursSheet(x) })
	actors := actorsSheet(x) // first: the other sheets link to its rows
	sheets := []Sheet{
		requestsSheet(x), registerSheet(x), keyTimeline(x), actors, attackerTimeline(x), mailboxesSheet(x), exposureSheet(x),
	}
	for _, name := range early {
		if r := result(c, name); r != nil {
			sheets = append(sheets, findingSheet(x, r))
		}
	}
	sheets = append(sheets, paymentsSheet(x), toWarnSheet(x), indicatorsSheet(x))
	for _, r := range c.Results {
		if r.Status == analysis.Found && fixed[r.Analyzer.Name] == "" && r.Analyzer.Name != stacks && !slices.Contains(early, r.Analyzer.Name) {
			sheets = append(sheets, findingSheet(x, r))
		}
	}
	if r := result(c, stacks); r != nil {
		sheets = append(sheets, findingSheet(x, r))
	}
	figures.Wait()
	sheets = append(sheets, days, countries, hours, timelineSheet(x), evidenceSheet(c), coverageSheet(x),
		methodologySheet(c), dataSheet(c), custodySheet(c), glossarySheet(c), rejectsSheet(c), duplicatesSheet(c))
	sheets = slices.DeleteFunc(sheets, func(s Sheet) bool { return s.Count == 0 && len(s.Columns) > 0 && !needed[s.Name] })
	for i := range sheets {
		x.stands[sheets[i].Name] = true
	}
	sheets = append([]Sheet{summarySheet(x, days, countries), questionsSheet(x)}, sheets...) // last, as they name the others
	b.Sheets = append([]Sheet{coverSheet(c, sheets)}, sheets...)
	if zone := zoneOf(c); zone != nil {
		for i := range b.Sheets {
			besideUTC(&b.Sheets[i], zone)
		}
	}
	return b
}

// needed are the sheets that stand even without a row.
var needed = map[string]bool{summaryName: true, coverageName: true, evidenceName: true}

const (
	// coverage is the analysis whose rows make the sheet of coverage and limits.
	coverage = "coverage"
	// stacks is the analysis that follows those that may accuse.
	stacks = "stacks"
	// standingAccess is the analysis of what still works.
	standingAccess = "standing-access"
)

// early are the analyses whose sheets stand among those that counsel reads.
var early = []string{standingAccess, "containment"}

// fixed are the analyses whose rows stand on a sheet of another name: they have
// no second.
var fixed = map[string]string{coverage: coverageName}

// Names of the sheets that are no finding's.
const (
	coverName       = "Cover"
	summaryName     = "Summary"
	registerName    = "Findings register"
	keyName         = "Key timeline"
	actorsName      = "Actors"
	attackerName    = "Attacker timeline"
	questionsName   = "Questions"
	requestsName    = "To ask for"
	mailboxesName   = "Mailboxes"
	exposureName    = "Exposure"
	paymentsName    = "Payments"
	toWarnName      = "To warn"
	indicatorsName  = "Indicators"
	daysName        = "Events a day"
	countriesName   = "Logons by country"
	hoursName       = "Hours and weekdays"
	timelineName    = "Timeline"
	evidenceName    = "Evidence"
	coverageName    = "Coverage and limits"
	methodologyName = "Methodology"
	dataName        = "Settings and data"
	custodyName     = "Custody"
	glossaryName    = "Glossary"
	rejectsName     = "Rejected records"
	duplicatesName  = "Duplicates"
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

// cited are the records that suspicious rows rest on, with the highest
// severity of these.
func cited(c *Case) map[timeline.Origin]analysis.Severity {
	records := map[timeline.Origin]analysis.Severity{}
	for _, r := range c.Results {
		if r.Finding == nil {
			continue
		}
		for i := range r.Finding.Rows {
			row := &r.Finding.Rows[i]
			if !row.Suspicious() {
				continue
			}
			for _, o := range row.Origins {
				records[o] = max(records[o], row.Severity)
			}
		}
	}
	return records
}

// mostOrigins bounds the text of one cell, so that it is printed whole; the
// findings as data have all.
const mostOrigins = 240

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
			return b.String() + fmt.Sprintf(" … and %d more, all in the findings as data", len(list)-i)
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
