package actor

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// An AccessContext is who accessed one mailbox in one way: an actor by a
// session, or an address and client where there is none; anybody else by a
// client.
type AccessContext struct {
	actor                              *Actor
	mailbox, user, session, ip, client uint32
	way                                timeline.Flags // Bind, Sync, or 0 if the records do not say
	service, failed                    bool
}

// An access is what one context did.
type Access struct {
	AccessContext
	basis     string
	rows      []int
	messages  []uint32 // by number; sorted, once each
	folders   []string // as first written
	withoutID int      // accesses that records count without naming the message

	seen map[string]bool // folders, folded
}

// Accesses are all access to mail, by context.
type Accesses struct {
	P                  *analysis.Pass
	Acts               *Attribution
	ByContext          map[AccessContext]*Access
	order              []*Access
	Numbers            map[mail.MessageID]uint32 // messages in the order in which they are met, from 0
	Outside            []bool                    // by message: whether it was accessed outside service traffic
	Throttled          []int
	Bind, Sync, Unread int
}

// Gather groups the records by context.
func (a *Accesses) Gather(rows []int) {
	t := a.P.Timeline
	serviceClient := make([]bool, t.Cardinality(timeline.ColClientRaw))
	for code := range serviceClient {
		serviceClient[code] = a.P.Reference.ServiceClient(t.Value(timeline.ColClientRaw, uint32(code)))
	}
	var others, actors accessRecords
	for _, row := range rows {
		if t.Has(row, timeline.Throttled) {
			a.Throttled = append(a.Throttled, row)
		}
		way := timeline.Flags(0)
		switch {
		case t.Has(row, timeline.Sync):
			way = timeline.Sync
			a.Sync++
		case t.Has(row, timeline.Bind):
			way = timeline.Bind
			a.Bind++
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
func (a *Accesses) add(row int, way timeline.Flags, service bool) *Access {
	t := a.P.Timeline
	c := AccessContext{mailbox: t.Folded(timeline.ColMailbox, row), user: t.Folded(timeline.ColUser, row), client: t.Code(timeline.ColClientRaw, row), way: way, service: service, failed: t.Outcome(row) == timeline.Failure}
	basis := ""
	if !service {
		c.actor, basis = a.Acts.At(row)
	}
	if c.actor != nil {
		c.session, c.ip = t.Code(timeline.ColSession, row), t.Code(timeline.ColIP, row)
	}
	g := a.ByContext[c]
	if g == nil {
		g = &Access{AccessContext: c, basis: basis, seen: map[string]bool{}}
		a.ByContext[c] = g
		a.order = append(a.order, g)
	}
	g.rows = append(g.rows, row)
	return g
}

// in notes a folder.
func (g *Access) in(folder string) {
	if key := strings.ToLower(folder); folder != "" && !g.seen[key] {
		g.seen[key] = true
		g.folders = append(g.folders, folder)
	}
}

// name notes a message that was accessed.
func (a *Accesses) name(g *Access, id mail.MessageID) {
	if g.failed {
		return
	}
	n, known := a.Numbers[id]
	if !known {
		n = uint32(len(a.Outside))
		a.Numbers[id] = n
		a.Outside = append(a.Outside, false)
	}
	a.Outside[n] = a.Outside[n] || !g.service
	g.messages = append(g.messages, n)
}

// accessRecords are records that are to be read again, with their contexts.
type accessRecords struct {
	rows []int
	of   []*Access
}

func (r *accessRecords) add(row int, g *Access) {
	r.rows = append(r.rows, row)
	r.of = append(r.of, g)
}

// read takes the messages and folders that records list and, where the details
// are wanted, how many accesses they count beyond the messages that they name.
func (a *Accesses) read(list *accessRecords, want timeline.Wide) {
	type listed struct {
		ids     []mail.MessageID
		folders []string
		unnamed int
	}
	next := 0
	timeline.Reread(a.P.Timeline, list.rows, want, func(row int, ev *timeline.Event) listed {
		var l listed
		folder := a.P.Timeline.Text(timeline.ColFolder, row)
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
			a.Unread++
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
func (a *Accesses) subjects() []string {
	t := a.P.Timeline
	of := make([]string, len(a.Outside))
	note := func(id, subject string) {
		if n, ok := a.Numbers[mail.MessageIDOf(id)]; ok && of[n] == "" {
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

// blindFor is how long single messages are not recorded after throttling
// begins (Microsoft Learn: 24 hours).
const blindFor = 24 * time.Hour

// Findings makes a row of each context: accusing where its records are
// attributed to an actor, informing otherwise.
func (a *Accesses) Findings() []analysis.Row {
	t := a.P.Timeline
	subjects := a.subjects()
	var rows []analysis.Row
	for _, g := range a.order {
		r := cite.Informing(t, g.rows[0], g.rows[len(g.rows)-1])
		who := ""
		switch {
		case g.actor != nil && !g.failed:
			r = CiteActor(t, g.actor, g.rows)
			r.Severity, r.Confidence = Raised(g.actor, analysis.High), Confidence(g.basis)
			if g.way == timeline.Sync {
				r.Severity = Raised(g.actor, analysis.Critical)
			}
			who = Attributed(g.actor, g.basis)
			if g.withoutID > 0 {
				who += "; " + cite.Plural(g.withoutID, "access", "accesses") + " without a message id"
			}
		case g.service:
			who = "Microsoft's own traffic, by its client string"
		}
		r.Cells = cite.Cells(g.certainty(), len(g.rows), len(g.messages), g.folders, t.Value(timeline.ColClientRaw, g.client), g.subjectsOf(subjects), who)
		rows = append(rows, r)
	}
	return rows
}

func (g *Access) certainty() string {
	switch {
	case g.failed:
		return "none: the access failed"
	case len(g.messages) > 0:
		return "proved: messages are named"
	case g.way == timeline.Sync:
		return "presumed: the folder was copied"
	case g.way == timeline.Bind:
		return "unstated: messages were accessed, but none is named"
	}
	return "unstated: the records do not say how"
}

// BlindRows are the windows of mailboxes in which single messages are not
// recorded: accusing where an actor was active in the mailbox within one.
func (a *Accesses) BlindRows() []analysis.Row {
	t := a.P.Timeline
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
	active := map[uint32][]int{}
	for row := range a.Acts.Rows() {
		if box := t.Folded(timeline.ColMailbox, row); byMailbox[box] != nil {
			active[box] = append(active[box], row)
		}
	}
	var rows []analysis.Row
	for _, box := range order {
		list := byMailbox[box]
		for start := 0; start < len(list); {
			end := start + 1
			for end < len(list) && timeline.UnixNano(t, list[end])-timeline.UnixNano(t, list[end-1]) <= int64(blindFor) {
				end++
			}
			rows = append(rows, a.blindRow(list[start:end], active[box]))
			start = end
		}
	}
	return rows
}

// blindRow is the window that throttled records of a mailbox make, given the
// acts of actors in the mailbox.
func (a *Accesses) blindRow(throttled, acts []int) analysis.Row {
	t := a.P.Timeline
	from, to := timeline.UnixNano(t, throttled[0]), timeline.UnixNano(t, throttled[len(throttled)-1])+int64(blindFor)
	lo := sort.Search(len(acts), func(i int) bool { return timeline.UnixNano(t, acts[i]) >= from })
	hi := sort.Search(len(acts), func(i int) bool { return timeline.UnixNano(t, acts[i]) > to })
	r := cite.Informing(t, throttled[0], throttled[len(throttled)-1])
	who := ""
	if lo < hi {
		by, basis := a.Acts.At(acts[lo])
		for _, row := range acts[lo:hi] {
			if other, why := a.Acts.At(row); other.Severity > by.Severity {
				by, basis = other, why
			}
		}
		cites := slices.Concat(throttled, acts[lo:hi])
		slices.Sort(cites)
		r = cite.Citing(t, slices.Compact(cites))
		r.Severity, r.Confidence = Raised(by, analysis.Critical), Confidence(basis)
		who = Attributed(by, basis) + "; " + cite.Counted(hi-lo, "act") + " of a suspicious actor in the window: all mail of the mailbox must be presumed accessed"
	}
	until := "blind: single messages are not recorded until " + timeline.FormatTime(to)
	r.Cells = cite.Cells(until, len(throttled), 0, nil, cite.Join(cite.Distinct(t, timeline.ColClientRaw, throttled)), "", who)
	return r
}

// subjectsOf are the subjects of a context's messages, in order.
func (g *Access) subjectsOf(subjects []string) string {
	var found []string
	for _, n := range g.messages {
		if s := subjects[n]; s != "" {
			found = append(found, s)
		}
	}
	slices.Sort(found)
	return cite.Join(slices.Compact(found))
}
