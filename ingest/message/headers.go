package message

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// maxHeaders bounds the headers that are read of one message, in bytes. Servers
// refuse messages with more than some hundred kilobytes of them.
const maxHeaders = 1 << 20

// A header is one field of a message's header, its value on one line and else
// as written.
type header struct{ name, value string }

// headerList is the headers of a message, the top-most first.
type headerList []header

// get is the value of the top-most header of a name: those further down were
// written by servers before the recipient's, or by the sender.
func (l headerList) get(name string) string {
	for _, h := range l {
		if strings.EqualFold(h.name, name) {
			return h.value
		}
	}
	return ""
}

// Fields of a message's headers.
const (
	hReceived = iota
	hDate
	hFrom
	hTo
	hCc
	hBcc
	hSubject
	hMessageID
	hOriginating
	hAntispam
	hAuthentication
	hContentType
	hDisposition
	hEncoding
)

var headerFields = column.Fields{
	hReceived:       column.At("Received").Saying("the top-most is the time"),
	hDate:           column.At("Date").Saying("the time where no Received header has one"),
	hFrom:           column.At("From"),
	hTo:             column.At("To"),
	hCc:             column.At("Cc"),
	hBcc:            column.At("Bcc"),
	hSubject:        column.At("Subject"),
	hMessageID:      column.At("Message-ID"),
	hOriginating:    column.At("X-Originating-IP"),
	hAntispam:       column.At("X-Forefront-Antispam-Report"),
	hAuthentication: column.At("Authentication-Results"),
	hContentType:    column.At("Content-Type"),
	hDisposition:    column.At("Content-Disposition"),
	hEncoding:       column.At("Content-Transfer-Encoding").Saying("of attachments"),
}

// shared is the map of headerFields for all files: it holds names alone, and an
// archive may hold a hundred thousand mails.
var shared = sync.OnceValue(func() *column.Map { return column.NewMap(column.File{}, headerFields) })

// mapOf is the map for a file, its own where a test asks what is read.
func mapOf(m *column.Map, o *ingest.Options) *column.Map {
	if o.Asked != nil {
		return m
	}
	return shared()
}

// at is the value of the top-most header of a field.
func (l headerList) at(m *column.Map, f int) string { return l.get(m.Names(f)[0]) }

// details is the headers and the attachments as JSON:
// {"headers":[[name,value],…],"attachments":[{"name","type","size","sha256"}],"text":""}.
func (l headerList) details(parts []attachment, text string) string {
	var b strings.Builder
	b.WriteString(`{"headers":[`)
	for i, h := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("[" + rows.Quote(h.name) + "," + rows.Quote(h.value) + "]")
	}
	b.WriteByte(']')
	for i := range parts {
		if i == 0 {
			b.WriteString(`,"attachments":[`)
		} else {
			b.WriteByte(',')
		}
		b.WriteString(parts[i].json())
	}
	if len(parts) > 0 {
		b.WriteByte(']')
	}
	if text != "" {
		b.WriteString(`,"text":` + rows.Quote(text))
	}
	b.WriteByte('}')
	return b.String()
}

// readHeaders reads a block of header fields up to the first empty line and
// says where the body begins. A line that is no field and continues none is
// taken for a part of the field above it; bad counts such lines.
func readHeaders(text []byte) (list headerList, body int, bad int) {
	var value []byte
	end := func() {
		if n := len(list); n > 0 {
			list[n-1].value = string(bytes.TrimSpace(value))
		}
		value = value[:0]
	}
	at := 0
	for at < len(text) && at < maxHeaders {
		next := len(text)
		if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		line := bytes.TrimRight(text[at:next], "\r\n")
		at = next
		if len(bytes.TrimSpace(line)) == 0 {
			if len(list) == 0 {
				continue
			}
			break
		}
		name, rest, ok := cutField(line)
		if !ok {
			if line[0] != ' ' && line[0] != '\t' {
				bad++
			}
			value = append(append(value, ' '), bytes.TrimSpace(line)...)
			continue
		}
		end()
		list = append(list, header{name: string(name)})
		value = append(value, rest...)
	}
	end()
	for i := range list {
		list[i].value = text8(list[i].value)
	}
	return list, at, bad
}

// cutField parts a header's line into name and value. A name is of printable
// characters other than the colon (RFC 5322, 2.2); white space before the
// colon is obsolete but met.
func cutField(line []byte) (name, value []byte, ok bool) {
	name, value, ok = bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t")
	if !ok || len(name) == 0 {
		return nil, nil, false
	}
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return nil, nil, false
		}
	}
	return name, bytes.TrimSpace(value), true
}

// text8 is a header's value as UTF-8. Headers that hold other bytes than
// RFC 6532 allows are most often of Western Windows.
func text8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	if out, err := charmap.Windows1252.NewDecoder().String(s); err == nil {
		return out
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
