package rows

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// A cliCutter finds the outermost objects of a CliXml stream that hold
// properties; one that only holds a list gives those in the list. Markup
// stands in text only escaped, so that tags alone tell.
type cliCutter struct {
	in       *bufio.Reader
	encoding Encoding
	offset   int64 // of the next byte in the file
}

// A cliPiece is the bytes of one object and its place in the file. Of one that
// is longer than MaxRecord only the beginning is there.
type cliPiece struct {
	raw    []byte
	offset int64
	length int64
}

// next returns the next object; io.EOF behind the last. One that the file
// ends in is returned as far as it is there.
func (c *cliCutter) next() (cliPiece, error) {
	var o cliPiece
	depth, bare := 0, false
	for {
		raw, tag, err := c.tag()
		name, isEnd := cliTag(cliDecode(raw[tag:], c.encoding))
		if depth > 0 {
			o.add(raw)
		}
		if errors.Is(err, io.EOF) && depth > 0 {
			o.length = c.offset - o.offset
			return o, nil
		}
		if err != nil {
			return cliPiece{}, err
		}
		switch {
		case name == "Obj" && isEnd:
			if depth == 1 {
				o.length = c.offset - o.offset
				return o, nil
			}
			depth = max(depth-1, 0)
		case isEnd:
		case name == "Obj":
			if depth++; depth == 1 {
				o = cliPiece{offset: c.offset - int64(len(raw)-tag)}
				o.add(raw[tag:])
				bare = true
			}
		case name == "MS" || name == "Props":
			bare = false
		case name == "LST" && depth == 1 && bare:
			depth = 0
		}
	}
}

func (o *cliPiece) add(raw []byte) {
	if len(o.raw)+len(raw) <= MaxRecord {
		o.raw = append(o.raw, raw...)
	}
}

// tag reads up to the end of the next tag and returns what it read and where
// in it the tag begins. Of a text longer than MaxRecord the end alone is
// kept.
func (c *cliCutter) tag() (raw []byte, tag int, err error) {
	inside := false
	for {
		char, err := c.char()
		if err != nil {
			return raw, len(raw), err
		}
		switch ascii := c.ascii(char); {
		case ascii == '<':
			inside, tag = true, len(raw)
		case ascii == '>' && inside:
			return append(raw, char...), tag, nil
		}
		if len(raw) > MaxRecord {
			raw, tag, inside = raw[:0], 0, false
		}
		raw = append(raw, char...)
	}
}

// char reads one character's bytes; one of several bytes in UTF-8 as several.
func (c *cliCutter) char() ([]byte, error) {
	n := 1
	if c.wide() {
		n = 2
	}
	b, err := c.in.Peek(n)
	if len(b) == 0 {
		return nil, err
	}
	k, err := c.in.Discard(len(b))
	c.offset += int64(k)
	return b, err
}

func (c *cliCutter) wide() bool { return c.encoding == UTF16LE || c.encoding == UTF16BE }

// ascii is a character if it is of ASCII, else 0.
func (c *cliCutter) ascii(char []byte) byte {
	switch {
	case !c.wide():
		return char[0]
	case len(char) < 2:
		return 0
	case c.encoding == UTF16BE:
		char = []byte{char[1], char[0]}
	}
	if char[1] != 0 {
		return 0
	}
	return char[0]
}

// cliTag is the name of an element; end says that the tag closes it.
func cliTag(tag []byte) (name string, end bool) {
	tag = bytes.Trim(tag, "<>")
	end = bytes.HasPrefix(tag, []byte("/"))
	text := strings.TrimPrefix(string(tag), "/")
	if i := strings.IndexAny(text, " \t\r\n/"); i >= 0 {
		text = text[:i]
	}
	return text, end
}
