// Package analysis says what an analysis is and runs a set of them, recording
// for each whether it ran, found nothing, was skipped and why, or failed. An
// analysis gets the timeline with its context and sources, geo, the reference
// tables, the examiner's settings and the findings of the analyses it needs;
// it opens no file and asks no clock. What the analyses look for is in the
// packages below; how findings are shown is report's business.
package analysis

import (
	"sync"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// An Analyzer describes one analysis. The value makes the command's listing,
// the README's table, the Methodology sheet and the head of its own sheet.
type Analyzer struct {
	Name       string // as on the command line: foreign-logon
	Title      string // of its sheet, at most 31 characters
	Doc        Doc
	Columns    []Column
	Needs      []string // analyses whose findings it reads
	Version    int      // raised when what it finds changes
	Techniques []string // MITRE ATT&CK ids
	References []string // where thresholds and facts come from
	Settings   []string // names of the settings it uses, as in Settings' tags
	Thresholds []Threshold
	Run        func(*Pass) (*Finding, error)
}

// A Doc explains an analysis to an examiner and to a court.
type Doc struct {
	Question string // what it asks of the evidence
	Method   string // how it answers, with thresholds
	Limits   string // what it cannot see, what missing input means
	Innocent string // what innocent activity looks the same
	Confirm  string // what would settle it
}

// A Column is one of an analyzer's own columns, beside those that every
// finding row has.
type Column struct {
	Name string
	Doc  string
	Kind Kind
}

// A Kind is how a cell's text is to be shown.
type Kind uint8

// Kinds of cells.
const (
	Text   Kind = iota
	Number      // decimal text
	Moment      // RFC 3339, UTC
	Prose       // wrapped
)

// A Pass is what one run of an analyzer gets.
type Pass struct {
	Timeline  *timeline.Timeline
	Geo       *geo.DB
	Reference *reference.Set
	Settings  *Settings

	thresholds map[string]float64

	memo    sync.Map // what several analyses derive from the timeline; see Once
	results map[string]*Result
	done    map[string]chan struct{}
}

// Finding returns what a needed analysis found; nil if it was skipped, failed
// or is not among the Needs.
func (p *Pass) Finding(name string) *Finding {
	if r := p.results[name]; r != nil {
		return r.Finding
	}
	return nil
}

// Threshold returns the value that a threshold has in this run. One that no
// analyzer of the suite declares is a programmer's error and panics.
func (p *Pass) Threshold(name string) float64 {
	v, ok := p.thresholds[name]
	if !ok {
		panic("no analyzer declares the threshold " + name)
	}
	return v
}

// Once returns what make made for key the first time it was asked in this
// run: for facts that several analyses derive from the same timeline. A key's
// type is to be its owner's own. What is made must not change afterwards:
// analyses run at the same time.
func Once[K comparable, V any](p *Pass, key K, make func() V) V {
	entry, _ := p.memo.LoadOrStore(key, &memo[V]{})
	m := entry.(*memo[V])
	m.once.Do(func() { m.value = make() })
	return m.value
}

type memo[V any] struct {
	once  sync.Once
	value V
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
	Severity   Severity
	Confidence Confidence
	User       string // empty if it is about several
	Mailbox    string
	First      time.Time // zero if it has no time
	Last       time.Time
	IPs        []string
	Sessions   []string
	Cells      []string // one a column of the analyzer, "" where it does not apply
	Origins    []timeline.Origin
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

func (s Severity) String() string { return severityNames[s] }

// A Confidence says how sure the evidence makes the row.
type Confidence uint8

// Confidences.
const (
	Unsure Confidence = iota // "low"
	Likely                   // "medium"
	Firm                     // "high"
)

var confidenceNames = [...]string{"low", "medium", "high"}

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

func (s Status) String() string { return statusNames[s] }

// A Result is an analyzer with what its run gave.
type Result struct {
	Analyzer *Analyzer
	Status   Status
	Reason   string // why it was skipped or failed
	Finding  *Finding
}
