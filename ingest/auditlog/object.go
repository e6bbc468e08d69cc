package auditlog

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// objects is AuditData without a container.
var objects = &ingest.Layout{
	Name: "AuditData objects",
	Doc: "AuditData itself, one a line, in an array or alone: Management API blobs, collectors' and SIEM lines, Microsoft-Extractor-Suite with AuditDataOnly, " +
		"the lines that Plaso reads. Copies of a SIEM may write numbers as text and keys in another case.",
	TimeDesc: timeDesc,
	Fields:   auditFields,
	Marks:    column.Marks{{kCreationTime}},
	Only:     rows.JSON,
	Lacks:    []string{"AuditData", rawEventData},
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		switch {
		case h.Has("RecordType") || h.Has("Operation") && h.Has("UserId") || h.Has("OrganizationId", "Id"):
			return ingest.Strong
		case h.Has("Operation") || h.Has("Workload"):
			return ingest.Weak
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o)
		return &ingest.Decoder{Decode: d.decodeObject, Finish: d.finish}, nil
	},
}

// decodeObject decodes a record that is an AuditData object.
func (d *decoder) decodeObject(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	if !r.Value.IsObject() {
		return ingest.Rejected("record is no JSON object but " + article(r.Value))
	}
	p := properties{rec: r, names: d.names, plain: d.plain}
	ev.Content = r.Raw
	d.readObject(&p, r.Value, ev)
	return d.wrap(wrapping{}, ev)
}

func article(v rows.Value) string {
	switch v.Kind() {
	case rows.Array, rows.Object:
		return "an " + v.Kind().String()
	}
	return "a " + v.Kind().String()
}
