// Package ingest recognises an export by its content, runs the decoder of its
// layout in parallel and accounts for every record: events + context +
// duplicates + rejects = records. It keeps what it cannot read, with the
// reason, and names the files that no source knows. It does not open files
// (ingest/evidence does), knows no export format itself (each source has a
// folder of its own) and judges nothing.
package ingest

import (
	"io"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// A Source is a kind of export: what `sources` lists and explains.
type Source struct {
	Name    string // activities, auditlog …: as in the findings
	Title   string
	Doc     string // what the export is, what it holds and what it lacks
	Wants   string // what a file must have to be claimed; said of files that nothing claims
	Layouts []*Layout
}

// A Keep says how much of events is kept.
type Keep uint8

// What is kept.
const (
	Everything Keep = iota
	Narrow          // all but what the wide columns hold
	Counts          // what tells events apart and when they were: no column can be asked for
)

// Options are the examiner's choices that bear on reading.
type Options struct {
	Reference *reference.Set
	// Mailbox is the mailbox of exports that do not name theirs; MailboxOf
	// names it for single files.
	Mailbox   string
	MailboxOf map[string]string
	Workers   int // decoders in parallel; 0 means one a processor
	Storage   timeline.Storage
	Keep      Keep
	// Progress gets how many bytes were read; it may be nil.
	Progress func(bytes int64)
	// Asked gets each declared field that a decoder asks for, from
	// several goroutines: for tests, which hold that none is declared in
	// excess. It is nil otherwise.
	Asked func(*column.Field)
}

// A Decoder turns the records of one file into events, context or rejects.
type Decoder struct {
	// Decode fills ev, which was reset, from a record. It is called from
	// several goroutines. The strings it sets may be views into the record.
	// Messages and Details are to be filled only if ev.Wants them, and of the
	// columns of an event that is Counted the mailbox alone.
	Decode func(r *rows.Record, ev *timeline.Event) Outcome
	// Finish is called once after the last record, to state what was learned
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
