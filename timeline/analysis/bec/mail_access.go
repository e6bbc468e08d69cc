package bec

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

var mailAccess = &analysis.Analyzer{
	Name:  "mail-access",
	Title: "Mail access",
	Doc: analysis.Doc{
		Question: "Which messages were accessed, which must be presumed so, and where is the record blind?",
		Method: "MailItemsAccessed records by mailbox and client, those of a suspicious actor by session and address as well. Bind records name messages: these are proved accessed, counted as distinct internet message ids, never as sums, because repeats within an hour are not recorded and binds within two minutes are one record. " +
			"Sync records name a folder only: all of it is presumed copied. A throttled record makes the 24 hours after it blind for single messages: if a suspicious actor was active in the mailbox then, all of it is presumed accessed, which is critical. Records of Microsoft's own traffic are kept apart and counted. Access attributed to a suspicious actor is high, synchronising by him critical, each no more than his logons allow; access that nobody suspects only informs.",
		Limits:   "Accessed is not read by a person. The operation is recorded only under some licences and settings; no record does not mean that nothing was accessed. In a blind window absence says nothing. Counts show variety, not intensity.",
		Innocent: "The owner's own clients make the same records, with his addresses and sessions.",
		Confirm:  "Whose session and address it was; the message trace for subjects and senders of the ids.",
	},
	Columns: []analysis.Column{
		{Name: "Certainty", Doc: "proved (named messages), presumed (a folder copied), blind (throttled), unstated", Kind: analysis.Text},
		{Name: "Records", Doc: "number of records of the row", Kind: analysis.Number},
		{Name: "Messages", Doc: "distinct messages that the records name", Kind: analysis.Number},
		{Name: "Folders", Doc: "folders that the records name", Kind: analysis.Text},
		{Name: "Client", Doc: "client of the records", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of the messages, where the evidence holds them", Kind: analysis.Prose},
		{Name: "Actor", Doc: "why the access is suspicious, and how it was attributed", Kind: analysis.Prose},
	},
	Needs:      accusers,
	Version:    1,
	Techniques: []string{"T1114.002"},
	References: []string{"Microsoft Learn, Use MailItemsAccessed to investigate compromised accounts", "elastic/detection-rules 7fc95782"},
	Run:        runMailAccess,
}

// blindFor is how long single messages are not recorded after throttling
// begins (Microsoft Learn: 24 hours).
const blindFor = 24 * time.Hour

// An accessContext is who accessed one mailbox in one way: an actor by a
// session, or an address and client where there is none; anybody else by a
// client.
type accessContext struct {
	actor                              *actor
	mailbox, user, session, ip, client uint32
	way                                timeline.Flags // Bind, Sync, Throttled, or 0 if the records do not say
	service                            bool
}

// An access is what one context did.
type access struct {
	accessContext
	basis       string
	rows        []int
	ids         map[string]bool
	folders     map[string]bool
	withoutID   int // accesses that a record counts without naming the message
	folderNames []string
}

func runMailAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	rows := accessRows(t)
	if len(rows) == 0 {
		return nil, analysis.Skip("no MailItemsAccessed record: the licence, the audit settings or the export may lack them, so nothing can be said of which messages were accessed")
	}
	a := &accesses{p: p, acts: actors(p), byContext: map[accessContext]*access{}, outside: map[string]bool{}}
	a.gather(rows)
	f := &analysis.Finding{Rows: append(a.findings(), a.blindRows()...)}
	byTime(f.Rows)
	outside := 0
	for _, is := range a.outside {
		if is {
			outside++
		}
	}
	f.Summary = fmt.Sprintf("%s of mail access: %d bind, %d sync, %d throttled. %d distinct messages, %d of them outside service traffic.",
		counted(len(rows), "record"), a.bind, a.sync, len(a.throttled), len(a.outside), outside)
	if a.unread > 0 {
		f.Notes = append(f.Notes, counted(a.unread, "record")+" could not be read again for their messages.")
	}
	f.Notes = append(f.Notes, attributionNotes(p)...)
	return f, nil
}

// opMailAccess is the operation of mail access.
const opMailAccess = "MailItemsAccessed"

// accessRows are the rows of mail access, in time order.
func accessRows(t *timeline.Timeline) []int {
	var rows []int
	wanted := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range wanted {
		wanted[code] = strings.EqualFold(t.Value(timeline.ColOperation, uint32(code)), opMailAccess)
	}
	for row := range t.Len() {
		if wanted[t.Code(timeline.ColOperation, row)] {
			rows = append(rows, row)
		}
	}
	return rows
}

type accesses struct {
	p                  *analysis.Pass
	acts               *attribution
	byContext          map[accessContext]*access
	order              []*access
	outside            map[string]bool // distinct messages: whether one was accessed outside service traffic
	throttled          []int
	bind, sync, unread int
}

// gather reads the records' messages and groups them by context.
func (a *accesses) gather(rows []int) {
	t := a.p.Timeline
	serviceClient := make([]bool, t.Cardinality(timeline.ColClientRaw))
	for code := range serviceClient {
		serviceClient[code] = a.p.Reference.ServiceClient(t.Value(timeline.ColClientRaw, uint32(code)))
	}
	t.MessageRows(rows, func(w timeline.WideRow) {
		row := w.Row
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
		g := a.add(row, way, serviceClient[t.Code(timeline.ColClientRaw, row)])
		if folder := t.Text(timeline.ColFolder, row); folder != "" {
			g.in(folder)
		}
		if w.Err != nil {
			a.unread++
			return
		}
		named := 0
		for _, m := range w.Messages {
			if m.Folder != "" {
				g.in(m.Folder)
			}
			if id := strings.ToLower(m.MessageID); id != "" && way != timeline.Sync {
				named++
				g.ids[id] = true
				a.outside[id] = a.outside[id] || !g.service
			}
		}
		if g.actor != nil && way == timeline.Bind {
			_, details, _ := t.Wide(row)
			count, _ := strconv.Atoi(plainMembers(details)["OperationCount"])
			g.withoutID += max(0, count-named)
		}
	})
}

// in notes a folder.
func (g *access) in(folder string) {
	if key := strings.ToLower(folder); !g.folders[key] {
		g.folders[key] = true
		g.folderNames = append(g.folderNames, folder)
	}
}

func (a *accesses) add(row int, way timeline.Flags, service bool) *access {
	t := a.p.Timeline
	c := accessContext{mailbox: t.Folded(timeline.ColMailbox, row), user: t.Folded(timeline.ColUser, row), client: t.Code(timeline.ColClientRaw, row), way: way, service: service}
	basis := ""
	if !service {
		c.actor, basis = a.acts.at(row)
	}
	if c.actor != nil {
		c.session, c.ip = t.Code(timeline.ColSession, row), t.Code(timeline.ColIP, row)
	}
	g := a.byContext[c]
	if g == nil {
		g = &access{accessContext: c, basis: basis, ids: map[string]bool{}, folders: map[string]bool{}}
		a.byContext[c] = g
		a.order = append(a.order, g)
	}
	g.rows = append(g.rows, row)
	return g
}

// findings makes a row of each context: accusing where its records are
// attributed to an actor, informing otherwise.
func (a *accesses) findings() []analysis.Row {
	t := a.p.Timeline
	var rows []analysis.Row
	for _, g := range a.order {
		r := informing(t, g.rows[0], g.rows[len(g.rows)-1])
		who := ""
		switch {
		case g.actor != nil:
			r = citingActor(t, g.actor, g.rows)
			r.Severity, r.Confidence = raised(g.actor, analysis.High), confidence(g.basis)
			if g.way == timeline.Sync {
				r.Severity = raised(g.actor, analysis.Critical)
			}
			who = attributed(g.actor, g.basis)
			if g.withoutID > 0 {
				who += "; " + plural(g.withoutID, "access", "accesses") + " without a message id"
			}
		case g.service:
			who = "Microsoft's own traffic, by its client string"
		}
		r.Cells = []string{g.certainty(), strconv.Itoa(len(g.rows)), strconv.Itoa(len(g.ids)), list(g.folderNames), t.Value(timeline.ColClientRaw, g.client), a.subjects(g), who}
		rows = append(rows, r)
	}
	return rows
}

func (g *access) certainty() string {
	switch {
	case len(g.ids) > 0:
		return "proved: messages are named"
	case g.way == timeline.Sync:
		return "presumed: the folder was copied"
	case g.way == timeline.Bind:
		return "unstated: messages were accessed, but none is named"
	}
	return "unstated: the records do not say how"
}

// blindRows are the windows of mailboxes in which single messages are not
// recorded: accusing where an actor was active in the mailbox within one.
func (a *accesses) blindRows() []analysis.Row {
	t := a.p.Timeline
	byMailbox := map[uint32][]int{}
	var order []uint32
	for _, row := range a.throttled {
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
	for row := range a.acts.rows() {
		if box := t.Folded(timeline.ColMailbox, row); byMailbox[box] != nil {
			active[box] = append(active[box], row)
		}
	}
	var rows []analysis.Row
	for _, box := range order {
		list := byMailbox[box]
		for start := 0; start < len(list); {
			end := start + 1
			for end < len(list) && nanosOf(t, list[end])-nanosOf(t, list[end-1]) <= int64(blindFor) {
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
func (a *accesses) blindRow(throttled, acts []int) analysis.Row {
	t := a.p.Timeline
	from, to := nanosOf(t, throttled[0]), nanosOf(t, throttled[len(throttled)-1])+int64(blindFor)
	lo := sort.Search(len(acts), func(i int) bool { return nanosOf(t, acts[i]) >= from })
	hi := sort.Search(len(acts), func(i int) bool { return nanosOf(t, acts[i]) > to })
	r := informing(t, throttled[0], throttled[len(throttled)-1])
	who := ""
	if lo < hi {
		by, basis := a.acts.at(acts[lo])
		for _, row := range acts[lo:hi] {
			if other, why := a.acts.at(row); other.severity > by.severity {
				by, basis = other, why
			}
		}
		cites := slices.Concat(throttled, acts[lo:hi])
		slices.Sort(cites)
		r = citing(t, slices.Compact(cites))
		r.Severity, r.Confidence = raised(by, analysis.Critical), confidence(basis)
		who = attributed(by, basis) + "; " + counted(hi-lo, "act") + " of a suspicious actor in the window: all mail of the mailbox must be presumed accessed"
	}
	until := "blind: single messages are not recorded until " + timeline.FormatTime(to)
	r.Cells = []string{until, strconv.Itoa(len(throttled)), "0", "", list(distinct(t, timeline.ColClientRaw, throttled)), "", who}
	return r
}

// subjects are those of the messages that other evidence describes, in the
// order of subjects.
func (a *accesses) subjects(g *access) string {
	known := messageSubjects(a.p)
	subjects := map[string]bool{}
	for id := range g.ids {
		if s := known[strings.Trim(id, "<>")]; s != "" {
			subjects[s] = true
		}
	}
	return list(slices.Sorted(maps.Keys(subjects)))
}

type subjectKey struct{}

// messageSubjects are the subjects of messages by internet message id, folded
// and without angle brackets, from wherever the evidence has them.
func messageSubjects(p *analysis.Pass) map[string]string {
	return analysis.Once(p, subjectKey{}, func() map[string]string {
		t := p.Timeline
		known := map[string]string{}
		seen := make([]bool, t.Cardinality(timeline.ColMessageID))
		for row := range t.Len() {
			code := t.Code(timeline.ColMessageID, row)
			if code == 0 || seen[code] || t.Code(timeline.ColSubject, row) == 0 {
				continue
			}
			seen[code] = true
			id := strings.ToLower(strings.Trim(t.Value(timeline.ColMessageID, code), "<>"))
			if known[id] == "" {
				known[id] = t.Text(timeline.ColSubject, row)
			}
		}
		for _, c := range t.Context() {
			if c.Kind == timeline.MessageContext {
				if id := strings.ToLower(strings.Trim(c.Get("message_id"), "<>")); id != "" && known[id] == "" {
					known[id] = c.Get("subject")
				}
			}
		}
		return known
	})
}
