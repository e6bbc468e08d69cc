package rows

import (
	"bytes"
	"fmt"
	"unicode/utf8"
	"unsafe"
)

// A Splitter walks the records of one chunk after the other. It is used by one
// goroutine; several may walk different chunks of a file.
type Splitter struct {
	shape Shape
	chunk *Chunk
	data  []byte
	pos   int
	last  bool // the file ends with data

	single bool // data is one record
	clean  bool // data is valid UTF-8

	knownPos int   // in data
	knownOff int64 // of it in the file

	rec     Record
	cells   [][]byte
	spans   []int
	arena   []byte // unquoted cells
	strings []byte // unescaped strings
	fixed   []byte // the record without what is not UTF-8
	tapes   []*tape
	used    int // of tapes

	station station
	trail   trail // where the splitter is in a document of lists
}

// NewSplitter returns a Splitter for the chunks of a file of shape s.
func NewSplitter(s Shape) *Splitter { return &Splitter{shape: s} }

// Reset begins with the records of c. It invalidates what was handed out.
func (sp *Splitter) Reset(c *Chunk) {
	sp.chunk, sp.data, sp.pos, sp.last = c, c.Data, 0, c.Last
	if sp.last && sp.shape.Kind == CSV && sp.shape.eol == '\n' {
		sp.data = bytes.TrimSuffix(sp.data, []byte("\r")) // half a line end
	}
	sp.clean = utf8.Valid(sp.data)
	sp.knownPos, sp.knownOff = 0, c.Offset
	sp.station = c.station
	if c.station.envelope != nil {
		e := *c.station.envelope // later chunks are in it too, and may be with other splitters
		sp.station.envelope = &e
	}
	if sp.shape.inLists {
		sp.trail = trail{}
		if c.station.trail != nil {
			sp.trail = *c.station.trail
		}
	}
	c.Envelopes, c.Joined, c.Unclosed = nil, false, false
}

// Next is the next record of the chunk, false behind the last. The record and
// all it refers to are overwritten by the next call.
func (sp *Splitter) Next() (*Record, bool) {
	if err := sp.chunk.err; err != nil && sp.pos == 0 {
		sp.pos = 1
		sp.rec = Record{Offset: err.Offset, Length: int(sp.chunk.Size - err.Offset + sp.chunk.Offset), Err: err, sp: sp}
		return &sp.rec, true
	} else if err != nil {
		return nil, false
	}
	sp.used = 0
	sp.strings = sp.strings[:0]
	if sp.shape.Kind == CSV {
		return sp.nextRow()
	}
	if sp.shape.inLists && !sp.single {
		return sp.nextInLists()
	}
	return sp.nextElement()
}

// begin makes data[i:j] the record.
func (sp *Splitter) begin(i, j int) *Record {
	r := &sp.rec
	*r = Record{Raw: sp.data[i:j:j], sp: sp, at: i}
	r.Offset = sp.fileOffset(i)
	r.Length = int(sp.fileOffset(j) - r.Offset)
	if sp.clean {
		return r
	}
	if !utf8.Valid(r.Raw) {
		var first int
		sp.fixed, first = repair(sp.fixed[:0], r.Raw)
		r.Raw, r.fixed = sp.fixed, true
		r.Flags |= BadEncoding
		r.BadAt = sp.behind(r.Offset, sp.data[i:i+first])
	}
	return r
}

// fileOffset is where in the file position p of data lies. Positions are asked
// for in rising order, so that it costs one pass over the data in all.
func (sp *Splitter) fileOffset(p int) int64 {
	if sp.shape.Encoding == UTF8 {
		return sp.chunk.Offset + int64(p)
	}
	sp.knownOff = sp.behind(sp.knownOff, sp.data[sp.knownPos:p])
	sp.knownPos = p
	return sp.knownOff
}

// behind is where in the file text ends that begins at offset.
func (sp *Splitter) behind(offset int64, text []byte) int64 {
	return min(offset+fileBytes(text, sp.shape.Encoding), sp.chunk.Offset+sp.chunk.Size)
}

// offsetOf is where in the file position p of r.Raw lies.
func (r *Record) offsetOf(p int) int64 {
	if r.fixed {
		p = unrepaired(r.sp.data[r.at:], p)
	}
	text := r.sp.data[r.at:]
	return r.sp.behind(r.Offset, text[:min(p, len(text))])
}

// fail makes the record a reject for what was found at position p of r.Raw.
func (r *Record) fail(p int, reason string) {
	r.Err = &Error{Offset: r.offsetOf(p), Reason: reason}
}

// Parse reads text, the content of a cell or a string of the record, as one JSON
// value; a dictionary or list as Python writes it is read as the JSON it means. The value is valid as long as the record is, and adds its flags to the
// record's. The error has the offset of the offending byte in the file; where
// text was itself escaped JSON, that of the record.
func (r *Record) Parse(text []byte) (Value, *Error) {
	if t := r.sp.scanned(text); t != nil {
		r.Flags |= t.flags
		return Value{t: t}, nil
	}
	t := r.sp.tape()
	if !r.isCell(text) && !utf8.Valid(text) {
		return Value{}, &Error{Offset: r.Offset, Reason: "text is not UTF-8"}
	}
	end, f := t.scan(text, 0)
	if f.reason != "" && bytes.IndexByte(text[:min(len(text), len("[{'"))], '\'') > 0 {
		if python, ok := foldLiteral(nil, "", view(text)); ok {
			text = python
			end, f = t.scan(text, 0)
			t.flags |= Folded
		}
	}
	if f.reason == "" {
		if end = skipSpace(text, end); end < len(text) {
			f = fault{end, "text behind the JSON value"}
		}
	}
	if f.reason != "" {
		return Value{}, &Error{Offset: r.locate(text, f.at), Reason: f.reason}
	}
	t.foldTexts()
	r.Flags |= t.flags
	return Value{t: t}, nil
}

// isCell says whether text is a whole cell; those are UTF-8.
func (r *Record) isCell(text []byte) bool {
	for _, cell := range r.Cells {
		if len(cell) == len(text) && unsafe.SliceData(cell) == unsafe.SliceData(text) {
			return true
		}
	}
	return false
}

// locate is where in the file position p of text lies, if text is a cell or a
// part of the record as it stands there.
func (r *Record) locate(text []byte, p int) int64 {
	if r.inner {
		return r.Offset
	}
	if i, ok := within(r.Raw, text); ok {
		return r.offsetOf(i + p)
	}
	for c, cell := range r.Cells {
		if i, ok := within(cell, text); ok && c < len(r.spans) {
			return r.offsetOf(quotedPosition(r.Raw, r.spans[c], i+p))
		}
	}
	return r.Offset
}

// within says whether part is a slice of b's memory, and where it begins.
func within(b, part []byte) (int, bool) {
	if len(b) == 0 || len(part) == 0 {
		return 0, false
	}
	start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	p := uintptr(unsafe.Pointer(unsafe.SliceData(part)))
	if p < start || p+uintptr(len(part)) > start+uintptr(len(b)) {
		return 0, false
	}
	return int(p - start), true
}

// scanned is the tape of a cell that was scanned when it was read, nil if text is
// no such cell.
func (sp *Splitter) scanned(text []byte) *tape {
	for _, t := range sp.tapes[:sp.used] {
		if t.whole && len(t.text) == len(text) && unsafe.SliceData(t.text) == unsafe.SliceData(text) {
			return t
		}
	}
	return nil
}

// tape is an unused tape that lives as long as the record.
func (sp *Splitter) tape() *tape {
	if sp.used == len(sp.tapes) {
		sp.tapes = append(sp.tapes, &tape{rec: &sp.rec})
	}
	t := sp.tapes[sp.used]
	sp.used++
	t.strings = &sp.strings
	return t
}

// At reads one record again, from the bytes of the file at its Offset and of its
// Length. The Record has memory of its own.
func At(raw []byte, s Shape) (*Record, error) { return NewSplitter(s).At(raw) }

// At decodes the one record whose raw bytes are given, as [At] does, in the
// splitter's own memory: the record is valid until the next call.
func (sp *Splitter) At(raw []byte) (*Record, error) {
	s := sp.shape
	if s.Kind != CSV && s.Kind != JSON {
		return nil, fmt.Errorf("read record again: the file is %s", s.Kind)
	}
	text := raw
	if s.Encoding != UTF8 {
		text, _ = transcode(nil, raw, s.Encoding, true)
	}
	sp.Reset(&Chunk{Data: text, Size: int64(len(raw)), station: station{place: inArray, comma: true}})
	sp.single = true
	r, ok := sp.Next()
	if !ok {
		return nil, fmt.Errorf("read record again: no record in %d bytes", len(raw))
	}
	return r, nil
}
