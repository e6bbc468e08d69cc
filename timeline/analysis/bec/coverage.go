package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

var coverage = &analysis.Analyzer{
	Name:  "coverage",
	Title: "Coverage",
	Doc: analysis.Doc{
		Question: "What does the evidence cover, and where is it blind?",
		Method: "For each file: what it is, whose, its span, how its dates were read and what was left out. For each mailbox and source: days without records, judged against the weekdays on which the mailbox otherwise has some (a run is told when chance would leave it so once in 100 cases). " +
			"Further: counts that stand exactly at an export's cap, links to further pages, error bodies, lost cells, throttled mail access, spans as long as the log is kept, records and exports that one expects and does not find, records of one id with different content.",
		Limits:   "A gap may lie in the mailbox (leave, a public holiday), in the log or in the export: the evidence does not say which. That the export is whole cannot be shown from the export.",
		Innocent: "Gaps and caps accuse nobody.",
		Confirm:  "Export the period again with narrower windows and compare; ask who collected how.",
	},
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "span, gap, cut, throttled, retention, absent, unrecognised, refused or conflict"},
		{Name: "Source", Doc: "kind of export"},
		{Name: "Evidence", Doc: "id and name of the file, or the mailbox"},
		{Name: "Note", Doc: "what was observed and what it means", Kind: analysis.Prose},
	},
	Version: 1,
	Run:     runCoverage,
}

// Kinds of coverage rows, in the order in which they are shown.
const (
	kindSpan         = "span"
	kindGap          = "gap"
	kindCut          = "cut"
	kindThrottled    = "throttled"
	kindRetention    = "retention"
	kindAbsent       = "absent"
	kindUnrecognised = "unrecognised"
	kindRefused      = "refused"
	kindConflict     = "conflict"
)

// A coverageRow is a row while it is made.
type coverageRow struct {
	kind, source, evidence, note string
	mailbox                      string
	first, last                  time.Time
	origins                      []timeline.Origin
}

func runCoverage(p *analysis.Pass) (*analysis.Finding, error) {
	c := seen(p)
	var list []coverageRow
	sources := slices.Clone(p.Timeline.Sources())
	slices.SortStableFunc(sources, func(a, b *timeline.Source) int { return timelessFirst(b) - timelessFirst(a) })
	for _, s := range sources {
		list = append(list, fileRows(s, c.untimed[s.Evidence], c.conflicts[s.Evidence])...)
	}
	for _, r := range c.reaches {
		span := c.spans[r.source]
		list = append(list, r.gaps(p.Timeline, span[0], span[1])...)
	}
	list = append(list, fullPages(p)...)
	list = append(list, throttles(p)...)
	list = append(list, retentions(p)...)
	list = append(list, c.absences(p)...)
	f := &analysis.Finding{}
	counts := map[string]int{}
	for _, kind := range []string{kindSpan, kindGap, kindCut, kindThrottled, kindRetention, kindAbsent, kindUnrecognised, kindRefused, kindConflict} {
		for _, r := range list {
			if r.kind == kind {
				counts[kind]++
				f.Rows = append(f.Rows, analysis.Row{
					Severity: analysis.Info, Confidence: analysis.Firm, Mailbox: r.mailbox, First: r.first, Last: r.last,
					Cells: []string{r.kind, r.source, r.evidence, r.note}, Origins: r.origins,
				})
			}
		}
	}
	timeless := 0
	for _, s := range sources {
		timeless += timelessFirst(s)
	}
	if timeless > 0 {
		f.Summary = fmt.Sprintf("No time could be read in %s. ", counted(timeless, "file"))
	}
	f.Summary += fmt.Sprintf("%s with %s; %s, %s of cut exports, %s of throttled mail access, %s of what is absent.",
		counted(len(p.Timeline.Sources()), "file"), counted(p.Timeline.Len(), "event"), counted(counts[kindGap], "gap"),
		counted(counts[kindCut], "note"), counted(counts[kindThrottled], "window"), counted(counts[kindAbsent], "note"))
	return f, nil
}

// timelessFirst is 1 for a file without a time that can be read: coverage says
// so before all else.
func timelessFirst(s *timeline.Source) int {
	if s.Timeless() {
		return 1
	}
	return 0
}

// file names an evidence file in a cell.
func file(s *timeline.Source) string {
	if s.Evidence == 0 {
		return s.Name
	}
	return timeline.EvidenceID(s.Evidence) + " " + s.Name
}

// fileRows says what one file is and what its decoder noted.
func fileRows(s *timeline.Source, untimed, conflicts int) []coverageRow {
	var list []coverageRow
	add := func(kind, note string) {
		list = append(list, coverageRow{kind: kind, source: s.Source, evidence: file(s), note: note, mailbox: s.Mailbox})
	}
	noted := false
	for _, n := range s.Notes {
		noted = noted || n.Kind == kindUnrecognised || n.Kind == kindRefused
	}
	switch {
	case s.Source == "" && !noted:
		add(kindUnrecognised, "no kind of export was recognised: nothing of this file is in the timeline")
	case s.Source != "" && s.Source != "archive":
		add(kindSpan, spanned(s, untimed))
		list[0].first, list[0].last = instant(s.First), instant(s.Last)
	}
	if conflicts > 0 {
		add(kindConflict, counted(conflicts, "record")+" with the id of another and different content: both are kept and flagged")
	}
	for _, n := range s.Notes {
		add(string(n.Kind), n.Text)
	}
	return list
}

func instant(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos).UTC()
}

// spanned says in words what a file holds and how it was read.
func spanned(s *timeline.Source, untimed int) string {
	words := []string{s.Layout, fmt.Sprintf("%s: %s, %d context, %s, %s", counted(s.Records, "record"), counted(s.Events, "event"), s.Contexts, counted(s.Duplicates, "duplicate"), counted(s.Rejects, "reject"))}
	if s.First != 0 || s.Last != 0 {
		words = append(words, timeline.FormatTime(s.First)+" to "+timeline.FormatTime(s.Last))
	}
	switch {
	case s.Timeless():
		words = slices.Insert(words, 0, "no time could be read in any of its events")
	case untimed > 0:
		words = append(words, counted(untimed, "event")+" without a usable time")
	}
	if s.Mailbox != "" {
		words = append(words, "mailbox "+s.Mailbox+", learned from "+s.MailboxFrom)
	}
	if s.DateOrder != "" {
		words = append(words, "dates: "+s.DateOrder)
	}
	if s.Encoding != "" {
		words = append(words, s.Encoding)
	}
	if s.Envelope != "" {
		words = append(words, "read out of "+s.Envelope)
	}
	for _, p := range s.Parts {
		words = append(words, fmt.Sprintf("of it %s %s, %s", p.Source, p.Layout, counted(p.Records, "record")))
	}
	words = append(words, s.Trust.Words()...)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "; ")
}

// activitiesPage is the most records that the Activities API delivers a page
// ($top).
const activitiesPage = 1000

// fullPages reports mailboxes whose Activities are an exact number of full
// pages: what is last in a page may be what was last collected.
func fullPages(p *analysis.Pass) []coverageRow {
	records := map[string]int{}
	var order []string
	for _, s := range p.Timeline.Sources() {
		if s.Source != sourceActivities || s.Records == 0 {
			continue
		}
		key := strings.ToLower(s.Mailbox)
		if key == "" {
			key = file(s)
		}
		if _, ok := records[key]; !ok {
			order = append(order, key)
		}
		records[key] += s.Records
	}
	var list []coverageRow
	for _, key := range order {
		if n := records[key]; n%activitiesPage == 0 {
			list = append(list, coverageRow{kind: kindCut, source: sourceActivities, evidence: key, note: fmt.Sprintf("%d records are exactly %d full pages of %d: the collection may have stopped between pages", n, n/activitiesPage, activitiesPage)})
		}
	}
	return list
}

// throttleHours is how long Microsoft stops the auditing of accesses to
// single messages after 1,000 records in 24 hours.
const throttleHours = 24

// throttles reports the times in which accesses to single messages were not
// recorded, for each mailbox; windows that touch are one.
func throttles(p *analysis.Pass) []coverageRow {
	t := p.Timeline
	last := map[uint32]int{}
	var list []coverageRow
	for row := range t.Timed() {
		if !t.Has(row, timeline.Throttled) {
			continue
		}
		box := t.Folded(timeline.ColMailbox, row)
		end := t.Time(row).Add(throttleHours * time.Hour)
		if i, ok := last[box]; ok && !t.Time(row).After(list[i].last) {
			list[i].last = end
			list[i].origins = []timeline.Origin{list[i].origins[0], t.Origin(row)}
			continue
		}
		last[box] = len(list)
		list = append(list, coverageRow{kind: kindThrottled, source: t.Source(row).Source, evidence: t.Value(timeline.ColMailbox, box), mailbox: t.Value(timeline.ColMailbox, box), first: t.Time(row), last: end, origins: []timeline.Origin{t.Origin(row)}})
	}
	for i := range list {
		list[i].note = fmt.Sprintf("from %s to %s accesses to single messages were not recorded in full: all mail of the mailbox must be presumed accessed by whoever was active in it then", stamp(list[i].first), stamp(list[i].last))
	}
	return list
}
