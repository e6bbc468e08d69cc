package ingest

import (
	"fmt"

	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

// A Status is how far a file was read.
type Status string

// Statuses, as in the findings.
const (
	Read         Status = "read"
	Partial      Status = "partial"
	Unrecognised Status = "unrecognised"
	Refused      Status = "refused"
)

// A File is what became of one evidence file. It is the one account of it that
// the report's sheet, the findings, inspect and the custody log give.
type File struct {
	Item   *evidence.Item // nil if the file was refused before it was opened
	Status Status
	Reason string // why it is not "read"
	*timeline.Source

	parent string // of a file without an item
}

// become sets how far the file was read and why no further, which also bears
// on what the absence of records means.
func (f *File) become(s Status, reason string) {
	kind := timeline.NoteCut
	switch s {
	case Unrecognised:
		kind = timeline.NoteUnrecognised
	case Refused:
		kind = timeline.NoteRefused
	}
	f.Status, f.Reason = s, reason
	f.Notes = append(f.Notes, timeline.Note{Kind: kind, Text: reason})
}

// fail sets why the file was read in part only, where its other facts say
// already what is missing.
func (f *File) fail(reason string) { f.Status, f.Reason = Partial, reason }

// IsRefusedContainer reports whether the file is a container that was hashed,
// but of whose members not all were read.
func (f *File) IsRefusedContainer() bool { return f.Status == Refused && f.Item != nil }

// ID is the evidence's id, empty if the file was refused before it was opened.
func (f *File) ID() string {
	if f.Item == nil {
		return ""
	}
	return f.Item.ID
}

// Parent is the id of the container that holds the file, empty if none does.
func (f *File) Parent() string {
	if f.Item == nil {
		return f.parent
	}
	return f.Item.Parent
}

// Hash is the SHA-256 in hexadecimal, empty if the file was not read whole.
func (f *File) Hash() string {
	if f.Item == nil {
		return ""
	}
	return f.Item.Hash()
}

// Size is in bytes, 0 if the file was refused before it was opened.
func (f *File) Size() int64 {
	if f.Item == nil {
		return 0
	}
	return f.Item.Size
}

// Remarks are what a reader should know of how the file was read: why it is
// not "read", what its decoder noted, whose mailbox it is and how its dates
// were read. Nothing is said twice.
func (f *File) Remarks() []timeline.Note {
	var list []timeline.Note
	if f.Reason != "" {
		list = append(list, timeline.Note{Kind: timeline.NoteKind(f.Status), Text: f.Reason})
	}
	for _, n := range f.Notes {
		if n.Text != f.Reason {
			list = append(list, n)
		}
	}
	if f.Envelope != "" {
		list = append(list, timeline.Note{Kind: "envelope", Text: f.Envelope})
	}
	for _, p := range f.Parts {
		list = append(list, timeline.Note{Kind: "holds", Text: fmt.Sprintf("%s %s, records: %d", p.Source, p.Layout, p.Records)})
	}
	for _, words := range f.Trust.Words() {
		list = append(list, timeline.Note{Kind: "trust", Text: words})
	}
	if f.MailboxFrom != "" {
		list = append(list, timeline.Note{Kind: "mailbox", Text: f.Mailbox + " (from " + f.MailboxFrom + ")"})
	}
	if f.DateOrder != "" {
		list = append(list, timeline.Note{Kind: "dates", Text: f.DateOrder})
	}
	return list
}

// An Account is a File as data, as findings, inspect and the custody log hold
// it. Of a file without an id it has name, status and reason; its first and
// last are nil if no event has a time.
type Account struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Parent     string  `json:"parent"`
	SHA256     string  `json:"sha256"`
	Size       int64   `json:"size"`
	Source     string  `json:"source"`
	Status     Status  `json:"status"`
	Reason     string  `json:"reason"`
	Records    int     `json:"records"`
	Events     int     `json:"events"`
	Context    int     `json:"context"`
	Duplicates int     `json:"duplicates"`
	Rejects    int     `json:"rejects"`
	First      *string `json:"first"`
	Last       *string `json:"last"`
}

// Account is the file as data.
func (f *File) Account() Account {
	return Account{
		ID: f.ID(), Name: f.Name, Parent: f.Parent(), SHA256: f.Hash(), Size: f.Size(), Source: f.Source.Source,
		Status: f.Status, Reason: f.Reason, Records: f.Records, Events: f.Events, Context: f.Contexts,
		Duplicates: f.Duplicates, Rejects: f.Rejects, First: moment(f.First), Last: moment(f.Last),
	}
}

// Details are what inspect adds to an Account.
type Details struct {
	Layout      string         `json:"layout"`
	Encoding    string         `json:"encoding"`
	Envelope    string         `json:"envelope"` // the way to the records inside what another tool put around them
	Holds       []Holding      `json:"holds"`    // the exports of a file that has records of several
	Mailbox     string         `json:"mailbox"`
	MailboxFrom string         `json:"mailbox_from"`
	DateOrder   string         `json:"date_order"`
	Untimed     int            `json:"untimed"` // events without a time that can be read
	Trust       timeline.Trust `json:"trust"`
	Notes       []string       `json:"notes"`
}

// A Holding is one of several exports in a file.
type Holding struct {
	Source  string `json:"source"`
	Layout  string `json:"layout"`
	Records int    `json:"records"`
}

// Details are how the file was read, as data.
func (f *File) Details() Details {
	d := Details{Layout: f.Layout, Encoding: f.Encoding, Mailbox: f.Mailbox, MailboxFrom: f.MailboxFrom, DateOrder: f.DateOrder, Envelope: f.Envelope, Untimed: f.Untimed, Trust: f.Trust, Holds: []Holding{}, Notes: []string{}}
	for _, p := range f.Parts {
		d.Holds = append(d.Holds, Holding{p.Source, p.Layout, p.Records})
	}
	for _, n := range f.Notes {
		d.Notes = append(d.Notes, fmt.Sprintf("%s: %s", n.Kind, n.Text))
	}
	return d
}

func moment(nanos int64) *string {
	if nanos == 0 {
		return nil
	}
	s := timeline.FormatTime(nanos)
	return &s
}
