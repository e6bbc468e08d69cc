package bec

import (
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// ruleMoves are the rows about moves by the service to folders that hide mail
// right after the delivery, one a mailbox and folder.
func ruleMoves(p *analysis.Pass, hidden *mail.Folders) []analysis.Row {
	type key struct{ mailbox, folder uint32 }
	t := p.Timeline
	groups := map[key][]int{}
	var order []key
	delivered := map[mail.MessageKey]int{}
	kinds := map[uint32]string{}
	after := analysis.Minutes(p, "cover-up.after_delivery_minutes")
	for row, class := range analysis.RowsOf(p, analysis.ClassDelivery, analysis.ClassMove) {
		m, named := mail.MessageOf(t, row)
		if class == analysis.ClassDelivery {
			if _, ok := delivered[m]; named && !ok {
				delivered[m] = row
			}
			continue
		}
		folder := t.Folded(timeline.ColTargetFolder, row)
		if folder == 0 || !t.Has(row, timeline.Service) {
			continue
		}
		kind, ok := kinds[folder]
		if !ok {
			kind = hidden.Kind(t.Value(timeline.ColTargetFolder, folder))
			kinds[folder] = kind
		}
		from, known := delivered[m]
		if kind == "" || !known || !mail.Follows(t, []int{from}, row, after) {
			continue
		}
		k := key{m.Mailbox, folder}
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
		reason := "an inbox rule at work, of whoever made it"
		who := ""
		if a := came[k.mailbox]; a != nil && kind != mail.Junk && !t.Time(group[0]).Before(a.First) {
			r = cite.Citing(t, group)
			r.Severity, r.Confidence = analysis.Low, analysis.Unsure
			reason = "consistent with an inbox rule of the actor: no such move is on record before his first act at " + cite.Stamp(a.First)
			who = a.Reason
		} else if kind == mail.Junk {
			reason = "the junk filter or an inbox rule at work"
		}
		r.Cells = []string{
			"the service moved " + cite.Counted(len(group), "message") + " right after delivery to a folder that hides mail (" + kind + ")",
			cite.List(cite.Distinct(t, timeline.ColSubject, group)), cite.List(cite.Distinct(t, timeline.ColSender, group)), cite.FirstText(t, timeline.ColFolder, group), folder, "",
			reason, strconv.Itoa(len(group)) + " × " + strings.Join(cite.Operations(t, group), ", "), who,
		}
		rows = append(rows, r)
	}
	return rows
}

// arrivals are the first actors of mailboxes, by folded code.
func arrivals(p *analysis.Pass) map[uint32]*actor.Actor {
	t := p.Timeline
	first := map[uint32]*actor.Actor{}
	for row, a := range actor.Actors(p).Rows() {
		box := t.Folded(timeline.ColMailbox, row)
		if first[box] == nil {
			first[box] = a
		}
	}
	return first
}
