package html

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

// Bounds of what is printed of raw records.
const (
	recordBytes  = 4 << 10  // of one record
	recordsBytes = 1500_000 // of all records, as they stand in the page
	// MostRecords are the records that a page can hold, small ones at best: no
	// more need to be read.
	MostRecords = 6000
)

// A Record is a record as it lies in its file, as far as a page prints it.
type Record struct {
	Offset int64
	Size   int
	SHA256 string // of the whole record
	head   []byte
}

// NewRecord takes a record's bytes, of which it keeps those that are printed.
func NewRecord(raw []byte, offset int64) Record {
	sum := sha256.Sum256(raw)
	return Record{Offset: offset, Size: len(raw), SHA256: hex.EncodeToString(sum[:]), head: bytes.Clone(raw[:end(raw)])}
}

// end is where the part of a record ends that is printed: within the bound, and
// not inside a character.
func end(raw []byte) int {
	if len(raw) <= recordBytes {
		return len(raw)
	}
	for at := recordBytes; at > recordBytes-utf8.UTFMax; at-- {
		if utf8.RuneStart(raw[at]) {
			return at
		}
	}
	return recordBytes
}

// A file is where records lie.
type file struct {
	name  string
	order binary.ByteOrder // of UTF-16; nil if it is another encoding
}

// A printed record is one that the page holds.
type printed struct {
	ID, Name, Origin string
	Record
	order binary.ByteOrder
}

// print takes a record for printing: of UTF-16, whole characters.
func (r Record) print(o timeline.Origin, f file) printed {
	p := printed{ID: anchor(o), Name: f.name, Origin: o.String(), Record: r, order: f.order}
	if p.order != nil {
		p.head = p.head[:len(p.head)&^1]
		if n := len(p.head); p.Left() > 0 && n > 1 && utf16.IsSurrogate(rune(p.order.Uint16(p.head[n-2:]))) && p.order.Uint16(p.head[n-2:]) < 0xdc00 {
			p.head = p.head[:n-2]
		}
	}
	return p
}

// Wide reports whether the text is UTF-16.
func (p printed) Wide() bool { return p.order != nil }

// decoded is the text of what is printed, as UTF-8.
func (p printed) decoded() string {
	if p.order == nil {
		return string(p.head)
	}
	units := make([]uint16, len(p.head)/2)
	for i := range units {
		units[i] = p.order.Uint16(p.head[2*i:])
	}
	return string(utf16.Decode(units))
}

// Text is what is printed: lines as lines, and what cannot be seen escaped.
func (p printed) Text() string {
	lines := strings.Split(strings.TrimRight(p.decoded(), "\r\n"), "\n")
	for i, line := range lines {
		lines[i] = evidence.Printable(strings.TrimSuffix(line, "\r"))
	}
	return strings.Join(lines, "\n")
}

// Left is the number of bytes that are not printed.
func (p printed) Left() int { return p.Size - len(p.head) }

// anchor is the place of a record in the page.
func anchor(o timeline.Origin) string { return "r-" + strings.ReplaceAll(o.String(), ":", "-") }

// choose takes records by rank until their text fills a number of bytes.
func choose(ranked []timeline.Origin, records map[timeline.Origin]Record, files map[uint32]file, most int) map[timeline.Origin]printed {
	chosen := map[timeline.Origin]printed{}
	for _, o := range ranked {
		r, ok := records[o]
		if !ok {
			continue
		}
		p := r.print(o, files[o.Evidence])
		if most -= weight(p); most < 0 {
			break
		}
		chosen[o] = p
	}
	return chosen
}

// overhead is what the page says of a record beside its text.
const overhead = 450

// weight is a bound of the bytes that a record takes in the page.
func weight(p printed) int {
	text := p.Text()
	more := strings.Count(text, `"`) + strings.Count(text, "'") + strings.Count(text, "&") + strings.Count(text, "<") + strings.Count(text, ">") + strings.Count(text, "+")
	return len(text) + 4*more + len(p.Name)*6 + overhead
}
