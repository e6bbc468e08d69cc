package bec

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var mailAccess = &analysis.Analyzer{
	Name:  "mail-access",
	Title: "Mail access",
	Doc:   explain("mail-access"),
	Columns: []analysis.Column{
		{Name: "Certainty", Doc: "proved (named messages), none (a failed attempt), presumed (a folder copied), blind (throttled), unstated", Kind: analysis.Text},
		{Name: "Records", Doc: "number of records of the row", Kind: analysis.Count},
		{Name: "Messages", Doc: "distinct messages that the records name", Kind: analysis.Count},
		{Name: "Folders", Doc: "folders that the records name", Kind: analysis.List},
		{Name: "Client", Doc: "client of the records", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of the messages, where the evidence holds them", Kind: analysis.Text, Wrap: true},
		{Name: "Actor", Doc: "why the access is suspicious, and how it was attributed", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, "Certainty", analysis.KeySession, "Client"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, actor.Actors},
	Points:     []*analysis.Point{actor.BlindHours},
	Version:    4,
	Techniques: []string{"T1114.002"},
	References: []string{"Microsoft Learn, Use MailItemsAccessed to investigate compromised accounts", "elastic/detection-rules 7fc95782"},
	Acts:       runMailAccess,
}

func runMailAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	acts := actor.Actors.Of(p)
	a := mail.GatherAccesses(p, acts.Owner)
	if a.Records == 0 {
		return nil, analysis.Skip("no MailItemsAccessed record: the licence, the audit settings or the export may lack them, so nothing can be said of which messages were accessed")
	}
	f := &analysis.Finding{Rows: append(accessRows(t, a, acts), blindRows(t, a, acts)...)}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of mail access: %d bind, %d sync, %d throttled. %d distinct messages, %d of them outside service traffic.",
		cite.Counted(a.Records, "record"), a.Bind, a.Sync, len(a.Throttled), a.Messages, a.Outside)
	f.Notes = append(f.Notes, actor.AttributionNotes(p)...)
	return f, nil
}

// accessRows makes a row of each context: of low severity or more where its
// records are attributed to an actor, informing otherwise.
func accessRows(t *timeline.Timeline, a *mail.Accesses, acts *actor.Attribution) []analysis.Row {
	rows, made := make([]analysis.Row, 0, len(a.All)), cite.RowsOf(t)
	for _, g := range a.All {
		r := made.Informing(g.First, g.Last)
		who := ""
		switch {
		case g.Owner != 0 && !g.Failed:
			by, basis := acts.At(g.First)
			r = actor.CiteActor(t, by, g.Rows)
			r.Severity, r.Confidence = actor.Raised(by, analysis.High), actor.Confidence(basis)
			if g.Way == timeline.Sync {
				r.Severity = actor.Raised(by, analysis.Critical)
			}
			who = actor.Attributed(by, basis)
			if g.WithoutID > 0 {
				who += "; " + cite.Plural(g.WithoutID, "access", "accesses") + " without a message id"
			}
		case g.Service:
			who = "Microsoft's own traffic, by its client string"
		}
		r.Cells = made.Cells(certainty(g), g.Records, g.Messages, g.Folders, t.Value(timeline.ColClientRaw, g.Client), cite.Join(g.Subjects), who)
		rows = append(rows, r)
	}
	return rows
}

func certainty(g *mail.Access) string {
	switch {
	case g.Failed:
		return "none: the access failed"
	case g.Messages > 0:
		return "proved: messages are named"
	case g.Way == timeline.Sync:
		return "presumed: the folder was copied"
	case g.Way == timeline.Bind:
		return "unstated: messages were accessed, but none is named"
	}
	return "unstated: the records do not say how"
}

// blindRows are the windows of mailboxes in which single messages are not
// recorded: of severity where an actor was active in the mailbox within one.
func blindRows(t *timeline.Timeline, a *mail.Accesses, by *actor.Attribution) []analysis.Row {
	byMailbox := map[uint32][]int{}
	var order []uint32
	for _, row := range a.Throttled {
		if row >= t.Timed() {
			continue
		}
		box := t.Folded(timeline.ColMailbox, row)
		if byMailbox[box] == nil {
			order = append(order, box)
		}
		byMailbox[box] = append(byMailbox[box], row)
	}
	if len(order) == 0 {
		return nil
	}
	span := int64(actor.BlindHours.Int()) * int64(time.Hour)
	active := map[uint32][]int{}
	for row := range by.Rows() {
		if box := t.Folded(timeline.ColMailbox, row); byMailbox[box] != nil {
			active[box] = append(active[box], row)
		}
	}
	var rows []analysis.Row
	for _, box := range order {
		list := byMailbox[box]
		for start := 0; start < len(list); {
			end := start + 1
			for end < len(list) && timeline.UnixNano(t, list[end])-timeline.UnixNano(t, list[end-1]) <= span {
				end++
			}
			rows = append(rows, blindRow(t, list[start:end], span, active[box], by))
			start = end
		}
	}
	return rows
}

// blindRow is the window that throttled records of a mailbox make, a span after
// the last of them, given the acts of actors in the mailbox.
func blindRow(t *timeline.Timeline, throttled []int, span int64, acts []int, attribution *actor.Attribution) analysis.Row {
	from, to := timeline.UnixNano(t, throttled[0]), timeline.UnixNano(t, throttled[len(throttled)-1])+span
	lo := sort.Search(len(acts), func(i int) bool { return timeline.UnixNano(t, acts[i]) >= from })
	hi := sort.Search(len(acts), func(i int) bool { return timeline.UnixNano(t, acts[i]) > to })
	r := cite.Informing(t, throttled[0], throttled[len(throttled)-1])
	who := ""
	if lo < hi {
		by, basis := attribution.At(acts[lo])
		for _, row := range acts[lo:hi] {
			if other, why := attribution.At(row); other.Rank < by.Rank {
				by, basis = other, why
			}
		}
		cites := slices.Concat(throttled, acts[lo:hi])
		slices.Sort(cites)
		r = cite.Citing(t, slices.Compact(cites))
		r.Severity, r.Confidence = actor.Raised(by, analysis.Critical), actor.Confidence(basis)
		who = actor.Attributed(by, basis) + "; " + cite.Counted(hi-lo, "act") + " of a suspicious actor in the window: all mail of the mailbox must be presumed accessed"
	}
	until := "blind: single messages are not recorded until " + timeline.FormatTime(to)
	r.Cells = cite.Cells(until, len(throttled), 0, nil, cite.Join(cite.Distinct(t, timeline.ColClientRaw, throttled)), "", who)
	return r
}
