package report

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Schema of the findings as data.
const findingsSchema = "becforensics.findings/1"

type findingsDoc struct {
	Schema   string            `json:"schema"`
	Tool     map[string]string `json:"tool"`
	Settings map[string]string `json:"settings"`
	Evidence []evidenceDoc     `json:"evidence"`
	Rejects  []rejectDoc       `json:"rejects"`
	Findings []findingDoc      `json:"findings"`
	Actors   []struct{}        `json:"actors"`
	Exposure []struct{}        `json:"exposure"`
}

type evidenceDoc struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Parent     string  `json:"parent"`
	SHA256     string  `json:"sha256"`
	Size       int64   `json:"size"`
	Source     string  `json:"source"`
	Status     string  `json:"status"`
	Reason     string  `json:"reason"`
	Records    int     `json:"records"`
	Events     int     `json:"events"`
	Context    int     `json:"context"`
	Duplicates int     `json:"duplicates"`
	Rejects    int     `json:"rejects"`
	First      *string `json:"first"`
	Last       *string `json:"last"`
}

type rejectDoc struct {
	Origin string `json:"origin"`
	Reason string `json:"reason"`
	Offset int64  `json:"offset"`
}

type findingDoc struct {
	Analysis string   `json:"analysis"`
	Title    string   `json:"title"`
	Version  int      `json:"version"`
	Status   string   `json:"status"`
	Reason   string   `json:"reason"`
	Summary  string   `json:"summary"`
	Rows     []rowDoc `json:"rows"`
}

type rowDoc struct {
	Severity   string            `json:"severity"`
	Confidence string            `json:"confidence"`
	User       string            `json:"user"`
	Mailbox    string            `json:"mailbox"`
	First      *string           `json:"first"`
	Last       *string           `json:"last"`
	IPs        []string          `json:"ips"`
	Sessions   []string          `json:"sessions"`
	Cells      map[string]string `json:"cells"`
	Origins    []string          `json:"origins"`
}

// WriteFindings writes a case as data, schema becforensics.findings/1: the
// same rows as the workbook's, under the same column names, with every origin.
func WriteFindings(w io.Writer, c *Case) error {
	doc := findingsDoc{
		Schema: findingsSchema, Tool: map[string]string{"version": c.Version}, Settings: map[string]string{},
		Evidence: []evidenceDoc{}, Rejects: []rejectDoc{}, Findings: []findingDoc{}, Actors: []struct{}{}, Exposure: []struct{}{},
	}
	for _, u := range c.Settings.Used() {
		doc.Settings[u.Name] = u.Value
	}
	for _, f := range c.Files {
		e := evidenceDoc{
			Name: f.Name, Source: f.Source.Source, Status: string(f.Status), Reason: f.Reason, Records: f.Records, Events: f.Events,
			Context: f.Contexts, Duplicates: f.Duplicates, Rejects: f.Rejects, First: nanosText(f.First), Last: nanosText(f.Last),
		}
		if f.Item != nil {
			e.ID, e.Parent, e.SHA256, e.Size = f.Item.ID, f.Item.Parent, hex.EncodeToString(f.Item.SHA256[:]), f.Item.Size
		}
		doc.Evidence = append(doc.Evidence, e)
	}
	for _, r := range c.Timeline.Rejects() {
		doc.Rejects = append(doc.Rejects, rejectDoc{r.Origin.String(), r.Reason, r.Offset})
	}
	for _, r := range c.Results {
		doc.Findings = append(doc.Findings, findingOf(r))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

func findingOf(r *analysis.Result) findingDoc {
	d := findingDoc{Analysis: r.Analyzer.Name, Title: r.Analyzer.Title, Version: r.Analyzer.Version, Status: r.Status.String(), Reason: r.Reason, Rows: []rowDoc{}}
	if r.Finding == nil {
		return d
	}
	d.Summary = r.Finding.Summary
	for i := range r.Finding.Rows {
		row := &r.Finding.Rows[i]
		rd := rowDoc{
			Severity: row.Severity.String(), Confidence: row.Confidence.String(), User: row.User, Mailbox: row.Mailbox,
			First: timeText(row.First), Last: timeText(row.Last), IPs: some(row.IPs), Sessions: some(row.Sessions), Cells: map[string]string{}, Origins: make([]string, len(row.Origins)),
		}
		for j, col := range r.Analyzer.Columns {
			rd.Cells[col.Name] = row.Cells[j]
		}
		for j, o := range row.Origins {
			rd.Origins[j] = o.String()
		}
		d.Rows = append(d.Rows, rd)
	}
	return d
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

func nanosText(n int64) *string {
	if n == 0 {
		return nil
	}
	s := timeline.FormatTime(n)
	return &s
}
