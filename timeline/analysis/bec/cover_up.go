package bec

import (
	"fmt"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var coverUp = &analysis.Analyzer{
	Name:  "cover-up",
	Title: "Cover-up",
	Doc:   explain("cover-up"),
	Columns: []analysis.Column{
		{Name: "Act", Doc: "what was done, in words", Kind: analysis.Text},
		{Name: "Subject", Doc: "subject of the message", Kind: analysis.Text},
		{Name: "Sender", Doc: "sender of the message", Kind: analysis.Text},
		{Name: "From folder", Doc: "folder it was in", Kind: analysis.Text},
		{Name: "To folder", Doc: "folder it was moved to", Kind: analysis.Text},
		{Name: "Message ID", Doc: "internet message id, else the item id", Kind: analysis.Text},
		{Name: "Reasons", Doc: "why the act is consistent with covering up", Kind: analysis.Text, Wrap: true},
		{Name: "Operations", Doc: "the records' own words", Kind: analysis.Text},
		{Name: "Actor", Doc: "why the actor is suspicious, and how the act was attributed to it", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, "Act", "Message ID", "From folder", "To folder"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, actor.Actors, actor.Removals},
	Thresholds: []*analysis.Threshold{afterSending, afterViewing, afterDelivery},
	Version:    3,
	Techniques: []string{"T1070.008", "T1564.008"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)", "elastic/detection-rules c9636a6e", "Azure-Sentinel f50a26d7"},
	Settings:   []string{"hide_folders", "thresholds"},
	Acts:       runCoverUp,
}

// What follows so soon belongs together: a sender who hides a message deletes it,
// and a reader marks it unread again (catalogue M17).
var (
	afterSending = &analysis.Threshold{Name: "cover-up.after_sending_minutes", Value: 15, Doc: "minutes after sending within which deleting the message is high"}
	afterViewing = &analysis.Threshold{Name: "cover-up.after_viewing_minutes", Value: 60, Doc: "minutes after viewing within which marking unread is high"}
)

// afterDelivery is how soon an inbox rule moves a message: at delivery, which
// transport may record a little later.
var afterDelivery = &analysis.Threshold{Name: "cover-up.after_delivery_minutes", Value: 5, Doc: "minutes after delivery within which a move may be a rule's"}

func runCoverUp(p *analysis.Pass) (*analysis.Finding, error) {
	hidden := mail.FoldersOf(p)
	removals := actor.Removals.Of(p)
	if removals.Records == 0 {
		return nil, analysis.Skip("no record of deleting, moving or marking as unread: the exports hold none, which does not mean that nothing was hidden")
	}
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	for _, r := range removals.All {
		f.Rows = append(f.Rows, removalRow(r, p, hidden))
	}
	f.Summary = fmt.Sprintf("%s of deleting, moving, marking as unread and removing rules; %s of a suspicious actor", cite.Counted(removals.Records, "record"), cite.Counted(len(removals.All), "act"))
	if ruled := ruleMoves(p, hidden); len(ruled) > 0 {
		f.Rows = append(f.Rows, ruled...)
		f.Summary += fmt.Sprintf("; %s to which the service moved mail right after its delivery", cite.Plural(len(ruled), "folder that hides mail", "folders that hide mail"))
	}
	f.Summary += "."
	cite.ByTime(f.Rows)
	return f, nil
}

func noticed(terms []reference.Term) string {
	var texts []string
	for _, term := range terms {
		texts = append(texts, term.Text)
	}
	return cite.Join(texts)
}

// removalRow is the row of a removal.
func removalRow(d *actor.Removal, p *analysis.Pass, hidden *mail.Folders) analysis.Row {
	t := p.Timeline
	r := actor.CiteActor(t, d.Actor, d.Rows)
	target := cite.FirstText(t, timeline.ColTargetFolder, d.Rows)
	kind := hidden.Kind(target)
	reasons := removalReasons(d, p, kind)
	switch {
	case actor.Failed(t, d.Rows):
		reasons = append(reasons, "the operation failed")
	case len(reasons) > 0:
		r.Severity = actor.Raised(d.Actor, analysis.High)
	case d.Kind == actor.RemovalDelete:
		r.Severity = actor.Raised(d.Actor, analysis.Medium)
	default:
		r.Severity = analysis.Low
	}
	r.Confidence = actor.Confidence(d.Basis)
	r.Cells = cite.Cells(
		actText(d, target, kind), removalSubjects(d, t), cite.InferredText(t, timeline.ColSender, d.Rows), cite.FirstText(t, timeline.ColFolder, d.Rows), target,
		removalIDs(d), strings.Join(reasons, "; "), cite.Join(cite.Operations(t, d.Rows)), actor.Attributed(d.Actor, d.Basis),
	)
	return r
}

// removalReasons say why a removal is consistent with covering up.
func removalReasons(d *actor.Removal, p *analysis.Pass, kind string) []string {
	var reasons []string
	at := p.Timeline.Time(d.Rows[0])
	add := func(ok bool, reason string) {
		if ok {
			reasons = append(reasons, reason)
		}
	}
	switch d.Kind {
	case actor.RemovalRule:
		add(true, "removed a rule")
	case actor.RemovalUnread:
		since := at.Sub(d.Viewed)
		add(!d.Viewed.IsZero() && since <= p.Minutes(afterViewing), "the actor had viewed the message at "+cite.Stamp(d.Viewed))
	case actor.RemovalMove, actor.RemovalDelete:
		since := at.Sub(d.Sent)
		add(!d.Sent.IsZero() && since <= p.Minutes(afterSending), "the actor had sent the message at "+cite.Stamp(d.Sent))
		add(d.Kind == actor.RemovalDelete && !d.Viewed.IsZero(), "the actor had viewed the message at "+cite.Stamp(d.Viewed))
		add(d.Hard, "deleted for good")
		add(d.Kind == actor.RemovalMove && kind != "", "the folder hides mail ("+kind+")")
		add(len(d.Notice) > 0, "the subject is that of a warning, a bounce or a notice: "+noticed(d.Notice))
	}
	return reasons
}

// actText says in words what was done.
func actText(d *actor.Removal, target, kind string) string {
	what := "the message"
	if n := len(d.Messages); n > 1 {
		what = cite.Counted(n, "message")
	}
	switch d.Kind {
	case actor.RemovalRule:
		return "removed or disabled an inbox rule"
	case actor.RemovalUnread:
		return "marked " + what + " as unread"
	case actor.RemovalDelete:
		if d.Hard {
			return "deleted " + what + " for good"
		}
		return "deleted " + what
	}
	switch {
	case kind != "":
		return "moved " + what + " to a folder that hides mail (" + kind + ")"
	case target != "":
		return "moved " + what + " to " + target
	}
	return "moved " + what
}

func removalSubjects(d *actor.Removal, t *timeline.Timeline) string {
	if len(d.Messages) < 2 {
		if s := cite.InferredText(t, timeline.ColSubject, d.Rows); s != "" {
			return s
		}
	}
	var subjects []string
	for _, m := range d.Messages {
		if m.Subject != "" {
			subjects = append(subjects, m.Subject)
		}
	}
	return cite.Join(subjects)
}

func removalIDs(d *actor.Removal) string {
	var ids []string
	for _, m := range d.Messages {
		if m.MessageID != "" {
			ids = append(ids, m.MessageID)
		} else if m.ItemID != "" {
			ids = append(ids, m.ItemID)
		}
	}
	return cite.Join(ids)
}

// ruleMoves are the rows about moves by the service to folders that hide mail
// soon after the delivery, one for each mailbox and folder.
func ruleMoves(p *analysis.Pass, hidden *mail.Folders) []analysis.Row {
	type key struct{ mailbox, folder uint32 }
	t := p.Timeline
	groups := map[key][]int{}
	var order []key
	delivered := map[mail.MessageKey]int{} // rows + 1, of the messages that were moved
	kinds := map[uint32]string{}
	after := p.Minutes(afterDelivery)
	var moves []int
	for row := range analysis.RowsOf(p, analysis.ClassMove) {
		folder := t.Folded(timeline.ColTargetFolder, row)
		if folder == 0 || !t.Has(row, timeline.Service) {
			continue
		}
		kind, ok := kinds[folder]
		if !ok {
			kind = hidden.Kind(t.Value(timeline.ColTargetFolder, folder))
			kinds[folder] = kind
		}
		if m, named := mail.MessageOf(t, row); named && kind != "" {
			moves = append(moves, row)
			delivered[m] = 0
		}
	}
	if len(moves) == 0 {
		return nil
	}
	for row := range analysis.RowsOf(p, analysis.ClassDelivery) {
		m, _ := mail.MessageOf(t, row)
		if from, moved := delivered[m]; moved && from == 0 {
			delivered[m] = row + 1
		}
	}
	for _, row := range moves {
		m, _ := mail.MessageOf(t, row)
		from := delivered[m] - 1
		if from < 0 || from > row || !mail.Follows(t, []int{from}, row, after) {
			continue
		}
		k := key{m.Mailbox, t.Folded(timeline.ColTargetFolder, row)}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], row)
	}
	came := arrivals(p)
	var rows []analysis.Row
	for _, k := range order {
		group := groups[k]
		kind := kinds[k.folder]
		folder := t.Value(timeline.ColTargetFolder, k.folder)
		r := cite.Informing(t, group[0], group[len(group)-1])
		reason := "an inbox rule at work; who made it is not shown"
		who := ""
		if a := came[k.mailbox]; a != nil && kind != mail.Junk && !t.Time(group[0]).Before(a.First) {
			r = cite.Citing(t, group)
			r.Severity, r.Confidence = analysis.Low, analysis.Unsure
			reason = "consistent with an inbox rule of the actor: no such move is on record before the actor's first act at " + cite.Stamp(a.First)
			who = actor.Attributed(a, "")
		} else if kind == mail.Junk {
			reason = "the junk filter or an inbox rule at work"
		}
		r.Cells = cite.Cells(
			"the service moved "+cite.Counted(len(group), "message")+" right after delivery to a folder that hides mail ("+kind+")",
			cite.Join(cite.Distinct(t, timeline.ColSubject, group)), cite.Join(cite.Distinct(t, timeline.ColSender, group)), cite.FirstText(t, timeline.ColFolder, group), folder, "",
			reason, strconv.Itoa(len(group))+" × "+strings.Join(cite.Operations(t, group), ", "), who,
		)
		rows = append(rows, r)
	}
	return rows
}

// arrivals are the first actors of mailboxes, by folded code.
func arrivals(p *analysis.Pass) map[uint32]*actor.Actor {
	t := p.Timeline
	first := map[uint32]*actor.Actor{}
	for row, a := range actor.Actors.Of(p).Rows() {
		box := t.Folded(timeline.ColMailbox, row)
		if first[box] == nil {
			first[box] = a
		}
	}
	return first
}
