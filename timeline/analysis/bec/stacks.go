package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// A stacking is one list of counts.
type stacking struct {
	name string
	col  timeline.Col
	of   []uint32 // number of the value of each code of the column; 0 is not counted
	text func(value uint32) string
	each func(row int) uint32 // code of the one it is counted for; nil for the estate
	who  timeline.Col         // the column of that code
	keep func(row int) bool   // nil for all rows
}

// A tally is the count of one value.
type tally struct {
	key                 tallyKey
	number              uint32
	events, days, users int
	firstRow, lastRow   int
	lastDay             int32
	lastUser            uint32
}

type tallyKey struct {
	source string
	each   uint32
	value  uint32
}

// of names the one that a tally is for.
func (c *tally) of(s *stacking, t *timeline.Timeline) string {
	if s.each == nil {
		return ""
	}
	return t.Value(s.who, c.key.each)
}

// count counts rows, which are in time order: a day other than the last is
// new.
func (s *stacking) count(t *timeline.Timeline) []*tally {
	all, users := map[tallyKey]*tally{}, map[uint64]bool{}
	people, timed := t.Fold(timeline.ColUser), t.Timed()
	var c *tally
	counted := make([]bool, len(s.of))
	for code, value := range s.of {
		counted[code] = value != 0
	}
	for row := range t.RowsWith(s.col, counted) {
		if s.keep != nil && !s.keep(row) {
			continue
		}
		key := tallyKey{value: s.of[t.Code(s.col, row)]}
		if s.each != nil {
			key.each, key.source = s.each(row), t.Source(row).Source
		}
		if c == nil || c.key != key {
			if c = all[key]; c == nil {
				c = &tally{key: key, number: uint32(len(all)), firstRow: row, lastDay: -1}
				all[key] = c
			}
		}
		c.events++
		c.lastRow = row
		if n, _ := t.Nanos(row); row < timed && timeline.Day(n) != c.lastDay {
			c.lastDay = timeline.Day(n)
			c.days++
		}
		if user := people[t.Code(timeline.ColUser, row)]; user != c.lastUser {
			c.lastUser = user
			if k := logon.Pair(c.number, user); user != 0 && !users[k] {
				users[k] = true
				c.users++
			}
		}
	}
	return s.sorted(t, all)
}

// sorted puts the rarest first, within each source and each mailbox or user.
func (s *stacking) sorted(t *timeline.Timeline, all map[tallyKey]*tally) []*tally {
	list := make([]*tally, 0, len(all))
	for _, c := range all {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *tally) int {
		return cmp.Or(cmp.Compare(a.key.source, b.key.source), cmp.Compare(a.of(s, t), b.of(s, t)), cmp.Compare(a.days, b.days),
			cmp.Compare(a.events, b.events), cmp.Compare(s.text(a.key.value), s.text(b.key.value)), cmp.Compare(a.firstRow, b.firstRow))
	})
	return list
}

// opMailboxLogin is the opening of a mailbox by a client that has signed in
// already: one sign-in may be followed by many.
const opMailboxLogin = "MailboxLogin"

// stackings are the lists, in the order in which they are shown.
func stackings(p *analysis.Pass) []*stacking {
	t := p.Timeline
	folded := func(name string, c timeline.Col) *stacking {
		return &stacking{name: name, col: c, of: t.Fold(c), text: func(v uint32) string { return t.Value(c, v) }}
	}
	families, names := logon.Agents.Of(p).Of, logon.Agents.Of(p).Names
	labels := numbered(t, timeline.ColClientRaw, clientLabel)
	countries := numbered(t, timeline.ColIP, func(string) string { return "" })
	networks := numbered(t, timeline.ColIP, func(string) string { return "" })
	for code := 1; code < t.Cardinality(timeline.ColIP); code++ {
		place := t.PlaceOf(uint32(code))
		countries.set(uint32(code), place.Country)
		if place.ASN != 0 {
			networks.set(uint32(code), fmt.Sprintf("AS%d %s", place.ASN, place.Network))
		}
	}
	box, user := t.Fold(timeline.ColMailbox), t.Fold(timeline.ColUser)
	classes := analysis.Operations.Of(p)
	admitted := func(row int) bool {
		return t.Outcome(row) == timeline.Success && classes[t.Code(timeline.ColOperation, row)] == analysis.ClassLogon
	}
	opens := make([]bool, t.Cardinality(timeline.ColOperation))
	if code, ok := t.Find(timeline.ColOperation, opMailboxLogin); ok {
		opens[code] = true
	}
	return []*stacking{
		{
			name: "client of mailbox", col: timeline.ColClientRaw, of: labels.of, text: labels.text, who: timeline.ColMailbox,
			each: func(row int) uint32 { return box[t.Code(timeline.ColMailbox, row)] },
			keep: func(row int) bool { return t.Code(timeline.ColMailbox, row) != 0 },
		},
		{
			name: "client of user", col: timeline.ColClientRaw, of: labels.of, text: labels.text, who: timeline.ColUser,
			each: func(row int) uint32 { return user[t.Code(timeline.ColUser, row)] },
			keep: func(row int) bool { return t.Code(timeline.ColMailbox, row) == 0 && t.Code(timeline.ColUser, row) != 0 },
		},
		{
			name: "country of successful logons", col: timeline.ColIP, of: countries.of, text: countries.text, who: timeline.ColUser,
			each: func(row int) uint32 { return user[t.Code(timeline.ColUser, row)] },
			keep: func(row int) bool { return admitted(row) && !opens[t.Code(timeline.ColOperation, row)] },
		},
		{
			name: "country of mailbox openings", col: timeline.ColIP, of: countries.of, text: countries.text, who: timeline.ColUser,
			each: func(row int) uint32 { return user[t.Code(timeline.ColUser, row)] },
			keep: func(row int) bool { return admitted(row) && opens[t.Code(timeline.ColOperation, row)] },
		},
		folded("client", timeline.ColClient),
		{name: "client as written", col: timeline.ColClientRaw, of: labels.of, text: labels.text},
		folded("application", timeline.ColApp),
		{name: "user agent", col: timeline.ColUserAgent, of: families, text: func(v uint32) string { return names[v] }},
		{name: "network", col: timeline.ColIP, of: networks.of, text: networks.text},
		{name: "country", col: timeline.ColIP, of: countries.of, text: countries.text},
		folded("operation", timeline.ColOperation),
	}
}

// numbers gives each code of a column the number of a text made of it.
type numbers struct {
	of     []uint32
	texts  []string
	number map[string]uint32
}

func numbered(t *timeline.Timeline, c timeline.Col, text func(string) string) *numbers {
	n := &numbers{of: make([]uint32, t.Cardinality(c)), texts: []string{""}, number: map[string]uint32{"": 0}}
	for code := 1; code < len(n.of); code++ {
		n.set(uint32(code), text(t.Value(c, uint32(code))))
	}
	return n
}

func (n *numbers) set(code uint32, text string) {
	number, ok := n.number[text]
	if !ok {
		number = uint32(len(n.texts))
		n.number[text] = number
		n.texts = append(n.texts, text)
	}
	n.of[code] = number
}

func (n *numbers) text(value uint32) string { return n.texts[value] }

// clientLabel is what a client text says of the client's kind: all before the
// first semicolon, for POP3/IMAP4 with the protocol.
func clientLabel(raw string) string {
	label, rest, cut := strings.Cut(raw, ";")
	if !cut || !strings.HasPrefix(label, "Client=POP3/IMAP4") {
		return label
	}
	protocol, _, _ := strings.Cut(rest, ";")
	if strings.HasPrefix(protocol, "Protocol=") {
		return label + ";" + protocol
	}
	return label
}

var stacks = &analysis.Analyzer{
	Name:  "stacks",
	Title: "Stacks",
	Doc:   explain("stacks"),
	Columns: []analysis.Column{
		{Name: "Stack", Doc: "what is counted"},
		{Name: "Source", Doc: "kind of export, where counted by source"},
		{Name: "Of", Doc: "mailbox or user, where counted for each"},
		{Name: "Value", Doc: "the value"},
		{Name: "Events", Doc: "events with it", Kind: analysis.Count},
		{Name: "Days", Doc: "distinct UTC dates", Kind: analysis.Count},
		{Name: "Users", Doc: "distinct users", Kind: analysis.Count},
		{Name: "First", Doc: "first event", Kind: analysis.Moment},
		{Name: "Last", Doc: "last event", Kind: analysis.Moment},
	},
	Key:        []string{"Stack", "Source", "Of", "Value"},
	Needs:      []analysis.Need{analysis.Operations, logon.Agents},
	Thresholds: []*analysis.Threshold{stackRows},
	Version:    1,
	References: []string{
		"CrowdStrike, Hiding in Plain Sight, 2018: stack, look for the least frequent",
	},
	Run: runStacks,
}

// stackRows is how many values of one stack are shown: a sheet is read by
// people, and the stack command gives the whole.
var stackRows = &analysis.Threshold{Name: "stacks.values", Value: 1000, Doc: "rarest values of one stack that are shown"}

func runStacks(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	f := &analysis.Finding{}
	values, most := 0, max(0, int(p.Threshold(stackRows)))
	for _, s := range stackings(p) {
		counts := s.count(t)
		values += len(counts)
		if len(counts) > most {
			f.Notes = append(f.Notes, fmt.Sprintf("%s: %d values, of which the %d rarest are shown.", s.name, len(counts), most))
			counts = counts[:most]
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
	r.Cells = cite.Cells(
		s.name, c.key.source, c.of(s, t), s.text(c.key.value), c.events, c.days, c.users,
		t.Time(c.firstRow), t.Time(c.lastRow),
	)
	return r
}
