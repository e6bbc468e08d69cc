// Package analysis says what an analysis is and runs a set of them, recording
// for each whether it ran, found nothing, was skipped and why, or failed. An
// analysis gets the timeline with its context and sources, geo, the reference
// tables, the examiner's settings and the findings of the analyses it needs;
// it opens no file and asks no clock. What the analyses look for is in the
// packages below; how findings are shown is report's business.
package analysis

import (
	"fmt"
	"slices"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// An Analyzer describes one analysis. The value makes the command's listing,
// the README's table, the Methodology sheet and the head of its own sheet.
type Analyzer struct {
	Name    string // as on the command line: foreign-logon
	Title   string // of its sheet, at most 31 characters
	Doc     Doc
	Columns []Column
	// Key names what makes a row the same row in another run: columns of text,
	// or KeyUser, KeyMailbox, KeySession, KeyIP.
	Key []string
	// Needs are the facts that Run and Acts ask for, and the analyzers whose
	// findings they read. Those that rest on Signs are served to Run as if there
	// were no signs.
	Needs []Need
	// Family is the kind of signs that the rows of Run are: they make actors.
	// Empty if they are not signs.
	Family     string
	Version    int          // raised when what it finds changes
	Techniques []string     // MITRE ATT&CK ids
	References []string     // where thresholds and facts come from
	Settings   []string     // names of the settings it uses, as in Settings' tags
	Thresholds []*Threshold // that it compares with; the examiner may change them
	Points     []*Point     // weights and fixed bounds of its judgement
	// Run finds what the records show by themselves.
	Run func(*Pass) (*Finding, error)
	// Acts judges once the signs of all analyzers are known, and with them the
	// actors. At least one of the two is set; if both are, they are the same
	// judgement without and with actors, and the finding is that of Acts.
	Acts func(*Pass) (*Finding, error)
}

func (a *Analyzer) name() string             { return a.Name }
func (a *Analyzer) label() string            { return fmt.Sprintf("analysis %q", a.Name) }
func (a *Analyzer) needs() []Need            { return a.Needs }
func (a *Analyzer) thresholds() []*Threshold { return a.Thresholds }
func (a *Analyzer) points() []*Point         { return a.Points }

// compute runs the first round. Where another follows, it keeps the signs alone:
// the finding is that of the other.
func (a *Analyzer) compute(r *run, _ bool) any {
	result := r.one(a, a.Run, true)
	if f := result.Finding; f != nil && a.Acts != nil {
		var signs []Row
		for _, row := range f.Rows {
			if row.Severity > Info {
				signs = append(signs, row)
			}
		}
		f.Rows = signs
	}
	return result
}

// A Column is one of an analyzer's own columns, beside those that every
// finding row has.
type Column struct {
	Name string
	Doc  string
	Kind Kind
	Wrap bool // long text, shown over several lines
}

// A Pass is what one run of an analyzer, or the making of one fact, gets. It
// serves the needs and thresholds that its owner declared and no others, so
// that nothing depends on the order in which a suite runs.
type Pass struct {
	Timeline  *timeline.Timeline
	Geo       *geo.DB
	Reference *reference.Set
	Settings  *Settings

	run      *run
	early    bool // whether it is served as if there were no signs
	of       Need // whom it serves
	declared []Need
	limits   []*Threshold
}

// Finding returns what the first round of a needed analyzer found, of one that
// has another round its signs; nil if it was skipped or failed.
func (p *Pass) Finding(a *Analyzer) *Finding { return p.ask(a).(*Result).Finding }

// Threshold returns the value that a threshold has in this run. A pass whose
// owner did not declare it is refused.
func (p *Pass) Threshold(t *Threshold) float64 {
	if !slices.Contains(p.limits, t) {
		panic(undeclared{p.of.label(), fmt.Sprintf("threshold %q", t.Name)})
	}
	if p.Settings == nil {
		return t.Value
	}
	return p.Settings.Threshold(*t)
}

// Minutes is a threshold that is a span in minutes.
func (p *Pass) Minutes(t *Threshold) time.Duration {
	return time.Duration(p.Threshold(t) * float64(time.Minute))
}

// Days is a threshold that is a span in days.
func (p *Pass) Days(t *Threshold) time.Duration {
	return time.Duration(p.Threshold(t) * 24 * float64(time.Hour))
}

// A Finding is what an analysis has to say.
type Finding struct {
	Summary string // one or more sentences with the counts the analysis states
	Rows    []Row
	Notes   []string // assumptions, tested cells, limits of this run
}

// A Row is one line of a finding. A row of severity low or more accuses, and
// must cite every record it rests on.
type Row struct {
	ID         string // stable: the same row has it in another run; the runner sets it
	Severity   Severity
	Confidence Confidence
	User       string // empty if it is about several
	Mailbox    string
	First      time.Time // zero if it has no time
	Last       time.Time
	IPs        []string
	Sessions   []string
	Reasons    []string // what raised or lowered the severity, in order
	Cells      []Cell   // one a column of the analyzer
	Origins    []timeline.Origin
	Review     *Review // the examiner's, if there is one; the runner sets it
}

// Suspicious reports whether the row counts as suspicious: it accuses, and the
// examiner has not held it for benign.
func (r *Row) Suspicious() bool {
	return r.Severity > Info && (r.Review == nil || r.Review.State != Benign)
}

// Suspicious counts the rows that count as suspicious, and gives the gravest
// severity among them.
func (f *Finding) Suspicious() (rows int, worst Severity) {
	for i := range f.Rows {
		if r := &f.Rows[i]; r.Suspicious() {
			rows, worst = rows+1, max(worst, r.Severity)
		}
	}
	return rows, worst
}

// A Severity says how much a row weighs if it is what it looks like.
type Severity uint8

// Severities. Info only informs; Low and up accuse.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

// String is the word that every output has for the severity.
func (s Severity) String() string { return severityNames[s] }

// SeverityOf is the severity of a word of the reference tables; Info if it is
// the word of none.
func SeverityOf(word string) Severity {
	return Severity(max(slices.Index(severityNames[:], word), 0))
}

// A Confidence says how sure the evidence makes the row.
type Confidence uint8

// Confidences.
const (
	Unsure Confidence = iota // "low"
	Likely                   // "medium"
	Firm                     // "high"
)

var confidenceNames = [...]string{"low", "medium", "high"}

// String is the word that every output has for the confidence.
func (c Confidence) String() string { return confidenceNames[c] }

// A Status is how the run of an analysis ended.
type Status uint8

// Statuses.
const (
	Found Status = iota
	Nothing
	Skipped
	Failed
)

var statusNames = [...]string{"found", "nothing", "skipped", "failed"}

// String is the word that every output has for the status.
func (s Status) String() string { return statusNames[s] }

// A Result is an analyzer with what its run gave.
type Result struct {
	Analyzer *Analyzer
	Status   Status
	Reason   string // why it was skipped or failed
	Finding  *Finding
}
