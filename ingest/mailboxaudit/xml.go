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

// events are the records of what Exchange mailed.
var events = rows.Elements{Root: "SearchResults", Name: "Event"}

var xmlLayout = &ingest.Layout{
	Name:     "SearchResult.xml",
	Doc:      "The attachment that New-MailboxAuditLogSearch mailed: an Event element a record, its facts in attributes. Items stand in elements below it.",
	TimeDesc: timeDesc,
	Fields:   recordFields,
	Only:     rows.XML,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if events.In(h.Bytes, "LogonType") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		var order clock.Order
		return &ingest.Decoder{
			Each: events.Each,
			At:   events.At,
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
