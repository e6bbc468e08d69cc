package evidence

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

// maxLine is the longest line of a custody log or manifest, in bytes. The
// longest that is written is about one file.
const maxLine = 16 << 20

// A ChainError says where a custody log is not as it was written.
type ChainError struct {
	Line   int // 1-based
	Reason string
}

func (e *ChainError) Error() string {
	return fmt.Sprintf("custody log line %d: %s", e.Line, e.Reason)
}

const notEntry = "not an entry of a custody log"

// A chain is a custody log as far as it was read.
//
// A crash can tear the last line. What is left of it is never removed: the
// next entry ends that line, and cites its SHA-256 (recovery). Only what is no
// JSON can be such a rest, as no beginning of an entry is.
type chain struct {
	lines int    // with those of aside
	prev  string // SHA-256 of the last of them, as the next one is to hold it
	sum   hash.Hash
	aside []byte // the torn rest that no entry has cited yet
	first int    // its line
}

// recovery is the detail of the entry that follows a torn line.
type recovery struct {
	Bytes  int    `json:"torn_bytes"`
	SHA256 string `json:"sha256"`
}

func recoveryOf(aside []byte) recovery {
	aside = bytes.TrimSuffix(aside, []byte("\n"))
	return recovery{len(aside), lineHash(aside)}
}

func newChain() *chain { return &chain{prev: noPrevious, sum: sha256.New()} }

// whole is the SHA-256 of the log up to the entry that was taken last.
func (c *chain) whole() string { return hex.EncodeToString(c.sum.Sum(nil)) }

// read calls take for each entry that is in its place: that follows from the
// line before it. It fails with a *ChainError, or with the error of r. What is
// wrong with the end of the log, end tells.
func (c *chain) read(r io.Reader, take func(entry)) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		text, err := readLine(in)
		if err == io.EOF {
			return nil
		}
		c.lines++
		torn := errors.Is(err, io.ErrUnexpectedEOF)
		if errors.Is(err, errLongLine) || len(c.aside)+len(text) > maxLine {
			return &ChainError{c.lines, errLongLine.Error()}
		}
		if err != nil && !torn {
			return err
		}
		if torn || !json.Valid(text) {
			if c.aside == nil {
				c.first = c.lines
			}
			c.aside = append(c.aside, text...)
			c.prev = lineHash(append(bytes.TrimSuffix(text, []byte("\n")), '\n'))
			continue
		}
		e, err := c.follow(text)
		if err != nil {
			return err
		}
		c.sum.Write(c.aside)
		c.sum.Write(text)
		c.aside, c.prev = nil, lineHash(text)
		take(e)
	}
}

// follow reads an entry and makes sure that it is in its place.
func (c *chain) follow(text []byte) (entry, error) {
	var e entry
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil || d.More() {
		return e, &ChainError{c.lines, notEntry}
	}
	if e.Seq != int64(c.lines) {
		return e, &ChainError{c.lines, fmt.Sprintf("numbered %d: a line was inserted, dropped or moved", e.Seq)}
	}
	if e.Prev != c.prev {
		return e, &ChainError{c.lines, "chain broken: the line before it is not the one that was written"}
	}
	if c.aside != nil {
		var cited recovery
		if e.Action != Recovered || json.Unmarshal(e.Detail, &cited) != nil || cited != recoveryOf(c.aside) {
			return e, &ChainError{c.first, notEntry}
		}
	}
	return e, nil
}

// end is the *ChainError of a log that ends otherwise than with a whole entry.
// That entries are missing at the end it cannot know; the manifest tells.
func (c *chain) end() error {
	switch {
	case c.lines == 0:
		return &ChainError{1, "the log is empty"}
	case c.aside == nil:
		return nil
	case bytes.HasSuffix(c.aside, []byte("\n")):
		return &ChainError{c.first, notEntry}
	}
	return &ChainError{c.lines, "torn: the log ends inside it"}
}

var errLongLine = fmt.Errorf("longer than %d bytes", maxLine)

// readLine reads a line with its line feed; io.ErrUnexpectedEOF means that the
// last has none.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case err == io.EOF && len(line) == 0:
			return nil, io.EOF
		case err == io.EOF:
			return line, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(line) > maxLine:
			return nil, errLongLine
		}
	}
}
