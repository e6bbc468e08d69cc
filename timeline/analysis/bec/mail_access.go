package bec

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var mailAccess = &analysis.Analyzer{
	Name:  "mail-access",
	Title: "Mail access",
	Doc: analysis.Doc{
		Question: "Which messages were accessed, which must be presumed so, and where is the record blind?",
		Method: "MailItemsAccessed records by mailbox and client, those of a suspicious actor by session and address as well. Bind records name messages: these are proved accessed, counted as distinct internet message ids, never as sums, because repeats within an hour are not recorded and binds within two minutes are one record. " +
			"Sync records name a folder only: all of it is presumed copied. A throttled record makes the 24 hours after it blind for single messages: if a suspicious actor was active in the mailbox then, all of it is presumed accessed, which is critical. Records of Microsoft's own traffic are kept apart and counted. Access attributed to a suspicious actor is high, synchronising by him critical, each no more than his logons allow; access that nobody suspects, and attempts that failed, only inform.",
		Limits:   "Accessed is not read by a person. The operation is recorded only under some licences and settings; no record does not mean that nothing was accessed. In a blind window absence says nothing. Counts show variety, not intensity.",
		Innocent: "The owner's own clients make the same records, with his addresses and sessions.",
		Confirm:  "Whose session and address it was; the message trace for subjects and senders of the ids.",
	},
	Columns: []analysis.Column{
		{Name: "Certainty", Doc: "proved (named messages), none (a failed attempt), presumed (a folder copied), blind (throttled), unstated", Kind: analysis.Text},
		{Name: "Records", Doc: "number of records of the row", Kind: analysis.Number},
		{Name: "Messages", Doc: "distinct messages that the records name", Kind: analysis.Number},
		{Name: "Folders", Doc: "folders that the records name", Kind: analysis.Text},
		{Name: "Client", Doc: "client of the records", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of the messages, where the evidence holds them", Kind: analysis.Prose},
		{Name: "Actor", Doc: "why the access is suspicious, and how it was attributed", Kind: analysis.Prose},
	},
	Needs:      analysis.Accusers,
	Version:    2,
	Techniques: []string{"T1114.002"},
	References: []string{"Microsoft Learn, Use MailItemsAccessed to investigate compromised accounts", "elastic/detection-rules 7fc95782"},
	Run:        runMailAccess,
}

// blindFor is how long single messages are not recorded after throttling
// begins (Microsoft Learn: 24 hours).
const blindFor = 24 * time.Hour

func runMailAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	rows := mail.AccessRows(t)
	if len(rows) == 0 {
		return nil, analysis.Skip("no MailItemsAccessed record: the licence, the audit settings or the export may lack them, so nothing can be said of which messages were accessed")
	}
	a := &accesses{p: p, acts: actors(p), byContext: map[accessContext]*access{}, numbers: map[mail.MessageID]uint32{}}
	a.gather(rows)
	f := &analysis.Finding{Rows: append(a.findings(), a.blindRows()...)}
	cite.ByTime(f.Rows)
	outside := 0
	for _, is := range a.outside {
		if is {
			outside++
		}
	}
	f.Summary = fmt.Sprintf("%s of mail access: %d bind, %d sync, %d throttled. %d distinct messages, %d of them outside service traffic.",
		cite.Counted(len(rows), "record"), a.bind, a.sync, len(a.throttled), len(a.numbers), outside)
	if a.unread > 0 {
		f.Notes = append(f.Notes, cite.Counted(a.unread, "record")+" could not be read again for their messages.")
	}
	f.Notes = append(f.Notes, attributionNotes(p)...)
	return f, nil
}

// findings makes a row of each context: accusing where its records are
// attributed to an actor, informing otherwise.
func (a *accesses) findings() []analysis.Row {
	t := a.p.Timeline
	subjects := a.subjects()
	var rows []analysis.Row
	for _, g := range a.order {
		r := cite.Informing(t, g.rows[0], g.rows[len(g.rows)-1])
		who := ""
		switch {
		case g.actor != nil && !g.failed:
			r = citingActor(t, g.actor, g.rows)
			r.Severity, r.Confidence = raised(g.actor, analysis.High), confidence(g.basis)
			if g.way == timeline.Sync {
				r.Severity = raised(g.actor, analysis.Critical)
			}
			who = attributed(g.actor, g.basis)
			if g.withoutID > 0 {
				who += "; " + cite.Plural(g.withoutID, "access", "accesses") + " without a message id"
			}
		case g.service:
			who = "Microsoft's own traffic, by its client string"
		}
		r.Cells = []string{g.certainty(), strconv.Itoa(len(g.rows)), strconv.Itoa(len(g.messages)), cite.List(g.folders), t.Value(timeline.ColClientRaw, g.client), g.subjectsOf(subjects), who}
		rows = append(rows, r)
	}
	return rows
}

func (g *access) certainty() string {
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
func (a *accesses) blindRow(throttled, acts []int) analysis.Row {
	t := a.p.Timeline
	from, to := timeline.UnixNano(t, throttled[0]), timeline.UnixNano(t, throttled[len(throttled)-1])+int64(blindFor)
	lo := sort.Search(len(acts), func(i int) bool { return timeline.UnixNano(t, acts[i]) >= from })
	hi := sort.Search(len(acts), func(i int) bool { return timeline.UnixNano(t, acts[i]) > to })
	r := cite.Informing(t, throttled[0], throttled[len(throttled)-1])
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
		r = cite.Citing(t, slices.Compact(cites))
		r.Severity, r.Confidence = raised(by, analysis.Critical), confidence(basis)
		who = attributed(by, basis) + "; " + cite.Counted(hi-lo, "act") + " of a suspicious actor in the window: all mail of the mailbox must be presumed accessed"
	}
	until := "blind: single messages are not recorded until " + timeline.FormatTime(to)
	r.Cells = []string{until, strconv.Itoa(len(throttled)), "0", "", cite.List(cite.Distinct(t, timeline.ColClientRaw, throttled)), "", who}
	return r
}

// subjectsOf are the subjects of a context's messages, in order.
func (g *access) subjectsOf(subjects []string) string {
	var found []string
	for _, n := range g.messages {
		if s := subjects[n]; s != "" {
			found = append(found, s)
		}
	}
	slices.Sort(found)
	return cite.List(slices.Compact(found))
}
