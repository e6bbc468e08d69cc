package message

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// mbox is a folder of mail in one file.
var mbox = &ingest.Layout{
	Name: "mail folder (mbox)",
	Doc: `A folder of messages in one file (RFC 4155), as mail programs and takeouts write it: a line "From sender date", the
message, the next line "From". One record a message, read like a mail file; lines that the writer quoted as ">From" are read without
the mark (mboxo, mboxrd). A line "From" of other form is text of the message above it. Where the message has neither Received nor
Date, the date in its line "From" is its time. Two copies of a message in one mailbox are one event and a duplicate.`,
	TimeDesc: timeReceived,
	Fields:   headerFields,
	Detect:   detectMbox,
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &mailDecoder{mailbox: o.MailboxFor(h.Name), encoding: h.Shape.Encoding, fields: mapOf(m, o)}
		out := d.open(d.decodeMbox)
		out.Each = func(r io.Reader, yield func(*rows.Record) error) error { return eachMessage(r, maxMail, yield) }
		return out, nil
	},
}

// detectMbox wants a separator at the start and a header field below it.
func detectMbox(h *ingest.Head, _ *ingest.Options) ingest.Match {
	text := bytes.TrimPrefix(h.Bytes, []byte(byteOrderMark))
	for line := range bytes.Lines(text) {
		text = text[len(line):]
		if isEmpty(line) {
			continue
		}
		if _, ok := readSeparator(line); ok && startsHeader(text) {
			return ingest.Strong
		}
		break
	}
	return ingest.None
}

// decodeMbox reads a message with the separator above it.
func (d *mailDecoder) decodeMbox(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	line, text, _ := bytes.Cut(r.Raw, []byte("\n"))
	if !startsHeader(text) {
		return ingest.Rejected("message has no headers")
	}
	text = unquoteFrom(bytes.TrimSuffix(text, emptyLine(text)))
	if out := d.decodeMail(text, ev); out.Reject != "" {
		return out
	}
	if sep, _ := readSeparator(line); !ev.HasTime && sep.dated {
		ev.Time, ev.HasTime = sep.at.Nanos, true
		if sep.at.Zoneless {
			ev.Flags |= timeline.TimeAssumed
		}
	}
	d.bound(r.Length == maxMail, ev)
	return ingest.Outcome{}
}

// emptyLine is the empty line that ends a message in an mbox, nil if there
// isn't one.
func emptyLine(text []byte) []byte {
	for _, end := range [...]string{"\r\n\r\n", "\n\n"} {
		if bytes.HasSuffix(text, []byte(end)) {
			return []byte(end[len(end)/2:])
		}
	}
	return nil
}

// unquoteFrom takes one mark from the lines ">From", ">>From" … of a message.
func unquoteFrom(text []byte) []byte {
	if !bytes.Contains(text, []byte(">From ")) {
		return text
	}
	out := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		if line[0] == '>' && bytes.HasPrefix(bytes.TrimLeft(line, ">"), fromWord) {
			line = line[1:]
		}
		out = append(out, line...)
	}
	return out
}

// eachMessage cuts an mbox into messages, each with the separator above it and
// at most limit bytes of it. Only one message is held at a time.
func eachMessage(in io.Reader, limit int, yield func(*rows.Record) error) error {
	const buffered = 64 << 10 // no separator and no header's name is as long
	c := mboxCutter{in: bufio.NewReaderSize(in, buffered), limit: limit, yield: yield}
	if mark, _ := c.in.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		n, _ := c.in.Discard(len(mark))
		c.at = int64(n)
	}
	lineStart, afterEmpty := true, true
	for {
		line, err := c.in.ReadSlice('\n')
		if lineStart && bytes.HasPrefix(line, fromWord) {
			line = bytes.Clone(line) // looking ahead moves what it is a view of
		}
		if lineStart && c.separates(line, afterEmpty) {
			if err := c.flush(); err != nil {
				return err
			}
			c.start, c.begun = c.at, true
		}
		c.add(line)
		if err == io.EOF {
			return c.flush()
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
		afterEmpty = lineStart && isEmpty(line)
		lineStart = err == nil
	}
}

func isEmpty(line []byte) bool { return len(bytes.TrimRight(line, "\r\n")) == 0 }

// An mboxCutter gathers the lines of one message.
type mboxCutter struct {
	in    *bufio.Reader
	limit int
	yield func(*rows.Record) error

	at    int64 // of the next line in the file
	start int64 // of the message
	begun bool  // a separator was found
	dated bool  // the separators of this file have dates
	text  []byte
}

// separates reports whether a message begins with a line. The first of a file
// says whether its separators have dates. One with a date separates below an
// empty line or above a header field, one without only if both are there.
func (c *mboxCutter) separates(line []byte, afterEmpty bool) bool {
	sep, ok := readSeparator(line)
	if !ok {
		return false
	}
	if !c.begun {
		c.dated = sep.dated
		return true
	}
	below, _ := c.in.Peek(maxFieldName)
	header := startsHeader(below)
	if sep.dated {
		return afterEmpty || header
	}
	return !c.dated && afterEmpty && header
}

func (c *mboxCutter) add(line []byte) {
	c.at += int64(len(line))
	if c.begun {
		c.text = append(c.text, line[:min(len(line), c.limit-len(c.text))]...)
	}
}

func (c *mboxCutter) flush() error {
	if !c.begun {
		return nil
	}
	err := c.yield(&rows.Record{Offset: c.start, Length: len(c.text), Raw: c.text})
	c.text = c.text[:0]
	return err
}

// A separator is the line above a message in an mbox.
type separator struct {
	dated bool
	at    clock.Reading
}

const byteOrderMark = "\ufeff"

var fromWord = []byte("From ")

// maxSeparator and maxFieldName bound in bytes what is taken for a separator
// and for a header field's name.
const (
	maxSeparator = 1 << 10
	maxFieldName = 128
)

// readSeparator reads "From sender date", the date as C's asctime writes it,
// with a zone before or after the year, or as in a mail's header; or "From
// sender" alone.
func readSeparator(line []byte) (separator, bool) {
	rest, ok := bytes.CutPrefix(line, fromWord)
	if !ok || len(line) > maxSeparator {
		return separator{}, false
	}
	list := strings.Fields(string(rest))
	for i, word := range list {
		if isWeekday(word) {
			if at, ok := readAsctime(list[i+1:]); ok {
				return separator{true, at}, true
			}
			if at, ok := clock.ParseMail(strings.Join(list[i:], " ")); ok && len(list)-i >= 5 && len(list)-i <= 7 {
				return separator{true, at}, true
			}
		}
	}
	return separator{}, len(list) == 1 && list[0][0] != ':'
}

func isWeekday(word string) bool {
	word = strings.TrimSuffix(word, ",")
	return len(word) == 3 && strings.Contains("Mon Tue Wed Thu Fri Sat Sun", word)
}

// readAsctime reads "May  4 08:00:00 2026" with or without a zone.
func readAsctime(list []string) (clock.Reading, bool) {
	if len(list) < 4 || len(list) > 5 {
		return clock.Reading{}, false
	}
	year, zone := list[3], ""
	if len(list) == 5 {
		zone = list[4]
		if !isYear(year) {
			year, zone = zone, year
		}
	}
	if !isYear(year) || !strings.Contains(list[2], ":") {
		return clock.Reading{}, false
	}
	return clock.ParseMail(strings.TrimSpace(list[1] + " " + list[0] + " " + year + " " + list[2] + " " + zone))
}

func isYear(s string) bool {
	return len(s) == 4 && strings.Trim(s, "0123456789") == ""
}

// startsHeader reports whether a text begins with a header field, or with what
// old mail systems left of an earlier separator.
func startsHeader(text []byte) bool {
	line, _, _ := bytes.Cut(text[:min(len(text), maxFieldName)], []byte("\n"))
	if bytes.HasPrefix(line, []byte(">From ")) {
		return true
	}
	_, _, ok := cutField(line)
	return ok
}
