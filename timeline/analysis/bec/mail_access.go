package bec

import (
	"fmt"
	"slices"
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
		Method: "MailItemsAccessed records by mailbox, session, address and client. Bind records name messages: these are proved accessed, counted as distinct internet message ids, never as sums, because repeats within an hour are not recorded and binds within two minutes are one record. " +
			"Sync records name a folder only: all of it is presumed copied. A throttled record makes the 24 hours after it blind for single messages. Records of Microsoft's own traffic are kept apart and counted. Access attributed to a suspicious actor is high, synchronising by him critical; access by a context nobody suspects only informs.",
		Limits:   "Accessed is not read by a person. The operation is recorded only under some licences and settings; no record does not mean that nothing was accessed. In a blind window absence says nothing. Counts show variety, not intensity.",
		Innocent: "The owner's own clients make the same records, with his addresses and sessions.",
		Confirm:  "Whose session and address it was; the message trace for subjects and senders of the ids.",
	},
	Columns: []analysis.Column{
		{Name: "Certainty", Doc: "proved (named messages), presumed (a folder copied), blind (throttled)", Kind: analysis.Text},
		{Name: "Records", Doc: "number of records of the row", Kind: analysis.Number},
		{Name: "Messages", Doc: "distinct messages that the records name", Kind: analysis.Number},
		{Name: "Folders", Doc: "folders that the records name", Kind: analysis.Text},
		{Name: "Client", Doc: "client of the records", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of the messages, where the evidence holds them", Kind: analysis.Prose},
		{Name: "Actor", Doc: "why the access is suspicious, and how it was attributed", Kind: analysis.Prose},
	},
	Needs:      attributionNeeds,
	Version:    1,
	Techniques: []string{"T1114.002"},
	References: []string{"Microsoft Learn, Use MailItemsAccessed to investigate compromised accounts", "elastic/detection-rules 7fc95782"},
	Run:        runMailAccess,
}

// blindFor is how long single messages are not recorded after throttling
// begins (Microsoft Learn: 24 hours).
const blindFor = 24 * time.Hour

// An accessContext is who accessed one mailbox: a session, or an address and
// client where there is none.
type accessContext struct{ mailbox, user, session, ip, client uint32 }

// An access is what one context did in one way.
type access struct {
	context accessContext
	flag    timeline.Flags
	rows    []int
	ids     map[string]bool
	folders []string
	service bool
}

func runMailAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	rows := accessRows(t)
	if len(rows) == 0 {
		return nil, analysis.Skip("no MailItemsAccessed record: the licence, the audit settings or the export may lack them, so nothing can be said of which messages were accessed")
	}
	a := &accesses{p: p, byKey: map[accessKey]*access{}, all: map[string]bool{}, outside: map[string]bool{}}
	a.gather(rows)
	f := &analysis.Finding{Rows: a.findings()}
	byTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of mail access: %d bind, %d sync, %d throttled. %d distinct messages, %d of them outside service traffic.",
		counted(len(rows), "record"), a.bind, a.sync, a.throttled, len(a.all), len(a.outside))
	if a.unread > 0 {
		f.Notes = append(f.Notes, counted(a.unread, "record")+" could not be read again for their messages.")
	}
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

type accessKey struct {
	accessContext
	flag    timeline.Flags
	service bool
}

type accesses struct {
	p                             *analysis.Pass
	byKey                         map[accessKey]*access
	order                         []*access
	all, outside                  map[string]bool
	bind, sync, throttled, unread int
}

// gather reads the records' messages and groups them by context.
func (a *accesses) gather(rows []int) {
	t := a.p.Timeline
	serviceClient := make([]bool, t.Cardinality(timeline.ColClientRaw))
	for code := range serviceClient {
		serviceClient[code] = a.p.Reference.ServiceClient(t.Value(timeline.ColClientRaw, uint32(code)))
	}
	t.WideRows(rows, func(w timeline.WideRow) {
		row := w.Row
		service := serviceClient[t.Code(timeline.ColClientRaw, row)]
		if t.Has(row, timeline.Throttled) {
			a.throttled++
			a.add(row, timeline.Throttled, service)
		}
		kind := timeline.Bind
		if t.Has(row, timeline.Sync) {
			kind = timeline.Sync
			a.sync++
		} else if t.Has(row, timeline.Bind) {
			a.bind++
		}
		g := a.add(row, kind, service)
		if w.Err != nil {
			a.unread++
			return
		}
		for _, m := range w.Messages {
			if m.Folder != "" && !contains(g.folders, m.Folder) {
				g.folders = append(g.folders, m.Folder)
			}
			if id := strings.ToLower(m.MessageID); id != "" && kind == timeline.Bind {
				g.ids[id] = true
				a.all[id] = true
				if !service {
					a.outside[id] = true
				}
			}
		}
		if folder := t.Text(timeline.ColFolder, row); folder != "" && !contains(g.folders, folder) {
			g.folders = append(g.folders, folder)
		}
	})
}

func (a *accesses) add(row int, flag timeline.Flags, service bool) *access {
	t := a.p.Timeline
	c := accessContext{mailbox: t.Folded(timeline.ColMailbox, row), user: t.Folded(timeline.ColUser, row), session: t.Code(timeline.ColSession, row)}
	c.ip, c.client = t.Code(timeline.ColIP, row), t.Code(timeline.ColClientRaw, row)
	k := accessKey{c, flag, service}
	g := a.byKey[k]
	if g == nil {
		g = &access{context: c, flag: flag, service: service, ids: map[string]bool{}}
		a.byKey[k] = g
		a.order = append(a.order, g)
	}
	g.rows = append(g.rows, row)
	return g
}

// findings makes a row of each context: accusing where its records are
// attributed to an actor, informing otherwise.
func (a *accesses) findings() []analysis.Row {
	t := a.p.Timeline
	acts := actors(a.p)
	var rows []analysis.Row
	for _, g := range a.order {
		var by *actor
		basis := ""
		var hostile []int
		for _, row := range g.rows {
			if who, why := acts.at(row); who != nil {
				if by == nil {
					by, basis = who, why
				}
				hostile = append(hostile, row)
			}
		}
		var r analysis.Row
		who := ""
		switch {
		case by != nil && !g.service:
			r = citingActor(t, by, hostile)
			r.Severity, r.Confidence = raised(by, analysis.High), confidence(basis)
			if g.flag != timeline.Bind {
				r.Severity = raised(by, analysis.Critical)
			}
			who = attributed(by, basis)
		default:
			r = informing(t, g.rows[0], g.rows[len(g.rows)-1])
			if g.service {
				who = "Microsoft's own traffic, by its client string"
			}
		}
		r.Cells = []string{certainty(g.flag), strconv.Itoa(len(g.rows)), strconv.Itoa(len(g.ids)), list(g.folders), t.Value(timeline.ColClientRaw, g.context.client), a.subjects(g), who}
		rows = append(rows, r)
	}
	return rows
}

func certainty(flag timeline.Flags) string {
	switch flag {
	case timeline.Sync:
		return "presumed: the folder was copied"
	case timeline.Throttled:
		return "blind: single messages are not recorded for " + strconv.Itoa(int(blindFor.Hours())) + " hours"
	}
	return "proved: messages are named"
}

// subjects are those of the messages that other evidence describes, in the
// order of subjects.
func (a *accesses) subjects(g *access) string {
	known := messageSubjects(a.p)
	var subjects []string
	for id := range g.ids {
		if s := known[strings.Trim(id, "<>")]; s != "" && !contains(subjects, s) {
			subjects = append(subjects, s)
		}
	}
	slices.Sort(subjects)
	return list(subjects)
}

type subjectKey struct{}

// messageSubjects are the subjects of messages by internet message id, folded
// and without angle brackets, from wherever the evidence has them.
func messageSubjects(p *analysis.Pass) map[string]string {
	return analysis.Once(p, subjectKey{}, func() map[string]string {
		t := p.Timeline
		known := map[string]string{}
		for row := range t.Len() {
			if t.Code(timeline.ColMessageID, row) == 0 || t.Code(timeline.ColSubject, row) == 0 {
				continue
			}
			id := strings.ToLower(strings.Trim(t.Text(timeline.ColMessageID, row), "<>"))
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
