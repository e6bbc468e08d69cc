package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
)

// A jsonWriter writes one JSON value piece by piece, so that what is large is
// never held whole. The first error stops it.
type jsonWriter struct {
	w     *bufio.Writer
	text  bytes.Buffer // of the value that is being written
	enc   *json.Encoder
	first bool // whether the next member or element is the first
	err   error
}

func newJSONWriter(w io.Writer) *jsonWriter {
	d := &jsonWriter{w: bufio.NewWriterSize(w, 1<<16)}
	d.enc = json.NewEncoder(&d.text)
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
		if i > 0 {
			d.w.WriteByte(',')
		}
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
	d.value(name)
	d.w.WriteByte(':')
}

func (d *jsonWriter) value(v any) {
	d.text.Reset()
	if err := d.enc.Encode(v); err != nil && d.err == nil {
		d.err = err
	}
	d.w.Write(bytes.TrimRight(d.text.Bytes(), "\n"))
}

func (d *jsonWriter) flush() error {
	d.w.WriteByte('\n')
	if err := d.w.Flush(); d.err == nil {
		d.err = err
	}
	return d.err
}
