package bec

import (
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
)

// An accessContext is who accessed one mailbox in one way: an actor by a
// session, or an address and client where there is none; anybody else by a
// client.
type accessContext struct {
	actor                              *actor
	mailbox, user, session, ip, client uint32
	way                                timeline.Flags // Bind, Sync, or 0 if the records do not say
	service, failed                    bool
}

// An access is what one context did.
type access struct {
	accessContext
	basis     string
	rows      []int
	messages  []uint32 // by number; sorted, once each
	folders   []string // as first written
	withoutID int      // accesses that records count without naming the message

	seen map[string]bool // folders, folded
}

// accesses are all access to mail, by context.
type accesses struct {
	p                  *analysis.Pass
	acts               *attribution
	byContext          map[accessContext]*access
	order              []*access
	numbers            map[mail.MessageID]uint32 // messages in the order in which they are met, from 0
	outside            []bool                    // by message: whether it was accessed outside service traffic
	throttled          []int
	bind, sync, unread int
}

// gather groups the records by context.
func (a *accesses) gather(rows []int) {
	t := a.p.Timeline
	serviceClient := make([]bool, t.Cardinality(timeline.ColClientRaw))
	for code := range serviceClient {
		serviceClient[code] = a.p.Reference.ServiceClient(t.Value(timeline.ColClientRaw, uint32(code)))
	}
	var others, actors accessRecords
	for _, row := range rows {
		if t.Has(row, timeline.Throttled) {
			a.throttled = append(a.throttled, row)
		}
		way := timeline.Flags(0)
		switch {
		case t.Has(row, timeline.Sync):
			way = timeline.Sync
			a.sync++
		case t.Has(row, timeline.Bind):
			way = timeline.Bind
			a.bind++
		}
		g := a.add(row, way, serviceClient[t.Code(timeline.ColClientRaw, row)] && t.Has(row, timeline.Service))
		g.in(t.Text(timeline.ColFolder, row))
		one := t.Code(timeline.ColMessageID, row) != 0 && !t.Inferred(timeline.ColMessageID, row) && way != timeline.Sync
		if one {
			a.name(g, mail.MessageIDOf(t.Text(timeline.ColMessageID, row)))
		}
		switch {
		case g.actor != nil && way == timeline.Bind:
			actors.add(row, g)
		case !one:
			others.add(row, g)
		}
	}
	a.read(&others, timeline.WideMessages)
	a.read(&actors, timeline.WideMessages|timeline.WideDetails)
	for _, g := range a.order {
		slices.Sort(g.messages)
		g.messages = slices.Compact(g.messages)
	}
}

// add notes a record with its context.
func (a *accesses) add(row int, way timeline.Flags, service bool) *access {
	t := a.p.Timeline
	c := accessContext{mailbox: t.Folded(timeline.ColMailbox, row), user: t.Folded(timeline.ColUser, row), client: t.Code(timeline.ColClientRaw, row), way: way, service: service, failed: t.Outcome(row) == timeline.Failure}
	basis := ""
	if !service {
		c.actor, basis = a.acts.at(row)
	}
	if c.actor != nil {
		c.session, c.ip = t.Code(timeline.ColSession, row), t.Code(timeline.ColIP, row)
	}
	g := a.byContext[c]
	if g == nil {
		g = &access{accessContext: c, basis: basis, seen: map[string]bool{}}
		a.byContext[c] = g
		a.order = append(a.order, g)
	}
	g.rows = append(g.rows, row)
	return g
}

// in notes a folder.
func (g *access) in(folder string) {
	if key := strings.ToLower(folder); folder != "" && !g.seen[key] {
		g.seen[key] = true
		g.folders = append(g.folders, folder)
	}
}

// name notes a message that was accessed.
func (a *accesses) name(g *access, id mail.MessageID) {
	if g.failed {
		return
	}
	n, known := a.numbers[id]
	if !known {
		n = uint32(len(a.outside))
		a.numbers[id] = n
		a.outside = append(a.outside, false)
	}
	a.outside[n] = a.outside[n] || !g.service
	g.messages = append(g.messages, n)
}

// accessRecords are records that are to be read again, with their contexts.
type accessRecords struct {
	rows []int
	of   []*access
}

func (r *accessRecords) add(row int, g *access) {
	r.rows = append(r.rows, row)
	r.of = append(r.of, g)
}

// read takes the messages and folders that records list and, where the details
// are wanted, how many accesses they count beyond the messages that they name.
func (a *accesses) read(list *accessRecords, want timeline.Wide) {
	type listed struct {
		ids     []mail.MessageID
		folders []string
		unnamed int
	}
	next := 0
	timeline.Reread(a.p.Timeline, list.rows, want, func(row int, ev *timeline.Event) listed {
		var l listed
		folder := a.p.Timeline.Text(timeline.ColFolder, row)
		for i := range ev.Messages {
			m := &ev.Messages[i]
			if m.MessageID != "" {
				l.ids = append(l.ids, mail.MessageIDOf(m.MessageID))
			}
			if m.Folder != folder {
				folder = strings.Clone(m.Folder)
				l.folders = append(l.folders, folder)
			}
		}
		if want&timeline.WideDetails != 0 {
			count, _ := strconv.Atoi(timeline.PlainMembers(ev.Details)["OperationCount"])
			l.unnamed = max(0, count-len(l.ids))
		}
		return l
	}, func(_ int, l listed, err error) {
		g := list.of[next]
		next++
		if err != nil {
			a.unread++
			return
		}
		g.withoutID += l.unnamed
		for _, folder := range l.folders {
			g.in(folder)
		}
		if g.way != timeline.Sync {
			for _, id := range l.ids {
				a.name(g, id)
			}
		}
	})
}

// subjects are those of the messages by number, from wherever the evidence has
// them; empty where it has none.
func (a *accesses) subjects() []string {
	t := a.p.Timeline
	of := make([]string, len(a.outside))
	note := func(id, subject string) {
		if n, ok := a.numbers[mail.MessageIDOf(id)]; ok && of[n] == "" {
			of[n] = subject
		}
	}
	seen := make([]bool, t.Cardinality(timeline.ColMessageID))
	for row := range t.Len() {
		code := t.Code(timeline.ColMessageID, row)
		if code != 0 && !seen[code] && t.Code(timeline.ColSubject, row) != 0 {
			seen[code] = true
			note(t.Value(timeline.ColMessageID, code), t.Text(timeline.ColSubject, row))
		}
	}
	for _, c := range t.Context() {
		if c.Kind == timeline.MessageContext {
			note(c.Get("message_id"), c.Get("subject"))
		}
	}
	return of
}
