// Package ingest recognises an export by its content, runs the decoder of its
// layout in parallel and accounts for every record: events + context +
// duplicates + rejects = records. It keeps what it cannot read, with the
// reason, and tells of files that no source knows. It does not open files
// (ingest/evidence does), knows no export format itself (each source has a
// folder of its own) and judges nothing.
package ingest

import (
	"io"
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// A Source is a kind of export: what `sources` lists and explains.
type Source struct {
	Name    string // activities, auditlog …: as in the findings
	Title   string
	Doc     string // what the export is, what it holds and what it lacks
	Wants   string // what a file must have to be claimed; said when none is
	Layouts []*Layout
}

// A Layout is one form in which a source's records are found.
type Layout struct {
	Name     string   // "retriever CSV"
	Doc      string   // who writes it, its traps
	Columns  []string // columns or keys that it reads
	TimeDesc string   // what the events' times are, as in timestamp_desc
	// Detect says how surely a file is of this layout. Two layouts that are
	// both Strong on one file are a defect that a test finds.
	Detect func(h *Head) Match
	// Open makes the decoder of one file.
	Open func(h *Head, o *Options) (*Decoder, error)
}

// A Match is how surely a layout claims a file.
type Match uint8

// Matches.
const (
	None Match = iota
	Weak
	Strong
)

// A Head is what detection sees of a file.
type Head struct {
	Name  string // base name or name in the folder, for display and the facts only a name tells
	Bytes []byte // the first rows.HeadSize bytes, raw
	Shape rows.Shape
}

// Options are the examiner's choices that bear on reading.
type Options struct {
	Reference *reference.Set
	// Mailbox is whose exports they are that do not say; MailboxOf names it
	// for single files.
	Mailbox   string
	MailboxOf map[string]string
	Workers   int // decoders in parallel; 0 means one a processor
	Storage   timeline.Storage
	Narrow    bool // leave out what no column but the wide ones holds
	// Progress is told how many bytes were read; it may be nil.
	Progress func(bytes int64)
}

// MailboxFor is the mailbox that the examiner named for a file, if any.
func (o *Options) MailboxFor(name string) string {
	if m := o.MailboxOf[name]; m != "" {
		return m
	}
	if m := o.MailboxOf[name[strings.LastIndex(name, "/")+1:]]; m != "" {
		return m
	}
	return o.Mailbox
}

// A Decoder turns the records of one file into events, context or rejects.
type Decoder struct {
	// Decode fills ev, which was reset, from a record. It is called from
	// several goroutines. The strings it sets may be views into the record.
	// Messages and Details are to be filled only if ev.Wants them.
	Decode func(r *rows.Record, ev *timeline.Event) Outcome
	// Finish is called once after the last record, to tell what was learned
	// of the file. It may be nil.
	Finish func(s *timeline.Source)
	// Each cuts files that are neither CSV nor JSON into records, one after
	// the other; At makes a record again of its raw bytes. Both are nil for
	// the others.
	Each func(r io.Reader, yield func(*rows.Record) error) error
	At   func(raw []byte) (*rows.Record, error)
}

// An Outcome says what a record was; the zero Outcome is an event.
type Outcome struct {
	Context *timeline.Context
	Reject  string
}

// Rejected is the Outcome of a record that could not be read.
func Rejected(reason string) Outcome { return Outcome{Reject: reason} }

// IsContext is the Outcome of a record that is a row of state.
func IsContext(c timeline.Context) Outcome { return Outcome{Context: &c} }

// Has reports whether a file has all the named columns (CSV) or keys (JSON),
// without regard to case and surrounding space.
func (h *Head) Has(names ...string) bool {
	for _, name := range names {
		if h.Column(name) < 0 {
			return false
		}
	}
	return true
}

// Column is the place of a column in the header or of a key among those of
// the first record; -1 if it is not there. Names are compared without regard
// to case and surrounding space; the first of several wins.
func (h *Head) Column(name string) int {
	for i, c := range h.names() {
		if strings.EqualFold(strings.TrimSpace(c), name) {
			return i
		}
	}
	return -1
}

func (h *Head) names() []string {
	if h.Shape.Kind == rows.CSV {
		return h.Shape.Header
	}
	return h.Shape.Keys
}

// IsCSV reports whether the file is a table of cells.
func (h *Head) IsCSV() bool { return h.Shape.Kind == rows.CSV }

// IsJSON reports whether the file is JSON, of whatever container.
func (h *Head) IsJSON() bool { return h.Shape.Kind == rows.JSON }
