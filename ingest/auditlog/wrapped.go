package auditlog

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// searchJSON is a row of Search-UnifiedAuditLog as JSON.
var searchJSON = &ingest.Layout{
	Name: "Search-UnifiedAuditLog JSON",
	Doc: "Search-UnifiedAuditLog through ConvertTo-Json or Export-Clixml, by hand, by Microsoft-Extractor-Suite (JSON and JSONL) or DFIR-O365RC. AuditData is a string or an object, " +
		"dates may be written as /Date(…)/; a window of one record is a bare object.",
	TimeDesc: timeDesc,
	Fields:   wrapFields,
	Parts:    auditPart,
	Marks:    column.Marks{{wData}},
	Only:     rows.JSON,
	Lacks:    []string{"auditLogRecordType"},
	Open:     openWrapped,
}

// graphJSON is a record of a Graph audit log query.
var graphJSON = &ingest.Layout{
	Name: "Graph audit log query",
	Doc: "Records of security/auditLog/queries, as pages or an array, with AuditData as an object. PowerShell's client may put its content " +
		"into dynamicProperties or AdditionalProperties. A page with a nextLink that is not followed makes the export incomplete.",
	TimeDesc: timeDesc,
	Fields:   wrapFields,
	Parts:    auditPart,
	Marks:    column.Marks{{wType}, {wTime}},
	Only:     rows.JSON,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if h.Has("auditLogRecordType", "createdDateTime") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openWrapped,
}

// A wrappedDecoder decodes records that have AuditData as a member.
type wrappedDecoder struct {
	*decoder
	fields *column.Map
}

func openWrapped(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	d := &wrappedDecoder{newDecoder(m, o, searchCaps...), m}
	return &ingest.Decoder{Decode: d.decode, Finish: d.finish}, nil
}

func (d *wrappedDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	if !r.Value.IsObject() {
		return ingest.Rejected("record is no JSON object but " + article(r.Value))
	}
	data := d.fields.Value(r, wData)
	if !data.Exists() && r.Value.Get(d.names.Name(kCreationTime)).Exists() {
		return d.decodeObject(r, ev)
	}
	p := properties{rec: r, names: d.names, plain: d.plain}
	switch text := data.Text(); {
	case data.IsObject():
		ev.Content = data.Raw()
		d.readObject(&p, data, ev)
	case text != "":
		d.readData(&p, []byte(text), ev)
	default:
		d.bare.Add(1)
		ev.Flags |= timeline.Partial
		ev.Content = r.Raw
	}
	out := d.wrap(wrappingOf(d.fields, r), ev)
	if ev.Wants(timeline.WideDetails) && !p.object.Exists() {
		ev.Details = d.fields.Rest(r)
	}
	return out
}
