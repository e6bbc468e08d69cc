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
		rows := newRowWriter(d, r.Analyzer.Columns, actors)
		d.list("rows", len(f.Rows), func(i int) { rows.row(&f.Rows[i]) })
	})
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
