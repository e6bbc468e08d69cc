package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"time"
)

// A jsonWriter writes one JSON value piece by piece, so that what is large is
// never held whole. The first error stops it.
type jsonWriter struct {
	w     *bufio.Writer
	made  bytes.Buffer // the value that is being written
	enc   *json.Encoder
	first bool // whether the next member or element is the first
	err   error
}

func newJSONWriter(w io.Writer) *jsonWriter {
	d := &jsonWriter{w: bufio.NewWriterSize(w, 1<<16)}
	d.enc = json.NewEncoder(&d.made)
	d.enc.SetEscapeHTML(false)
	return d
}

// object writes an object, whose members write calls.
func (d *jsonWriter) object(write func()) {
	d.w.WriteByte('{')
	d.first = true
	write()
	d.w.WriteByte('}')
	d.first = false
}

// member writes a member of the object that is being written.
func (d *jsonWriter) member(name string, v any) {
	d.name(name)
	d.value(v)
}

// list writes a member that is an array of n elements, each on a line.
func (d *jsonWriter) list(name string, n int, element func(i int)) {
	d.name(name)
	d.w.WriteByte('[')
	for i := range n {
		d.comma(i)
		d.w.WriteByte('\n')
		element(i)
	}
	d.w.WriteByte(']')
}

func (d *jsonWriter) name(name string) {
	if !d.first {
		d.w.WriteByte(',')
	}
	d.first = false
	d.w.WriteByte('\n')
	d.text(name)
	d.w.WriteByte(':')
}

// raw writes what is JSON.
func (d *jsonWriter) raw(s string) { d.w.WriteString(s) }

// comma comes before all elements but the first.
func (d *jsonWriter) comma(i int) {
	if i > 0 {
		d.w.WriteByte(',')
	}
}

// text writes a string.
func (d *jsonWriter) text(s string) {
	if !bare(s) {
		d.value(s)
		return
	}
	d.w.WriteByte('"')
	d.w.WriteString(s)
	d.w.WriteByte('"')
}

// bare reports whether text is ASCII that needs no escape, as most is.
func bare(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// texts writes an array of strings, of nil an empty one.
func (d *jsonWriter) texts(list []string) {
	d.w.WriteByte('[')
	for i, s := range list {
		d.comma(i)
		d.text(s)
	}
	d.w.WriteByte(']')
}

// time writes a time in UTC, null if it is not known.
func (d *jsonWriter) time(t time.Time) {
	if t.IsZero() {
		d.raw("null")
		return
	}
	d.w.WriteByte('"')
	d.w.Write(t.UTC().AppendFormat(d.w.AvailableBuffer(), time.RFC3339Nano))
	d.w.WriteByte('"')
}

func (d *jsonWriter) integer(n int64) { d.w.Write(strconv.AppendInt(d.w.AvailableBuffer(), n, 10)) }

func (d *jsonWriter) value(v any) {
	d.made.Reset()
	if err := d.enc.Encode(v); err != nil && d.err == nil {
		d.err = err
	}
	d.w.Write(bytes.TrimRight(d.made.Bytes(), "\n"))
}

func (d *jsonWriter) flush() error {
	d.w.WriteByte('\n')
	if err := d.w.Flush(); d.err == nil {
		d.err = err
	}
	return d.err
}
