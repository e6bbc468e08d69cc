package report

import (
	"fmt"
	"io"
	"time"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// Schema of the findings as data.
const findingsSchema = "becforensics.findings/2"

type rejectDoc struct {
	Origin string `json:"origin"`
	Reason string `json:"reason"`
	Offset int64  `json:"offset"`
}

type rowDoc struct {
	ID         string         `json:"id"`
	Severity   string         `json:"severity"`
	Confidence string         `json:"confidence"`
	User       string         `json:"user"`
	Mailbox    string         `json:"mailbox"`
	Actor      string         `json:"actor"`
	First      *string        `json:"first"`
	Last       *string        `json:"last"`
	IPs        []string       `json:"ips"`
	Sessions   []string       `json:"sessions"`
	Cells      map[string]any `json:"cells"`
	Origins    []string       `json:"origins"`
	Review     *reviewDoc     `json:"review,omitempty"`
}

// WriteFindings writes a case as data, schema becforensics.findings/2: the
// same rows as the workbook's, under the same column names, with every origin.
// Each element of a list has a line of its own.
func WriteFindings(w io.Writer, c *Case) error {
	d, actors := newJSONWriter(w), actor.Actors.From(c.Conclusion)
	d.object(func() {
		d.member("schema", findingsSchema)
		d.member("tool", map[string]string{"version": c.Version})
		settings := map[string]string{}
		for _, u := range c.Settings.Used() {
			settings[u.Name] = u.Value
		}
		d.member("settings", settings)
		d.list("evidence", len(c.Files), func(i int) { d.value(c.Files[i].Account()) })
		rejects := c.Timeline.Rejects()
		d.list("rejects", len(rejects), func(i int) {
			d.value(rejectDoc{rejects[i].Origin.String(), rejects[i].Reason, rejects[i].Offset})
		})
		d.list("findings", len(c.Results), func(i int) { writeFinding(d, c.Results[i], actors) })
		writeFailures(d, c)
		writeActors(d, c)
		writeExposure(d, c)
		writeIndicators(d, c)
		writeQuestions(d, c)
	})
	if err := d.flush(); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

func writeFinding(d *jsonWriter, r *analysis.Result, actors *actor.Attribution) {
	var f analysis.Finding
	if r.Finding != nil {
		f = *r.Finding
	}
	d.object(func() {
		d.member("analysis", r.Analyzer.Name)
		d.member("title", r.Analyzer.Title)
		d.member("version", r.Analyzer.Version)
		d.member("family", r.Analyzer.Family)
		d.member("status", r.Status.String())
		d.member("reason", r.Reason)
		d.member("summary", f.Summary)
		d.list("rows", len(f.Rows), func(i int) { d.value(rowOf(r.Analyzer.Columns, &f.Rows[i], actors)) })
	})
}

func rowOf(columns []analysis.Column, row *analysis.Row, actors *actor.Attribution) rowDoc {
	d := rowDoc{
		ID:       row.ID,
		Severity: row.Severity.String(), Confidence: row.Confidence.String(), User: row.User, Mailbox: row.Mailbox,
		First: timeText(row.First), Last: timeText(row.Last), IPs: some(row.IPs), Sessions: some(row.Sessions), Cells: map[string]any{}, Origins: make([]string, len(row.Origins)), Review: reviewOf(row.Review),
	}
	if who := actors.ActorOf(row); who != nil {
		d.Actor = who.ID
	}
	for i, col := range columns {
		d.Cells[col.Name] = cellValue(col.Kind, row.Cells[i])
	}
	for i, o := range row.Origins {
		d.Origins[i] = o.String()
	}
	return d
}

// cellValue is a cell as data: text, a number, an RFC 3339 time, seconds of a
// duration, bytes of a size, or a list; null where the column doesn't apply and
// is neither text nor a list.
func cellValue(kind analysis.Kind, c analysis.Cell) any {
	switch {
	case kind == analysis.List:
		return some(c.List())
	case kind == analysis.Text:
		return c.Text()
	case !c.Set():
		return nil
	case kind == analysis.Moment:
		return c.String()
	case kind == analysis.Duration:
		return c.Span().Seconds()
	}
	return c.Number()
}

// some is a list that is written as [] rather than null.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func timeText(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339Nano)
	return &s
}
