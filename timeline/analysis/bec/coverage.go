package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var coverage = &analysis.Analyzer{
	Name:  "coverage",
	Title: "Coverage",
	Doc:   explain("coverage"),
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "refused, span, gap, cut, throttled, retention, absent, unrecognised or conflict"},
		{Name: "Source", Doc: "kind of export"},
		{Name: "Evidence", Doc: "id and name of the file, or the mailbox"},
		{Name: "Note", Doc: "what was observed and what it means", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Kind", "Source", "Evidence"},
	Needs:      []analysis.Need{analysis.Operations, mail.Holdings},
	Thresholds: []*analysis.Threshold{gapChance, gapDays, retentionSlack},
	Points:     []*analysis.Point{throttleHours},
	Version:    1,
	Run:        runCoverage,
}

// Kinds of coverage rows, in the order in which they are shown.
const (
	kindRefused      = "refused"
	kindSpan         = "span"
	kindGap          = "gap"
	kindCut          = "cut"
	kindThrottled    = "throttled"
	kindRetention    = "retention"
	kindAbsent       = "absent"
	kindUnrecognised = "unrecognised"
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
	c := mail.Holdings.Of(p)
	var list []coverageRow
	sources := slices.Clone(p.Timeline.Sources())
	slices.SortStableFunc(sources, func(a, b *timeline.Source) int { return timelessFirst(b) - timelessFirst(a) })
	for _, s := range sources {
		list = append(list, fileRows(s, c.Untimed[s.Evidence], c.Conflicts[s.Evidence])...)
	}
	limits := gapLimits{p.Threshold(gapDays), p.Threshold(gapChance)}
	for _, r := range c.Holdings {
		span := c.Spans[r.Source]
		list = append(list, gaps(r, p.Timeline, span[0], span[1], limits)...)
	}
	list = append(list, fullPages(p)...)
	list = append(list, throttles(p)...)
	list = append(list, retentions(p)...)
	list = append(list, absences(p, c)...)
	f := &analysis.Finding{}
	counts := map[string]int{}
	for _, kind := range []string{kindRefused, kindSpan, kindGap, kindCut, kindThrottled, kindRetention, kindAbsent, kindUnrecognised, kindConflict} {
		for _, r := range list {
			if r.kind == kind {
				counts[kind]++
				f.Rows = append(f.Rows, analysis.Row{
					Severity: analysis.Info, Confidence: analysis.Firm, Mailbox: r.mailbox, First: r.first, Last: r.last,
					Cells: cite.Cells(r.kind, r.source, r.evidence, r.note), Origins: r.origins,
				})
			}
		}
	}
	timeless := 0
	for _, s := range sources {
		timeless += timelessFirst(s)
	}
	if timeless > 0 {
		f.Summary = fmt.Sprintf("No time could be read in %s. ", cite.Counted(timeless, "file"))
	}
	f.Summary += fmt.Sprintf("%s with %s; %s, %s of cut exports, %s of throttled mail access, %s of what is absent.",
		cite.Counted(len(p.Timeline.Sources()), "file"), cite.Counted(p.Timeline.Len(), "event"), cite.Counted(counts[kindGap], "gap"),
		cite.Counted(counts[kindCut], "note"), cite.Counted(counts[kindThrottled], "window"), cite.Counted(counts[kindAbsent], "note"))
	if n := counts[kindRefused]; n > 0 {
		f.Summary = fmt.Sprintf("Not read, or not in full: %s. %s", cite.Counted(n, "file"), f.Summary)
	}
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
	case s.Source != "" && !s.Container:
		add(kindSpan, spanned(s, untimed))
		list[0].first, list[0].last = timeline.Instant(s.First), timeline.Instant(s.Last)
	}
	if conflicts > 0 {
		add(kindConflict, cite.Counted(conflicts, "record")+" with the id of another and different content: both are kept and flagged")
	}
	for _, n := range s.Notes {
		add(string(n.Kind), n.Text)
	}
	return list
}

// spanned says in words what a file holds and how it was read.
func spanned(s *timeline.Source, untimed int) string {
	words := []string{s.Layout, fmt.Sprintf("%s: %s, %d context, %s, %s", cite.Counted(s.Records, "record"), cite.Counted(s.Events, "event"), s.Contexts, cite.Counted(s.Duplicates, "duplicate"), cite.Counted(s.Rejects, "reject"))}
	if s.First != 0 || s.Last != 0 {
		words = append(words, timeline.FormatTime(s.First)+" to "+timeline.FormatTime(s.Last))
	}
	switch {
	case s.Timeless():
		words = slices.Insert(words, 0, "no time could be read in any of its events")
	case untimed > 0:
		words = append(words, cite.Counted(untimed, "event")+" without a usable time")
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
		words = append(words, fmt.Sprintf("of it %s %s, %s", p.Source, p.Layout, cite.Counted(p.Records, "record")))
	}
	words = append(words, s.Trust.Words()...)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "; ")
}

// fullPages reports mailboxes whose Activities are an exact number of full
// pages: what is last in a page may be what was last collected.
func fullPages(p *analysis.Pass) []coverageRow {
	type mailbox struct {
		source        string
		records, page int
	}
	pages := map[string]mailbox{}
	var order []string
	for _, s := range p.Timeline.Sources() {
		if s.PageSize == 0 || s.Records == 0 {
			continue
		}
		key := strings.ToLower(s.Mailbox)
		if key == "" {
			key = file(s)
		}
		if _, ok := pages[key]; !ok {
			order = append(order, key)
		}
		pages[key] = mailbox{s.Source, pages[key].records + s.Records, s.PageSize}
	}
	var list []coverageRow
	for _, key := range order {
		if m := pages[key]; m.records%m.page == 0 {
			list = append(list, coverageRow{kind: kindCut, source: m.source, evidence: key, note: fmt.Sprintf("%d records are exactly %d full pages of %d: the collection may have stopped between pages", m.records, m.records/m.page, m.page)})
		}
	}
	return list
}

// throttleHours is how long Microsoft stops the auditing of accesses to
// single messages once a mailbox has too many records.
var throttleHours = &analysis.Point{Name: "coverage.throttle_hours", Value: 24, Doc: "hours for which accesses to single messages are not recorded after throttling begins"}

// throttles reports the times in which accesses to single messages were not
// recorded, for each mailbox; windows that touch are one.
func throttles(p *analysis.Pass) []coverageRow {
	t := p.Timeline
	last := map[uint32]int{}
	blind := time.Duration(throttleHours.Value * float64(time.Hour))
	var list []coverageRow
	for row := range t.Timed() {
		if !t.Has(row, timeline.Throttled) {
			continue
		}
		box := t.Folded(timeline.ColMailbox, row)
		end := t.Time(row).Add(blind)
		if i, ok := last[box]; ok && !t.Time(row).After(list[i].last) {
			list[i].last = end
			list[i].origins = []timeline.Origin{list[i].origins[0], t.Origin(row)}
			continue
		}
		last[box] = len(list)
		list = append(list, coverageRow{kind: kindThrottled, source: t.Source(row).Source, evidence: t.Value(timeline.ColMailbox, box), mailbox: t.Value(timeline.ColMailbox, box), first: t.Time(row), last: end, origins: []timeline.Origin{t.Origin(row)}})
	}
	for i := range list {
		list[i].note = fmt.Sprintf("from %s to %s accesses to single messages were not recorded in full: all mail of the mailbox must be presumed accessed by whoever was active in it then", cite.Stamp(list[i].first), cite.Stamp(list[i].last))
	}
	return list
}

// gapChance is how seldom the mailbox's own weekdays would leave a run of days
// silent by chance for it to be reported.
var gapChance = &analysis.Threshold{Name: "coverage.gap_chance", Value: 0.01, Doc: "chance by the mailbox's own weekdays up to which a run of days without records is reported"}

// gapDays are the active days that show a pattern; fewer show none.
var gapDays = &analysis.Threshold{Name: "coverage.gap_days", Value: 10, Doc: "days with records from which on a mailbox's weekdays show a pattern"}

// gapLimits are the thresholds of gaps in one run.
type gapLimits struct{ days, chance float64 }

// gaps are the runs of days without records that do not fit the mailbox's own
// pattern of weekdays, between the first and the last day of the whole source.
func gaps(r *mail.Holding, t *timeline.Timeline, first, last int32, limits gapLimits) []coverageRow {
	if r.Who == 0 || float64(len(r.Days)) < limits.days {
		return nil
	}
	var list []coverageRow
	for _, g := range timeline.Gaps(r.Days, first, last, limits.chance) {
		name := r.Name(t)
		list = append(list, coverageRow{
			kind: kindGap, source: r.Source, evidence: name, mailbox: name, first: timeline.Midnight(g.First), last: timeline.Midnight(g.Last + 1),
			note: fmt.Sprintf("no record from %s to %s (%s), where about %.0f active days were to be expected by its own weekdays: absence of evidence in these days says nothing about what was done",
				cite.Date(g.First), cite.Date(g.Last), cite.Counted(int(g.Last-g.First)+1, "day"), g.Expected),
		})
	}
	return list
}

// retentionSlack is how close to a log's term a span must be to look cut off
// by it.
var retentionSlack = &analysis.Threshold{Name: "coverage.retention_days", Value: 4, Doc: "days by which a span may differ from how long the log is kept and still look cut off by it"}

// retentions reports spans that are as long as the log is kept: what is older
// was gone when the export was made.
func retentions(p *analysis.Pass) []coverageRow {
	type ends struct{ first, last int64 }
	spans := map[string]*ends{}
	for _, s := range p.Timeline.Exports() {
		if s.First == 0 && s.Last == 0 {
			continue
		}
		e := spans[s.Source]
		if e == nil {
			spans[s.Source] = &ends{s.First, s.Last}
			continue
		}
		e.first, e.last = min(e.first, s.First), max(e.last, s.Last)
	}
	slack := int(p.Threshold(retentionSlack))
	var list []coverageRow
	for row := range p.Reference.Table(reference.LogRetention).Rows() {
		e := spans[row.Get("export")]
		if e == nil {
			continue
		}
		days := int(timeline.Day(e.last) - timeline.Day(e.first))
		term := row.Int("days")
		if days >= term-slack && days <= term+slack {
			list = append(list, coverageRow{
				kind: kindRetention, source: row.Get("export"), first: timeline.Instant(e.first), last: timeline.Instant(e.last),
				note: fmt.Sprintf("the records span %d days, and %s: what happened before %s may have been on record and gone when the export was made", days, row.Get("meaning"), timeline.FormatTime(e.first)),
			})
		}
	}
	return list
}

// absences reports exports and records that one expects.
func absences(p *analysis.Pass, c *mail.Survey) []coverageRow {
	if p.Timeline.Len() == 0 {
		return nil
	}
	t := p.Timeline
	exports := map[string]bool{}
	for _, s := range t.Exports() {
		exports[s.Source] = true
	}
	var rows []coverageRow
	i := 0
	for row := range p.Reference.Table(reference.ExpectedRecords).Rows() {
		i++
		export, operation := row.Get("export"), row.Get("operation")
		add := func(evidence, what string) {
			rows = append(rows, coverageRow{kind: kindAbsent, source: export, evidence: evidence, note: what + ": " + row.Get("meaning")})
		}
		switch {
		case operation == "":
			if !exports[export] {
				add("", "no export of this kind in evidence")
			}
		case exports[export]:
			with, without := having(c, t, export, i)
			if with == 0 {
				add("", "no "+operation+" record")
			} else if len(without) > 0 {
				add(cite.Join(without), "no "+operation+" record for "+strconv.Itoa(len(without))+" of "+strconv.Itoa(with+len(without))+" mailboxes")
			}
		}
	}
	return rows
}

// having counts the holdings of an export with an expected record and names
// the mailboxes without it.
func having(c *mail.Survey, t *timeline.Timeline, export string, expected int) (with int, without []string) {
	owned := false
	for _, r := range c.Holdings {
		if r.Source == export && r.Has[expected] {
			with++
			owned = owned || r.Owned()
		}
	}
	for _, r := range c.Holdings {
		if owned && r.Source == export && !r.Has[expected] && r.Owned() {
			without = append(without, r.Name(t))
		}
	}
	slices.SortFunc(without, func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return with, without
}
