package rows

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// Elements are the records of an XML document: elements of one name below a root.
type Elements struct{ Root, Name string }

// In reports whether a file that begins so holds such elements, and the first of
// them an attribute.
func (e Elements) In(head []byte, attribute string) bool {
	_, element, ok := bytes.Cut(head, []byte("<"+e.Name+" "))
	return ok && bytes.Contains(head, []byte("<"+e.Root)) && bytes.Contains(element, []byte(attribute+"="))
}

// At makes a record of an element's bytes.
func (e Elements) At(raw []byte) (*Record, error) { return &Record{Raw: raw, Length: len(raw)}, nil }

// maxElement bounds one element.
const maxElement = 16 << 20

// errDoctype refuses documents that define entities.
var errDoctype = errors.New("document type declarations are not read")

// Each cuts a document into the elements: a record each.
func (e Elements) Each(in io.Reader, yield func(*Record) error) error {
	kept := &window{}
	d := xml.NewDecoder(io.TeeReader(in, kept))
	d.Strict = true
	depth, start := 0, int64(0)
	for {
		before := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if depth > 0 {
				return yield(&Record{Offset: start, Err: &Error{Offset: start, Reason: "cut record at end of file"}})
			}
			return nil
		}
		if err != nil {
			if depth == 0 {
				start = before
			}
			return yield(&Record{Offset: start, Err: &Error{Offset: before, Reason: unreadable(err)}})
		}
		switch t := token.(type) {
		case xml.Directive:
			return yield(&Record{Offset: before, Err: &Error{Offset: before, Reason: errDoctype.Error()}})
		case xml.StartElement:
			if depth > 0 || t.Name.Local == e.Name {
				if depth == 0 {
					start = before
					kept.dropBefore(start)
				}
				depth++
			}
			if depth > MaxDepth {
				return yield(&Record{Offset: before, Err: &Error{Offset: before, Reason: "elements nest too deeply"}})
			}
		case xml.EndElement:
			if depth == 0 {
				continue
			}
			if depth--; depth == 0 {
				raw := kept.slice(start, d.InputOffset())
				if err := yield(&Record{Offset: start, Length: len(raw), Raw: raw}); err != nil {
					return err
				}
			}
		}
		if depth == 0 {
			kept.dropBefore(d.InputOffset())
		}
		if d.InputOffset()-start > maxElement && depth > 0 {
			return yield(&Record{Offset: start, Err: &Error{Offset: start, Reason: "record is longer than 16 MiB"}})
		}
	}
}

// unreadable says why the document cannot be read on.
func unreadable(err error) string {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		return "cut record at end of file"
	}
	return fmt.Sprintf("malformed XML: %v", err)
}

// A window keeps the bytes of a stream from a position on.
type window struct {
	from int64
	b    []byte
}

func (w *window) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}

func (w *window) dropBefore(at int64) {
	n := copy(w.b, w.b[min(at-w.from, int64(len(w.b))):])
	w.b, w.from = w.b[:n], at
}

func (w *window) slice(from, to int64) []byte { return bytes.Clone(w.b[from-w.from : to-w.from]) }
