package auditlog

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// cmdletEvents are the records of what Exchange mailed.
var cmdletEvents = rows.Elements{Root: "SearchResults", Name: "Event"}

// adminXML is the log of cmdlets as Exchange mailed it.
var adminXML = &ingest.Layout{
	Name:     "SearchResult.xml of cmdlets",
	Doc:      "The attachment that New-AdminAuditLogSearch mailed: an Event element a cmdlet, its facts in attributes, parameters and modified properties in elements below it.",
	TimeDesc: adminLog.TimeDesc,
	Fields: column.Fields{
		aTime:       column.At("RunDate"),
		aCmdlet:     column.At("Cmdlet"),
		aParameters: column.At("CmdletParameters").Saying("stand in the rule column, as those of audit records do"),
		aCaller:     column.At("Caller"),
		aSucceeded:  column.At("Succeeded"),
		aError:      column.At("Error"),
		aObject:     column.At("ObjectModified"),
		aIP:         column.At("ClientIP"),
		aIdentity:   column.At("Identity"),
	},
	Only: rows.XML,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if cmdletEvents.In(h.Bytes, "Cmdlet") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &adminDecoder{decoder: newDecoder(m, o), fields: m}
		return &ingest.Decoder{
			Each: cmdletEvents.Each,
			At:   cmdletEvents.At,
			Decode: func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
				cmdlet, err := cmdletOf(r.Raw)
				if err != nil {
					return ingest.Rejected(err.Error())
				}
				out := d.decode(cmdlet, ev)
				ev.Content = r.Raw
				return out
			},
			Finish: d.finish,
		}, nil
	},
}

// cmdletOf is an Event as a JSON record: its attributes, and of each element
// below it a list of the attributes of those in it.
func cmdletOf(raw []byte) (*rows.Record, error) {
	members := map[string]any{}
	lists := map[string][]map[string]string{}
	d := xml.NewDecoder(bytes.NewReader(raw))
	var path []string
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("malformed XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			facts := map[string]string{}
			for _, a := range t.Attr {
				facts[a.Name.Local] = a.Value
			}
			switch len(path) {
			case 0:
				for name, value := range facts {
					members[name] = value
				}
			case 2:
				lists[path[1]] = append(lists[path[1]], facts)
			}
			path = append(path, t.Name.Local)
		case xml.EndElement:
			path = path[:max(len(path)-1, 0)]
		}
	}
	for name, list := range lists {
		members[name] = list
	}
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false)
	if err := out.Encode(members); err != nil {
		return nil, err
	}
	return rows.At(text.Bytes(), rows.Shape{Kind: rows.JSON})
}
