package mailboxaudit

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

var xmlLayout = &ingest.Layout{
	Name:     "SearchResult.xml",
	Doc:      "The attachment that New-MailboxAuditLogSearch mailed: an Event element a record, its facts in attributes. Items stand in elements below it.",
	TimeDesc: timeDesc,
	Fields:   recordFields,
	Only:     rows.XML,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if bytes.Contains(h.Bytes, []byte("<SearchResults")) && bytes.Contains(h.Bytes, []byte("<Event ")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		var order clock.Order
		return &ingest.Decoder{
			Each: eachEvent,
			At: func(raw []byte) (*rows.Record, error) {
				return &rows.Record{Raw: raw, Length: len(raw)}, nil
			},
			Decode: func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
				attributes, err := attributesOf(r.Raw)
				if err != nil {
					return ingest.Rejected(err.Error())
				}
				ev.Content = r.Raw
				if ev.Wants(timeline.WideDetails) {
					ev.Details = attributes.rest(m)
				}
				return fill(ev, o.Reference, &order, func(f int) string { return attributes.get(m, f) })
			},
			Finish: func(s *timeline.Source) { s.DayFirst, s.DateOrder = order.Decide() },
		}, nil
	},
}

// maxEvent bounds one Event element.
const maxEvent = 16 << 20

// errDoctype refuses documents that define entities.
var errDoctype = errors.New("document type declarations are not read")

// eachEvent cuts the document into its Event elements.
func eachEvent(in io.Reader, yield func(*rows.Record) error) error {
	kept := &window{}
	d := xml.NewDecoder(io.TeeReader(in, kept))
	d.Strict = true
	depth, start := 0, int64(0)
	for {
		before := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if depth > 0 {
				return yield(&rows.Record{Offset: start, Err: &rows.Error{Offset: start, Reason: "cut record at end of file"}})
			}
			return nil
		}
		if err != nil {
			if depth == 0 {
				start = before
			}
			return yield(&rows.Record{Offset: start, Err: &rows.Error{Offset: before, Reason: unreadable(err)}})
		}
		switch t := token.(type) {
		case xml.Directive:
			return yield(&rows.Record{Offset: before, Err: &rows.Error{Offset: before, Reason: errDoctype.Error()}})
		case xml.StartElement:
			if depth > 0 || t.Name.Local == "Event" {
				if depth == 0 {
					start = before
					kept.dropBefore(start)
				}
				depth++
			}
			if depth > rows.MaxDepth {
				return yield(&rows.Record{Offset: before, Err: &rows.Error{Offset: before, Reason: "elements nest too deeply"}})
			}
		case xml.EndElement:
			if depth == 0 {
				continue
			}
			if depth--; depth == 0 {
				raw := kept.slice(start, d.InputOffset())
				if err := yield(&rows.Record{Offset: start, Length: len(raw), Raw: raw}); err != nil {
					return err
				}
			}
		}
		if depth == 0 {
			kept.dropBefore(d.InputOffset())
		}
		if d.InputOffset()-start > maxEvent && depth > 0 {
			return yield(&rows.Record{Offset: start, Err: &rows.Error{Offset: start, Reason: "record is longer than 16 MiB"}})
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

// facts are what an Event says, by the names of attributes and elements; of
// items below it the values are in lists.
type facts map[string][]string

// attributesOf reads the attributes of an Event and what the elements below it
// say.
func attributesOf(raw []byte) (facts, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	out := facts{}
	name, item := "", false
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("malformed XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			name, item = t.Name.Local, t.Name.Local == "Item"
			for _, a := range t.Attr {
				key := a.Name.Local
				if item {
					key = "Item" + key
				}
				out[key] = append(out[key], a.Value)
			}
		case xml.CharData:
			if text := string(bytes.TrimSpace(t)); text != "" {
				out[name] = append(out[name], text)
			}
		}
	}
}

// itemFields are the fields that list what items say.
var itemFields = map[int]string{fMessageIDs: "ItemInternetMessageId", fSubjects: "ItemSubject"}

// get is a field's value, if there is but one; of items the list.
func (a facts) get(m *column.Map, f int) string {
	if name, ok := itemFields[f]; ok && len(a[name]) > 1 {
		return strings.Join(a[name], ";")
	}
	for _, name := range m.Names(f) {
		if v := a[name]; len(v) == 1 {
			return v[0]
		}
	}
	return ""
}

// rest is a JSON object of what no field took.
func (a facts) rest(m *column.Map) string {
	left := maps.Clone(a)
	for f := range recordFields {
		for _, name := range m.Names(f) {
			if len(left[name]) == 1 && !recordFields[f].Looks() {
				delete(left, name)
			}
		}
		delete(left, itemFields[f])
	}
	if len(left) == 0 {
		return ""
	}
	text, err := json.Marshal(left)
	if err != nil {
		return ""
	}
	return string(text)
}
