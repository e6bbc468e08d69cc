package mailboxaudit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

var xmlLayout = &ingest.Layout{
	Name:     "SearchResult.xml",
	Doc:      "The attachment that New-MailboxAuditLogSearch mailed: an Event element a record, its facts in attributes. Items stand in elements below it.",
	Columns:  []string{"LastAccessed", "Operation", "OperationResult", "LogonType", "Owner", "LogonUserDisplayName", "ClientIPAddress", "ClientInfoString"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.Shape.Kind == rows.XML && bytes.Contains(h.Bytes, []byte("<SearchResults")) && bytes.Contains(h.Bytes, []byte("<Event ")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
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
				out := fill(ev, o.Reference, &order, func(f int) string {
					for _, name := range names[f] {
						if v := attributes[name]; v != "" {
							return v
						}
					}
					return ""
				})
				ev.Content = r.Raw
				return out
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
			return yield(&rows.Record{Offset: before, Err: &rows.Error{Offset: before, Reason: fmt.Sprintf("malformed XML: %v", err)}})
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

// attributesOf reads the attributes of an Event and the texts of the elements
// below it.
func attributesOf(raw []byte) (map[string]string, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	out := map[string]string{}
	name := ""
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
			name = t.Name.Local
			for _, a := range t.Attr {
				if out[a.Name.Local] == "" {
					out[a.Name.Local] = a.Value
				}
			}
		case xml.CharData:
			if text := string(bytes.TrimSpace(t)); text != "" && out[name] == "" {
				out[name] = text
			}
		}
	}
}
