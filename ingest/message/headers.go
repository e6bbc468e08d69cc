package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"becforensics/ingest/internal/fields"
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

// details is the headers as JSON: {"headers":[[name,value],…]}.
func (l headerList) details() string {
	var b strings.Builder
	b.WriteString(`{"headers":[`)
	for i, h := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("[" + fields.Quote(h.name) + "," + fields.Quote(h.value) + "]")
	}
	b.WriteString("]}")
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
