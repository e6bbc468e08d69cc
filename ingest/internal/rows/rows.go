// Package rows turns the bytes of a CSV or JSON file into numbered records.
//
// A [Cutter] reads the file once, from front to back, and cuts it into chunks
// of whole records; any number of workers each walk a chunk with a [Splitter].
// Every byte that claims to be a record comes out as one: a record that cannot
// be read has [Record.Err] and its place in the file, and the records around it
// are unaffected.
//
// A record may lie inside what another tool put around it. [Shape.InLists],
// [Shape.InText] and [FindInside] look for it there, [MendingOf] for what a tool
// did to the cells; which of the ways leads to a record that somebody can read
// is the caller's to say. Texts that programs write in place of objects are read
// as the objects, whatever holds them. A [CliXML] cuts what PowerShell saved as
// XML into records of JSON.
//
// The package knows nothing of Microsoft, of columns or of time. It does not
// open files, does not hash, does not number records across chunks (the caller
// counts them in order) and does not convert values. CSV follows RFC 4180 with
// the lenience a spreadsheet shows: a quote that does not open a cell is text.
// JSON is strict RFC 8259.
//
// Strings and slices handed out are views into the memory of the chunk and of
// the splitter. They are valid until the next call of Next or Reset; a caller
// that keeps one copies it.
package rows

import (
	"fmt"
	"unsafe"
)

// MaxRecord is the length in bytes of UTF-8 text beyond which a record is not
// held in memory but reported as too long. A Unified Audit Log record has at
// most some hundred kilobytes; a cell that has been through a spreadsheet 32 KiB.
const MaxRecord = 16 << 20

// MaxDepth is how deeply arrays and objects may nest in a JSON record. Exports
// nest fewer than ten levels; a deeper text is an attack on the reader.
const MaxDepth = 200

// An Error is why a record, or a text inside one, is malformed.
type Error struct {
	Offset int64  // of the offending byte in the file
	Reason string // lower case, without the offset
}

func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d", e.Reason, e.Offset) }

// Flags are peculiarities of a record that is otherwise kept.
type Flags uint16

const (
	// ShortRow: fewer cells than the header; the missing ones are nil.
	ShortRow Flags = 1 << iota
	// LongRow: more cells than the header; all are kept.
	LongRow
	// StrayQuote: a quote inside an unquoted cell, or text after a closing quote.
	StrayQuote
	// HeaderRow: the row repeats the header, as files joined end to end do.
	HeaderRow
	// BadEncoding: bytes that do not fit the file's encoding; see [Record.BadAt].
	BadEncoding
	// DuplicateKey: an object names one key twice; Get answers the first.
	DuplicateKey
	// CaseTwins: an object has two keys that differ only in (ASCII) case.
	CaseTwins
	// KeyCase: Get took a lone key that differs from the wanted one only in case.
	KeyCase
	// LoneSurrogate: an escaped half of a surrogate pair, kept as its escape.
	LoneSurrogate
	// BigInteger: an integer that neither int64 nor uint64 holds, kept as text.
	BigInteger
	// Cut: the file ends inside the record; Err is set.
	Cut
	// Folded: a text that a program wrote of an object was read as the object.
	Folded
	// Lost: a text stands in place of a value that the export lost.
	Lost
)

// A Record is one row, element, line or document.
type Record struct {
	Offset int64 // of the record's first byte in the file
	Length int   // in bytes of the file, without the line end or comma after it

	Raw      []byte    // the record as UTF-8; what did not fit the encoding is U+FFFD
	Cells    [][]byte  // CSV: unquoted cells, at least one for each header column
	Value    Value     // JSON: the record
	Envelope *Envelope // JSON: the wrapper the record stands in, or nil
	List     string    // JSON in lists: the members above the record's list
	Columns  []string  // JSON in lists: names of the elements of a row
	Err      *Error    // why the record cannot be used, or nil
	Flags    Flags
	BadAt    int64 // with BadEncoding: offset in the file of the first byte that does not fit

	sp    *Splitter
	spans []int // CSV: for each cell, where its content begins in Raw
	at    int   // position of the record in the chunk's Data
	fixed bool  // Raw is a repaired copy, not a view of Data
	inner bool  // Raw is of a record that this one carries
}

// Has reports whether all of f are set.
func (r *Record) Has(f Flags) bool { return r.Flags&f == f }

// Cell returns the text of the cell in column i, "" if there isn't one.
func (r *Record) Cell(i int) string {
	if uint(i) >= uint(len(r.Cells)) {
		return ""
	}
	return view(r.Cells[i])
}

// An Envelope is what a JSON object says around its array of records. Both
// parts are JSON objects of their own, or nil: Pre has the members before the
// array, Post those after it. A wrapper that spans chunks has its Pre in the
// first and its Post in the last of them.
type Envelope struct {
	Pre, Post []byte
	Partial   bool // a part was longer than 64 KiB, malformed or cut, and is missing
}

// maxEnvelope bounds each part of an envelope; real ones hold two or three links.
const maxEnvelope = 64 << 10

// Text returns the text of the wrapper's member key: "@odata.nextLink". It is a
// copy, "" if the member is absent or no scalar.
func (e *Envelope) Text(key string) string {
	for _, part := range [][]byte{e.Post, e.Pre} {
		var t tape
		t.rec = new(Record)
		if part == nil {
			continue
		}
		if _, f := t.scan(part, 0); f.reason != "" {
			continue
		}
		if v := (Value{t: &t}).Get(key); v.Exists() {
			return string([]byte(v.Text()))
		}
	}
	return ""
}

// A Chunk is a run of whole records. The zero Chunk is ready for [Cutter.Next];
// its memory is used again by the next call that is given it.
type Chunk struct {
	Data   []byte // UTF-8, as far as the file is
	Offset int64  // of Data[0] in the file
	Size   int64  // bytes of the file that Data stands for
	Last   bool   // the file ends with this chunk

	// The splitter sets these while it walks the chunk.
	Envelopes []*Envelope // wrappers opened or closed here, also those without records
	Joined    bool        // stray commas or brackets between documents: files merged by hand
	Unclosed  bool        // the file ends inside an array or its wrapper

	mem     []byte
	station station
	err     *Error // the whole chunk is one record that cannot be read
}

// view is b as a string that shares its memory.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
