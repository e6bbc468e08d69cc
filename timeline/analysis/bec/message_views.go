package bec

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var messageViews = &analysis.Analyzer{
	Name:  "message-views",
	Title: "Message views",
	Doc:   explain("message-views"),
	Columns: []analysis.Column{
		{Name: "Subject", Doc: "subject of the message", Kind: analysis.Text},
		{Name: "Sender", Doc: "sender of the message", Kind: analysis.Text},
		{Name: "Message ID", Doc: "internet message id, else the item id", Kind: analysis.Text},
		{Name: "Views", Doc: "how often the message was selected or opened", Kind: analysis.Count},
		{Name: "Dwell", Doc: "how long it was selected, added up; a long view counts only as far as the method says", Kind: analysis.Text},
		{Name: "Attachments", Doc: "attachments opened", Kind: analysis.List},
		{Name: "Links", Doc: "links clicked", Kind: analysis.List},
		{Name: "Other acts", Doc: "marked as read, printed, copied", Kind: analysis.List},
		{Name: "Actor", Doc: "why the actor is suspicious, and how the view was attributed to it", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, "Message ID", "Subject"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, actor.Actors},
	Thresholds: []*analysis.Threshold{dwellMinutes},
	Version:    3,
	Techniques: []string{"T1114.002"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)", "LMG Security, Magic Unicorn Tool (2018)"},
	Settings:   []string{"thresholds"},
	Acts:       runMessageViews,
}

// dwellMinutes is the longest time that one selection counts: a message left
// open over lunch was not read for an hour.
var dwellMinutes = &analysis.Threshold{Name: "message-views.dwell_minutes", Value: 30, Doc: "minutes at most that a message counts as shown"}

func runMessageViews(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	by := actor.Actors.Of(p)
	type group struct {
		actor *actor.Actor
		basis string
		rows  []int
	}
	type groupKey struct {
		actor *actor.Actor
		mail.MessageKey
	}
	type box struct {
		first, last, records int
		messages             map[mail.MessageKey]bool
	}
	groups := map[groupKey]*group{}
	var order []*group
	boxes := map[uint32]*box{}
	var mailboxes []uint32
	records := 0
	opened := opening(t)
	for row, class := range analysis.RowsOf(p, analysis.ClassRead, analysis.ClassOpen, analysis.ClassExfil, analysis.ClassAccess) {
		if class == analysis.ClassAccess && !opened[t.Code(timeline.ColOperation, row)] {
			continue
		}
		records++
		m, named := mail.MessageOf(t, row)
		if a, basis := by.At(row); a != nil {
			k := groupKey{a, m}
			g := groups[k]
			if g == nil {
				g = &group{actor: a, basis: basis}
				groups[k] = g
				order = append(order, g)
			}
			g.rows = append(g.rows, row)
			continue
		}
		b := boxes[m.Mailbox]
		if b == nil {
			b = &box{first: row, messages: map[mail.MessageKey]bool{}}
			boxes[m.Mailbox] = b
			mailboxes = append(mailboxes, m.Mailbox)
		}
		b.last = row
		b.records++
		if named {
			b.messages[m] = true
		}
	}
	if records == 0 {
		return nil, analysis.Skip("no record of views in the exports, which does not mean that nothing was read; what MailItemsAccessed records is on the sheet of mail-access")
	}
	dwellCap := p.Minutes(dwellMinutes)
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	for _, g := range order {
		f.Rows = append(f.Rows, viewRow(t, g.actor, g.basis, g.rows, dwellCap))
	}
	cite.ByTime(f.Rows)
	for _, m := range mailboxes {
		b := boxes[m]
		r := cite.Informing(t, b.first, b.last)
		r.Cells = cite.Cells(
			cite.Plural(len(b.messages), "message", "messages")+" in "+cite.Counted(b.records, "record")+" of reading by nobody suspicious", "", "", b.records, "", nil, nil, nil, "",
		)
		f.Rows = append(f.Rows, r)
	}
	f.Summary = fmt.Sprintf("%s of reading; %s touched by a suspicious actor.", cite.Counted(records, "record"), cite.Counted(len(order), "message"))
	return f, nil
}

// viewRow is the row of one message that an actor touched.
func viewRow(t *timeline.Timeline, a *actor.Actor, basis string, rows []int, dwellCap time.Duration) analysis.Row {
	r := actor.CiteActor(t, a, rows)
	r.Severity, r.Confidence = actor.Raised(a, analysis.Medium), actor.Confidence(basis)
	if actor.Failed(t, rows) {
		r.Severity = analysis.Info
	}
	w := watch(t, rows, dwellCap)
	id := cite.FirstText(t, timeline.ColMessageID, rows)
	if id == "" {
		id = cite.FirstText(t, timeline.ColItemID, rows)
	}
	r.Cells = cite.Cells(
		cite.InferredText(t, timeline.ColSubject, rows), cite.InferredText(t, timeline.ColSender, rows), id,
		w.views, w.dwell(), w.attachments, w.links, w.others, actor.Attributed(a, basis),
	)
	return r
}

// A viewing is what the records of one message add up to.
type viewing struct {
	views, unknown int
	sum            time.Duration
	capped         bool

	attachments, links, others []string
}

// Operations that open one message or its attachment: that of Outlook
// Activities, and those of the unified audit log.
const (
	opAttachment       = "OpenedAnAttachment"
	opAttachmentAccess = "AttachmentAccess"
	opMessageBind      = "MessageBind"
)

// opening marks the operations of the unified audit log that open one message.
func opening(t *timeline.Timeline) []bool {
	marked := make([]bool, t.Cardinality(timeline.ColOperation))
	for _, op := range []string{opAttachmentAccess, opMessageBind} {
		if code, ok := t.Find(timeline.ColOperation, op); ok {
			marked[code] = true
		}
	}
	return marked
}

// watch pairs starts with ends and gathers the acts on a message. rows are in
// time order, so the nearest end of a start is the next one.
func watch(t *timeline.Timeline, rows []int, dwellCap time.Duration) viewing {
	var w viewing
	open := map[string][]int{} // starts without an end yet, by what was displayed
	others := map[string]int{}
	var order []string
	for _, row := range rows {
		op := t.Text(timeline.ColOperation, row)
		stem, starts := strings.CutSuffix(op, mail.StartSuffix)
		if !starts {
			stem = strings.TrimSuffix(op, mail.EndSuffix)
		}
		switch {
		case op == mail.OpLink:
			w.links = append(w.links, actOn(t, row, "Link", "LinkURL", "Url"))
		case op == opAttachment:
			w.attachments = append(w.attachments, actOn(t, row, "AttachmentAction", "AttachmentName"))
		case op == opAttachmentAccess:
			w.attachments = append(w.attachments, joinTexts(t.Text(timeline.ColAttachments, row), "at "+cite.Stamp(t.Time(row))))
		case starts:
			w.views++
			w.unknown++
			open[stem] = append(open[stem], row)
		case stem != op:
			if n := len(open[stem]); n > 0 {
				w.end(t.Time(row).Sub(t.Time(open[stem][n-1])), dwellCap)
				open[stem] = open[stem][:n-1]
			}
		default:
			if others[op]++; others[op] == 1 {
				order = append(order, op)
			}
		}
	}
	for _, op := range order {
		if others[op] > 1 {
			op += " × " + strconv.Itoa(others[op])
		}
		w.others = append(w.others, op)
	}
	return w
}

// end takes the end of a view.
func (w *viewing) end(dwell, dwellCap time.Duration) {
	w.unknown--
	if dwell > dwellCap {
		dwell, w.capped = dwellCap, true
	}
	w.sum += dwell
}

// dwell says how long a message was selected.
func (w viewing) dwell() string {
	switch {
	case w.views == 0:
		return ""
	case w.views == w.unknown:
		return "unknown"
	}
	text := w.sum.Round(time.Second).String()
	if w.capped {
		text = "at least " + text
	}
	if w.unknown > 0 {
		text += " and " + cite.Counted(w.unknown, "view") + " of unknown length"
	}
	return text
}

// actOn is what a record says of an opened attachment or a clicked link: the
// first of the properties that it has, with the time.
func actOn(t *timeline.Timeline, row int, properties ...string) string {
	d := t.PlainDetails(row)
	var parts []string
	for _, name := range properties {
		if d[name] != "" {
			parts = append(parts, d[name])
		}
	}
	return joinTexts(strings.Join(parts, " "), "at "+cite.Stamp(t.Time(row)))
}

func joinTexts(a, b string) string { return strings.TrimSpace(a + " " + b) }
