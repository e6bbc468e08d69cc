package mail

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// An AccessContext is who accessed one mailbox in one way: a known owner by a
// session, or an address and client where there isn't one; anybody else by a
// client.
type AccessContext struct {
	Owner                      int // whose it is; 0 is nobody known
	Mailbox, user, session, ip uint32
	Client                     uint32
	Way                        timeline.Flags // Bind, Sync, or 0 if the records do not say
	Service, Failed            bool
}

// An Access is what one context did.
type Access struct {
	AccessContext
	First     int // row of the first record
	Last      int
	Records   int
	Rows      []int    // of the records, where the owner is known
	Messages  int      // distinct messages that the records name
	Subjects  []string // of these, sorted, where the evidence has them
	Folders   []string // as first written
	WithoutID int      // accesses that records count without naming the message

	number uint32
	seen   map[string]bool // folders, folded
	folder uint32          // code of the folder that was noted last
}

// Accesses are all access to mail, by context.
type Accesses struct {
	p          *analysis.Pass
	owner      func(row int) int
	byContext  map[AccessContext]*Access
	named      namings
	All        []*Access // in the order of their first record
	Records    int
	Messages   int // distinct messages that records name
	Outside    int // of these, how many were accessed outside service traffic
	Throttled  []int
	Bind, Sync int
}

// GatherAccesses groups the records of mail access by context. owner numbers whose
// act a row is, and gives 0 where nobody is known.
func GatherAccesses(p *analysis.Pass, owner func(row int) int) *Accesses {
	a := &Accesses{p: p, owner: owner, byContext: map[AccessContext]*Access{}}
	t := p.Timeline
	serviceClient := make([]bool, t.Cardinality(timeline.ColClientRaw))
	for code := range serviceClient {
		serviceClient[code] = a.p.Reference.ServiceClient(t.Value(timeline.ColClientRaw, uint32(code)))
	}
	var others, owned accessRecords
	var single []singleMessage
	for row := range AccessRows(p) {
		a.Records++
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
		if folder := t.Code(timeline.ColFolder, row); folder != g.folder {
			g.folder = folder
			g.in(t.Value(timeline.ColFolder, folder))
		}
		if t.Code(timeline.ColRequest, row) != 0 {
			a.name(g, requested(t, row))
			continue
		}
		one := t.Code(timeline.ColMessageID, row) != 0 && !t.Inferred(timeline.ColMessageID, row) && way != timeline.Sync
		if one {
			single = append(single, singleMessage{t.Code(timeline.ColMessageID, row), g.number})
		}
		switch {
		case g.Owner != 0 && way == timeline.Bind:
			owned.add(row, g)
		case !one:
			others.add(row, g)
		}
	}
	a.nameSingle(single)
	a.read(&others, timeline.WideMessages)
	a.read(&owned, timeline.WideMessages|timeline.WideDetails)
	a.named.sort()
	a.countMessages()
	a.readSubjects()
	return a
}

// requested is the message that a request reads, by its item where the evidence
// does not join that to a message id.
func requested(t *timeline.Timeline, row int) MessageID {
	if id := t.Text(timeline.ColMessageID, row); id != "" {
		return messageIDOf(id)
	}
	return messageIDOf("item " + t.Text(timeline.ColItemID, row))
}

// add notes a record with its context.
func (a *Accesses) add(row int, way timeline.Flags, service bool) *Access {
	t := a.p.Timeline
	c := AccessContext{Mailbox: t.Folded(timeline.ColMailbox, row), user: t.Folded(timeline.ColUser, row), Client: t.Code(timeline.ColClientRaw, row), Way: way, Service: service, Failed: t.Outcome(row) == timeline.Failure}
	if !service {
		c.Owner = a.owner(row)
	}
	if c.Owner != 0 {
		c.session, c.ip = t.Code(timeline.ColSession, row), t.Code(timeline.ColIP, row)
	}
	g := a.byContext[c]
	if g == nil {
		g = &Access{AccessContext: c, First: row, number: uint32(len(a.All)), seen: map[string]bool{}}
		a.byContext[c] = g
		a.All = append(a.All, g)
	}
	g.Last = row
	g.Records++
	if g.Owner != 0 {
		g.Rows = append(g.Rows, row)
	}
	return g
}

// in notes a folder.
func (g *Access) in(folder string) {
	if key := strings.ToLower(folder); folder != "" && !g.seen[key] {
		g.seen[key] = true
		g.Folders = append(g.Folders, folder)
	}
}

// name notes a message that was accessed. In which order is of no matter.
func (a *Accesses) name(g *Access, id MessageID) {
	if !g.Failed {
		a.named.add(naming{id, g.number})
	}
}

// accessRecords are records whose messages are to be read, with their contexts.
type accessRecords struct {
	rows []int
	of   []uint32 // number of the context
}

func (r *accessRecords) add(row int, g *Access) {
	r.rows = append(r.rows, row)
	r.of = append(r.of, g.number)
}

// read takes the messages and folders that records list and, where the details
// are wanted, how many accesses they count beyond the messages that they name.
func (a *Accesses) read(list *accessRecords, want timeline.Wide) {
	type named struct {
		access uint32
		folder string
	}
	type place struct{ row, message int }
	first := map[named]*place{}
	var noting sync.Mutex
	t := a.p.Timeline
	timeline.VisitWide(t, list.rows, want, func(i int, w timeline.WideValues) {
		row, g := list.rows[i], a.All[list.of[i]]
		var room [16]MessageID
		ids := room[:0]
		for k := range w.Messages {
			if id := w.Messages[k].MessageID; id != "" {
				ids = append(ids, messageIDOf(id))
			}
		}
		unnamed := 0
		if want&timeline.WideDetails != 0 {
			count, _ := strconv.Atoi(timeline.PlainMembers(w.Details)["OperationCount"])
			unnamed = max(0, count-len(ids))
		}
		noting.Lock()
		defer noting.Unlock()
		g.WithoutID += unnamed
		folder := t.Text(timeline.ColFolder, row)
		for k := range w.Messages {
			if in := w.Messages[k].Folder; in != folder {
				folder = in
				if before := first[named{g.number, in}]; before == nil {
					first[named{g.number, strings.Clone(in)}] = &place{row, k}
				} else if row < before.row {
					*before = place{row, k}
				}
			}
		}
		if g.Way != timeline.Sync {
			for _, id := range ids {
				a.name(g, id)
			}
		}
	})
	order := slices.SortedFunc(maps.Keys(first), func(x, y named) int {
		return cmp.Or(cmp.Compare(first[x].row, first[y].row), cmp.Compare(first[x].message, first[y].message))
	})
	for _, f := range order {
		a.All[f.access].in(f.folder)
	}
}
