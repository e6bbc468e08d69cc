// Package context decodes tables of state that collectors list beside the
// logs: permissions, audit settings, second factors, accounts. Their rows are
// context, never events. Which tables there are, and by which columns they are
// known, is in the reference table of context tables. Rules have a source of
// their own.
package context

import (
	"cmp"
	"slices"
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
			Fields: column.Fields{seen: column.At("CollectedAt", "CollectionTime", "CheckDate").Saying("when the state was seen")},
			Lacks:  []string{"AuditData", "Operation", "Operations", "activityDateTime", "CmdletName"}, // of events, which may be enriched by state
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

// tableOf finds the table that a file is: of several the one by most columns.
func tableOf(h *ingest.Head, tables *reference.Set) (reference.Row, bool) {
	var best reference.Row
	most := 0
	for row := range tables.Table(reference.ContextTables).Rows() {
		names := strings.Split(row.Get("names"), ";")
		if len(names) > most && !slices.ContainsFunc(names, func(names string) bool { return !h.HasAny(alternatives(names)...) }) {
			best, most = row, len(names)
		}
	}
	return best, most > 0
}

// alternatives are names of which a table has one at least: a|b.
func alternatives(names string) []string { return strings.Split(names, "|") }

func open(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	row, _ := tableOf(h, o.Reference)
	kind, _, _ := strings.Cut(row.Key(), " (") // behind it, which of the tables that list such
	t := &table{kind: kind, owner: alternatives(row.Get("owner")), key: alternatives(row.Get("key")), mailbox: o.MailboxFor(h.Name), fields: m}
	return &ingest.Decoder{Decode: t.decode, Finish: func(s *timeline.Source) {
		s.Layout = row.Key() + ": " + row.Get("sentence")
	}}, nil
}

type table struct {
	kind       string
	owner, key []string // columns, of which the first that is filled counts
	mailbox    string   // named by the examiner
	fields     *column.Map
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
				add(name, listed(v))
			}
		}
	}
	if len(c.Cells) == 0 {
		return ingest.Rejected("row is empty")
	}
	c.Owner, c.Key = cmp.Or(ownerOf(&c, t.owner), t.mailbox), first(&c, t.key)
	if reading, ok := clock.Parse(t.fields.Text(r, seen)); ok {
		c.Seen = time.Unix(0, reading.Nanos).UTC()
	}
	return ingest.IsContext(c)
}

// first is the first of several cells that is filled.
func first(c *timeline.Context, names []string) string {
	for _, name := range names {
		if s := c.Get(name); s != "" {
			return s
		}
	}
	return ""
}

// ownerOf is the owner that a row names. An identity may be that of something
// in a mailbox, mailbox\folder or mailbox:\folder.
func ownerOf(c *timeline.Context, names []string) string {
	owner, _, _ := strings.Cut(first(c, names), `\`)
	return strings.TrimSuffix(owner, ":")
}

// listed is a value that is no text: a list of texts as cells have it, an object
// of Exchange by its name, anything else as it stands.
func listed(v rows.Value) string {
	var parts []string
	for e := range v.Elements() {
		if !e.IsString() {
			return string(v.Raw())
		}
		parts = append(parts, e.Text())
	}
	if v.IsArray() {
		return strings.Join(parts, ";")
	}
	if name := v.Get("Name").Text(); name != "" && v.Get("DistinguishedName").Exists() { // a recipient or folder of Exchange
		return name
	}
	return string(v.Raw())
}
