package inboxrule

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Fields of a transport rule.
const (
	tName = iota
	tDescription
	tCreatedBy
	tWhenChanged
	tState
	tPriority
	tMode
)

// transport is the organisation's transport rules.
var transport = &ingest.Layout{
	Name: "transport rules",
	Doc:  "CSV of Get-TransportRule: rules that act on all mail of the organisation.",
	Fields: column.Fields{
		tName:        column.At("Name"),
		tDescription: column.At("Description"),
		tCreatedBy:   column.At("CreatedBy"),
		tWhenChanged: column.At("WhenChanged"),
		tState:       column.At("State"),
		tPriority:    column.At("Priority"),
		tMode:        column.At("Mode"),
	},
	Marks: column.Marks{{tName}, {tDescription}, {tState}, {tPriority}, {tMode}, {tCreatedBy, tWhenChanged}},
	Lacks: []string{"RuleIdentity"},
	Open: func(_ *ingest.Head, m *column.Map, _ *ingest.Options) (*ingest.Decoder, error) {
		return &ingest.Decoder{Decode: func(r *rows.Record, _ *timeline.Event) ingest.Outcome { return decodeTransport(r, m) }}, nil
	},
}

func decodeTransport(r *rows.Record, m *column.Map) ingest.Outcome {
	c := timeline.Context{Kind: KindTransport, Key: strings.Clone(m.Text(r, tName))}
	for f := tName; f <= tMode; f++ {
		if v := m.Text(r, f); v != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: m.Names(f)[0], Value: strings.Clone(v)})
		}
	}
	if len(c.Cells) == 0 {
		return ingest.Rejected("row holds no rule")
	}
	return ingest.IsContext(c)
}
