package report

import (
	"fmt"
	"slices"
	"time"

	"becforensics/ingest"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// summarySheet says on one page what was read and what was found.
func summarySheet(c *Case, full Sheet) Sheet {
	s := Sheet{Name: summaryName, Title: title(c), Tab: "0072B2"}
	s.Intro = slices.Concat(caseLines(c), evidenceLines(c), full.Intro, reviewLines(c), conclusionLines(c))
	s.Columns = []Column{
		{Name: "Analysis", Doc: "The sheet with the rows of the analysis.", Width: 28},
		{Name: "Worst", Doc: "Highest severity among its rows.", Width: 12},
		{Name: "Suspicious rows", Doc: "Rows of severity low or more.", Width: 14},
		{Name: "Rows", Doc: "All rows, those that only inform included.", Width: 8},
		{Name: "Result", Doc: "What the analysis says in a sentence.", Width: 100, Wrap: true},
	}
	var rows [][]Cell
	for _, r := range found(c.Results) {
		sheet := r.Analyzer.Title
		if r.Analyzer.Name == coverage {
			sheet = coverageName
		}
		rows = append(rows, []Cell{link(r.Analyzer.Title, sheet), severity(worst(r.Finding)), count(accusing(r.Finding)), count(len(r.Finding.Rows)), text(r.Finding.Summary)})
	}
	for _, r := range quiet(c.Results) {
		rows = append(rows, []Cell{text(r.Analyzer.Title), text(r.Status.String()), count(0), count(0), text(quietLine(r))})
	}
	for _, name := range []string{keyName, timelineName, evidenceName, rejectsName, methodologyName} {
		rows = append(rows, []Cell{link(name, name), text(""), {}, {}, text(sheetDocs[name])})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

var sheetDocs = map[string]string{
	keyName:         "The records that suspicious rows rest on, in time order.",
	timelineName:    "The events of the case.",
	evidenceName:    "Every file with its hash, what it was taken for and its record counts.",
	rejectsName:     "Every record that could not be read, with its reason.",
	methodologyName: "How the analyses work, and with which versions, settings and tables they ran.",
}

// found are the results with rows, those that accuse most first.
func found(results []*analysis.Result) []*analysis.Result {
	kept := slices.DeleteFunc(slices.Clone(results), func(r *analysis.Result) bool { return r.Status != analysis.Found })
	slices.SortStableFunc(kept, func(a, b *analysis.Result) int { return int(worst(b.Finding)) - int(worst(a.Finding)) })
	return kept
}

// quietLine words an absence: never as if the thing had not happened.
func quietLine(r *analysis.Result) string {
	switch r.Status {
	case analysis.Skipped:
		return "Not run: " + r.Reason
	case analysis.Failed:
		return "Failed: " + r.Reason
	}
	line := "Nothing in the evidence read meets this analysis's criteria; see Coverage and limits for what the evidence does not hold."
	if r.Finding != nil && r.Finding.Summary != "" {
		line = r.Finding.Summary + " " + line
	}
	return line
}

func caseLines(c *Case) []string {
	var lines []string
	k := c.Settings.Case
	for _, p := range [][2]string{{"Case", k.Number}, {"Client", k.Client}, {"Examiner", k.Examiner}, {"Counsel", k.Counsel}, {"Report date", k.ReportDate}, {"Marking", k.Marking}, {"TLP", k.TLP}} {
		if p[1] != "" {
			lines = append(lines, p[0]+": "+p[1])
		}
	}
	return lines
}

// evidenceLines say what was read, and add up.
func evidenceLines(c *Case) []string {
	byStatus := map[ingest.Status]int{}
	var records, events, contexts, duplicates, rejects int
	for _, f := range c.Files {
		byStatus[f.Status]++
		records += f.Records
		events += f.Events
		contexts += f.Contexts
		duplicates += f.Duplicates
		rejects += f.Rejects
	}
	t := c.Timeline
	lines := append(timelessLines(c), refusedContainers(c.Files)...)
	lines = append(lines, fmt.Sprintf("Evidence: %s; %d read in full, %d in part, %d not recognised, %d refused. %s = %s + %s + %s + %s.",
		plural(len(c.Files), "file"), byStatus[ingest.Read], byStatus[ingest.Partial], byStatus[ingest.Unrecognised], byStatus[ingest.Refused],
		plural(records, "record"), plural(events, "event"), plural(contexts, "context row"), plural(duplicates, "duplicate"), plural(rejects, "reject")))
	if timed := t.Timed(); timed > 0 {
		beside := ""
		if zone := zoneOf(c); zone != nil {
			beside = fmt.Sprintf(" (%s and %s in %s)", local(t.Time(0), zone), local(t.Time(timed-1), zone), zone)
		}
		lines = append(lines, fmt.Sprintf("The events lie between %s and %s UTC%s and concern %s and %s.",
			t.Time(0).Format(time.DateTime), t.Time(timed-1).Format(time.DateTime), beside,
			many(distinct(t, timeline.ColMailbox), "named mailbox", "named mailboxes"), plural(distinct(t, timeline.ColUser), "account")))
	}
	return lines
}

// mostRefused keeps the summary on its page; Coverage and limits has all.
const mostRefused = 10

// refusedContainers say first of all of which containers a part is missing.
func refusedContainers(files []ingest.File) []string {
	var lines []string
	n := 0
	for _, f := range files {
		if !f.IsRefusedContainer() {
			continue
		}
		if n++; n <= mostRefused {
			lines = append(lines, fmt.Sprintf("Not read in full: %s %s: %s.", f.Item.ID, f.Name, f.Reason))
		}
	}
	if n > mostRefused {
		lines = append(lines, fmt.Sprintf("Not read in full: %s more.", plural(n-mostRefused, "container")))
	}
	return lines
}

// timelessLines name the files without a time that can be read, before all that
// is counted by time.
func timelessLines(c *Case) []string {
	var lines []string
	for _, f := range c.Files {
		if f.Timeless() {
			lines = append(lines, fmt.Sprintf("No time could be read in %q: its %s stand at the end of the timeline, and nothing that goes by time sees them.", f.Name, plural(f.Untimed, "event")))
		}
	}
	return lines
}

func distinct(t *timeline.Timeline, c timeline.Col) int {
	fold := t.Fold(c)
	seen := make([]bool, t.Cardinality(c))
	n := 0
	for row := range t.Len() {
		if code := fold[t.Code(c, row)]; code != 0 && !seen[code] {
			seen[code] = true
			n++
		}
	}
	return n
}

func conclusionLines(c *Case) []string {
	rows := 0
	for _, r := range found(c.Results) {
		rows += accusing(r.Finding)
	}
	if rows == 0 {
		return []string{
			"No row of any analysis is suspicious. That is a statement about the evidence read, not about what happened: see Coverage and limits.",
			"Examiner's conclusion: ",
		}
	}
	return []string{
		plural(rows, "row") + " of severity low or more stand below. Each is consistent with a compromise and has innocent look-alikes, which its sheet names; none is proof by itself.",
		"Examiner's conclusion: ",
	}
}
