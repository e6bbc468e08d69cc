package bec

import (
	"fmt"
	"strconv"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

var stacks = &analysis.Analyzer{
	Name:  "stacks",
	Title: "Stacks",
	Doc: analysis.Doc{
		Question: "What is frequent and what is rare, over the estate and in each mailbox?",
		Method: "Every value of the client types, applications, user agents (without versions), networks, countries and operations is counted over all events, rarest by days first, with distinct days (UTC) and users. " +
			"The client types of each mailbox as the export writes them, and the countries of each user's successful logons, are counted by source. Of each list the 1,000 rarest values are shown.",
		Limits:   "Rarity accuses nobody. Counts depend on what the exports hold: compare them with the coverage. Records that repeat another are left out; the service's own records are included.",
		Innocent: "Most rare values are a new device, an update or a journey.",
		Confirm:  "Follow a rare value to its records by the stack and timeline commands.",
	},
	Columns: []analysis.Column{
		{Name: "Stack", Doc: "what is counted"},
		{Name: "Source", Doc: "kind of export, where counted by source"},
		{Name: "Of", Doc: "mailbox or user, where counted for each"},
		{Name: "Value", Doc: "the value"},
		{Name: "Events", Doc: "events with it", Kind: analysis.Number},
		{Name: "Days", Doc: "distinct UTC dates", Kind: analysis.Number},
		{Name: "Users", Doc: "distinct users", Kind: analysis.Number},
		{Name: "First", Doc: "first event", Kind: analysis.Moment},
		{Name: "Last", Doc: "last event", Kind: analysis.Moment},
	},
	Version: 1,
	References: []string{
		"CrowdStrike, Hiding in Plain Sight, 2018: stack, look for the least frequent",
	},
	Run: runStacks,
}

// stackRows is how many values of one stack are shown: a sheet is read by
// people, and the stack command gives the whole.
const stackRows = 1000

func runStacks(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	f := &analysis.Finding{}
	values := 0
	for _, s := range stackings(p) {
		counts := s.count(t)
		values += len(counts)
		if len(counts) > stackRows {
			f.Notes = append(f.Notes, fmt.Sprintf("%s: %d values, of which the %d rarest are shown.", s.name, len(counts), stackRows))
			counts = counts[:stackRows]
		}
		for _, c := range counts {
			f.Rows = append(f.Rows, s.row(t, c))
		}
	}
	f.Summary = fmt.Sprintf("%s in stacks of %s.", cite.Counted(t.Len(), "event"), cite.Counted(values, "value"))
	return f, nil
}

func (s *stacking) row(t *timeline.Timeline, c *tally) analysis.Row {
	r := cite.Informing(t, c.firstRow, c.lastRow)
	r.User, r.Mailbox = "", ""
	r.IPs, r.Sessions = nil, nil
	switch {
	case s.each != nil && s.who == timeline.ColUser:
		r.User = c.of(s, t)
	case s.each != nil:
		r.Mailbox = c.of(s, t)
	}
	r.Cells = []string{
		s.name, c.key.source, c.of(s, t), s.text(c.key.value), strconv.Itoa(c.events), strconv.Itoa(c.days), strconv.Itoa(c.users),
		cite.Stamp(t.Time(c.firstRow)), cite.Stamp(t.Time(c.lastRow)),
	}
	return r
}
