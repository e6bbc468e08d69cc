package html

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
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

// NewRecord takes a record's bytes, of which it keeps the first.
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

// A printed record is one that the page holds.
type printed struct {
	ID, Name, Origin string
	Record
}

// Text is what is printed: lines as lines, and what cannot be seen escaped.
func (p printed) Text() string {
	lines := strings.Split(strings.TrimRight(string(p.head), "\r\n"), "\n")
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
func choose(ranked []timeline.Origin, records map[timeline.Origin]Record, names map[uint32]string, most int) map[timeline.Origin]printed {
	chosen := map[timeline.Origin]printed{}
	for _, o := range ranked {
		r, ok := records[o]
		if !ok {
			continue
		}
		p := printed{ID: anchor(o), Name: names[o.Evidence], Origin: o.String(), Record: r}
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
