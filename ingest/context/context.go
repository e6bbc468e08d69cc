// Package context decodes tables of state that collectors list beside the
// logs: permissions, audit settings, second factors, accounts. Their rows are
// context, never events. Which tables there are, and by which columns they are
// known, is in the reference table of context tables. Rules have a source of
// their own.
package context

import (
	"strings"
	"time"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// Source is the tables of state.
var Source = &ingest.Source{
	Name:  "context",
	Title: "State of the tenant",
	Doc: "Tables of the Microsoft-Extractor-Suite and of cmdlets that say how things stood when somebody listed them: mailbox permissions, audit settings, " +
		"second factors, application grants, accounts, devices. They say nothing about when it came to be so.",
	Wants: "the columns of one of the known tables of state",
	Layouts: []*ingest.Layout{
		{
			Name:   "table of state",
			Doc:    "CSV or JSON, a row an object, of which all columns are kept. The columns by which each table is known are in the reference table context_tables.",
			Fields: column.Fields{seen: column.At("CollectedAt", "CollectionTime").Saying("when the state was seen")},
			Detect: func(h *ingest.Head, o *ingest.Options) ingest.Match {
				if _, ok := tableOf(h, o.Reference); ok {
					return ingest.Strong
				}
				return ingest.None
			},
			Open: open,
		},
	},
}

// seen is when the state was seen, where the collector says so.
const seen = 0

// tableOf finds the table that a file is.
func tableOf(h *ingest.Head, tables *reference.Set) (reference.Row, bool) {
	for row := range tables.Table(reference.ContextTables).Rows() {
		if h.Has(strings.Split(row.Get("names"), ";")...) {
			return row, true
		}
	}
	return reference.Row{}, false
}

func open(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	row, _ := tableOf(h, o.Reference)
	t := &table{kind: row.Key(), owner: row.Get("owner"), key: row.Get("key"), fields: m}
	return &ingest.Decoder{Decode: t.decode, Finish: func(s *timeline.Source) {
		s.Layout = t.kind + ": " + row.Get("sentence")
	}}, nil
}

type table struct {
	kind, owner, key string
	fields           *column.Map
}

func (t *table) decode(r *rows.Record, _ *timeline.Event) ingest.Outcome {
	c := timeline.Context{Kind: t.kind}
	add := func(name, value string) {
		if value != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: strings.Clone(name), Value: strings.Clone(value)})
		}
	}
	if header := t.fields.Header(); header != nil {
		for i, name := range header {
			add(strings.TrimSpace(name), r.Cell(i))
		}
	} else {
		for name, v := range r.Value.Members() {
			if text := v.Text(); text != "" || v.IsString() {
				add(name, text)
			} else if !v.IsNull() {
				add(name, string(v.Raw()))
			}
		}
	}
	if len(c.Cells) == 0 {
		return ingest.Rejected("row is empty")
	}
	c.Owner, c.Key = c.Get(t.owner), c.Get(t.key)
	if reading, ok := clock.Parse(t.fields.Text(r, seen)); ok {
		c.Seen = time.Unix(0, reading.Nanos).UTC()
	}
	return ingest.IsContext(c)
}
