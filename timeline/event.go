package timeline

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Origin is where an event was read: the evidence and the 1-based number
// of the record in it. Evidence counts from 1: 1 is E001.
type Origin struct {
	Evidence uint32
	Record   uint32
}

func (o Origin) String() string { return string(o.Append(make([]byte, 0, 24))) }

// Append appends the origin as String writes it.
func (o Origin) Append(b []byte) []byte {
	b = append(appendEvidence(b, o.Evidence), ':')
	return strconv.AppendUint(b, uint64(o.Record), 10)
}

// EvidenceID is the id of the n-th evidence, E001.
func EvidenceID(n uint32) string { return string(appendEvidence(make([]byte, 0, 12), n)) }

func appendEvidence(b []byte, n uint32) []byte {
	b = append(b, 'E')
	for least := uint32(100); least > max(n, 1); least /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendUint(b, uint64(n), 10)
}

// ParseOrigin reads "E001:1204".
func ParseOrigin(s string) (Origin, error) {
	id, rec, ok := strings.Cut(s, ":")
	if !ok || !strings.HasPrefix(id, "E") {
		return Origin{}, fmt.Errorf("read origin %q: not of the form E001:1204", s)
	}
	e, err := strconv.ParseUint(id[1:], 10, 32)
	if err != nil || e == 0 {
		return Origin{}, fmt.Errorf("read origin %q: evidence id is not E001 or higher", s)
	}
	r, err := strconv.ParseUint(rec, 10, 32)
	if err != nil || r == 0 {
		return Origin{}, fmt.Errorf("read origin %q: record is not a number from 1", s)
	}
	return Origin{uint32(e), uint32(r)}, nil
}

// Compare orders origins by evidence, then record.
func (o Origin) Compare(p Origin) int {
	if o.Evidence != p.Evidence {
		if o.Evidence < p.Evidence {
			return -1
		}
		return 1
	}
	return int(int64(o.Record) - int64(p.Record))
}

// A Message is one of the messages that a record lists.
type Message struct {
	MessageID string
	ItemID    string
	Folder    string
	Subject   string
	Size      int64 // bytes; 0 if not stated
}

// messageTexts name the texts of a message in the exports.
var messageTexts = [...]string{"message_id", "item_id", "folder", "subject"}

func (m *Message) texts() [len(messageTexts)]string {
	return [...]string{m.MessageID, m.ItemID, m.Folder, m.Subject}
}

// An Event is one activity in row form: what a decoder fills. Its strings may
// be views into the record it was read from; a Batch copies what it keeps.
type Event struct {
	// Time is UTC in nanoseconds since 1970. Without HasTime the event is
	// sorted last.
	Time    int64
	HasTime bool
	// DayFirst is the same moment read with the day before the month, where
	// the text allows both; 0 if it does not. The file's own dates decide.
	DayFirst int64

	// Cols holds the dictionary-coded columns; see Schema for their sense.
	// ColIP takes the address or chain as written; sealing splits it.
	Cols    [NumCols]string
	Outcome Outcome
	Flags   Flags

	// ID is the record's own id, empty if it has none. Records of one source
	// with the same ID are duplicates when their Content is equal too, and in
	// conflict when it is not.
	ID string
	// Content is what two copies of the record must share. It is compared as
	// bytes first and, if both are JSON, as JSON values.
	Content []byte
	// ByContent makes mailbox and Content the identity: for records whose
	// export may have dropped the ID.
	ByContent bool
	// Timed says that the second of the time is part of the content where the
	// record states it. Of copies the one with the best time stays: one that is
	// stated, before one that was assumed, before none.
	Timed bool

	// Account is the id of the account behind the user, empty if the record
	// has none. Events with the flag UserByID, whose user is such an id, take
	// the user that other records name for it.
	Account string

	// Part says which of the exports in its file the record is of, where a
	// file holds several: the number of one of its Source's Parts.
	Part uint8

	// Counted says that the event is only counted: of its columns a decoder
	// need fill no other than the mailbox, by which copies of a record are told
	// from others.
	Counted bool

	// Want says which of Messages and Details a decoder is to fill.
	Want     Wide
	Messages []Message
	Details  string

	room []byte // texts that were laid here
}

// Reset clears the event for the next record.
func (e *Event) Reset() {
	if cap(e.room) > maxRoom {
		e.room = nil
	}
	*e = Event{Messages: e.Messages[:0], Want: e.Want, Counted: e.Counted, room: e.room[:0]}
}

// Strip empties all columns but the mailbox.
func (e *Event) Strip() {
	mailbox := e.Cols[ColMailbox]
	e.Cols = [NumCols]string{ColMailbox: mailbox}
}

// maxRoom is how many bytes of room are kept for the next record.
const maxRoom = 1 << 20

// Lay copies a text into the event's room and returns a view of it, good until
// Reset.
func (e *Event) Lay(text []byte) string {
	from := len(e.room)
	e.room = append(e.room, text...)
	return viewOf(e.room[from:])
}

// Wants reports whether a wide field is to be filled.
func (e *Event) Wants(w Wide) bool { return e.Want&w != 0 }

// Set fills a column.
func (e *Event) Set(c Col, s string) { e.Cols[c] = s }

// SetTime sets the time.
func (e *Event) SetTime(t time.Time) { e.Time, e.HasTime = t.UnixNano(), true }

// RuleActed is what ColRule holds of a record that witnesses that some inbox
// rule acted on a message, without saying which.
const RuleActed = `{"Source":"MAILBOXRULE"}`

// A Context is a row of state that is no activity: a rule in a snapshot, a
// permission, a message's headers or metadata.
type Context struct {
	Kind   string // "inbox rule", "mailbox permission", "message headers", …
	Key    string // what joins it: mailbox, message id, item id …
	Owner  string // mailbox or user it belongs to, empty if not stated
	Cells  []Pair // name and value, in the order of the export
	Origin Origin
	Seen   time.Time // when the state was seen; zero if the file does not tell
	Part   uint8     // as an Event's
}

// A Pair is a name with its value.
type Pair struct{ Name, Value string }

// Get returns the value of a name, without regard to case.
func (c *Context) Get(name string) string {
	for _, p := range c.Cells {
		if strings.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// A Reject is a record that could not be read, with its reason.
type Reject struct {
	Origin Origin
	Reason string
	Offset int64 // byte of the file where the reason lies; -1 if not known
}

// A Source is what ingest learned of one evidence file. One that was refused
// before it was opened has no evidence id: Evidence is 0.
type Source struct {
	Evidence uint32
	Name     string // of the file, for display
	SHA256   string // of the file, hex
	Source   string // "activities", "auditlog" …; empty if not recognised
	Layout   string // which layout of the source
	TimeDesc string // what its times are
	Encoding string
	// Envelope names the ways to the records inside what another tool put
	// around them, by the members or columns on the way: "_source.event.original".
	Envelope string
	// Mailbox is whose mailbox the export is of, where the records do not
	// say, and MailboxFrom how that was learned.
	Mailbox, MailboxFrom string
	// OwnerActs says that events without a user were done by the mailbox's
	// owner, because the export records nobody else.
	OwnerActs bool
	// DayFirst says that dates of this file put the day before the month;
	// DateOrder says in words what was assumed and why.
	DayFirst  bool
	DateOrder string

	Records, Events, Contexts, Duplicates, Rejects int
	First, Last                                    int64 // span of the events' times; 0, 0 if none has one
	Untimed                                        int   // events, duplicates included, whose time cannot be read
	Trust                                          Trust

	// What holds for all records of the file, as its layout's source knows:

	// Container says that the file is an archive. Its members are evidence of
	// their own, and it holds no records.
	Container bool
	// PageSize is how many records a page of the export's API holds; 0 if the
	// export is not made of pages of one size. A file of full pages alone may
	// have been cut between two of them.
	PageSize int
	// ClientSessions says that session ids are those of a client program and
	// not of a sign-in: one may last for weeks, and two addresses in it say
	// nothing.
	ClientSessions bool
	// SparseAddresses says that most records state no address, so that one
	// without any belongs to the logon that came before it.
	SparseAddresses bool
	// CopiesUnrecorded says that a client that copies a mailbox leaves no
	// record of the copying: what else it does proves none.
	CopiesUnrecorded bool
	// AttachmentTypes says that the attachments of messages are listed by the
	// types of the files, not by their names.
	AttachmentTypes bool
	// FailuresArePasswords says that a logon that failed was given a wrong
	// password: the log records no other failure.
	FailuresArePasswords bool

	// Parts are the exports of a file that holds records of several; nil if
	// it holds one. Each has the facts of its own records, and the file's
	// Source and Layout are those of the commonest. Part is its number.
	Parts []*Source
	Part  uint8

	// Notes are facts about the collection that bear on what its absence of
	// records means: caps, leftover links, error bodies, lost cells.
	Notes []Note
}

// part is the export in the file that has a number, else the file itself.
func (s *Source) part(number uint8) *Source {
	for _, p := range s.Parts {
		if p.Part == number {
			return p
		}
	}
	return s
}

// A Note is one fact about a source file, for the coverage statement.
type Note struct {
	Kind NoteKind
	Text string
}

// A NoteKind says what a note bears on, in the words of the coverage rows.
type NoteKind string

// Kinds of notes.
const (
	NoteSpan         NoteKind = "span"         // which times the events have
	NoteCut          NoteKind = "cut"          // the export or the file ends early, or lost content
	NoteGap          NoteKind = "gap"          // records between others are missing
	NoteAbsent       NoteKind = "absent"       // the records do not state something
	NoteConflict     NoteKind = "conflict"     // two statements differ
	NoteUnrecognised NoteKind = "unrecognised" // no source knows the file
	NoteRefused      NoteKind = "refused"      // the file is not read
)
