package mail

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// Points of a message with attachments: a type that mail gateways block by
// default from a known sender is just worth a row; a macro or a web page needs a
// new sender; nothing is high that no user opened.
var (
	pointsDouble = &analysis.Point{Name: "risky-attachment.hidden", Value: 2, Doc: "a harmless ending before the real one"}
	pointsFirst  = &analysis.Point{Name: "risky-attachment.first_contact", Value: 1, Doc: "first contact with the sender"}
	pointsOpened = &analysis.Point{Name: "risky-attachment.opened", Value: 2, Doc: "opened or clicked afterwards"}
	mediumAbove  = &analysis.Point{Name: "risky-attachment.medium_above", Value: 1, Doc: "points above the lowest that is reported from which on a message is medium"}
	highAbove    = &analysis.Point{Name: "risky-attachment.high_above", Value: 3, Doc: "points above the lowest that is reported from which on a message is high"}
)

// RiskPoints are the points of messages with attachments.
var RiskPoints = []*analysis.Point{pointsDouble, pointsFirst, pointsOpened, mediumAbove, highAbove, HiddenWeight}

// LeastRisk is the lowest that is reported as a sign.
var LeastRisk = &analysis.Threshold{Name: "risky-attachment.points", Value: 3, Doc: "points from which on an attachment is reported"}

// A RiskyDelivery is a message with an attachment of a risky type, in all
// mailboxes that it was delivered to.
type RiskyDelivery struct {
	Rows     []int // its deliveries, in time order
	Opened   []int // clicks and openings
	Risk     Risk
	Points   int
	Reasons  []string
	Severity analysis.Severity
}

// A RiskyMail is the messages with attachments of risky types.
type RiskyMail struct {
	All   []*RiskyDelivery // in the order of their first delivery
	Named int              // deliveries that name attachments
}

// Risky are the messages with attachments of risky types, weighed.
var Risky = &analysis.Fact[*RiskyMail]{
	Name:       "risky attachments",
	Needs:      []analysis.Need{analysis.Operations, Contacts},
	Thresholds: []*analysis.Threshold{LeastRisk},
	Points:     RiskPoints,
	Make:       findRisky,
}

func findRisky(p *analysis.Pass) *RiskyMail {
	t := p.Timeline
	j := NewAttachments(p)
	found := &RiskyMail{}
	byMessage := map[uint32]*RiskyDelivery{} // folded message id
	byItem := map[MessageKey]*RiskyDelivery{}
	for row, class := range analysis.RowsOf(p, analysis.ClassDelivery, analysis.ClassMessage, analysis.ClassOpen) {
		id := t.Folded(timeline.ColMessageID, row)
		m, hasKey := MessageOf(t, row)
		if class == analysis.ClassOpen {
			d := byMessage[id]
			if id == 0 {
				d = byItem[m]
			}
			if d != nil {
				d.Opened = append(d.Opened, row)
			}
			continue
		}
		if t.Code(timeline.ColAttachments, row) == 0 {
			continue
		}
		found.Named++
		r := j.Judge(t, row)
		if r.Weight == 0 {
			continue
		}
		d := byMessage[id]
		if id == 0 {
			d = byItem[m]
		}
		if d == nil {
			d = &RiskyDelivery{Risk: r}
			found.All = append(found.All, d)
			if id != 0 {
				byMessage[id] = d
			} else if hasKey {
				byItem[m] = d
			}
		}
		d.Rows = append(d.Rows, row)
	}
	c, least := Contacts.Of(p), int(p.Threshold(LeastRisk))
	for _, d := range found.All {
		d.weigh(t, c, least)
	}
	return found
}

// weigh gives a message its points and severity.
func (d *RiskyDelivery) weigh(t *timeline.Timeline, c *ContactBook, least int) {
	d.Points = d.Risk.Weight
	add := func(point *analysis.Point, reason string) {
		d.Points += point.Int()
		d.Reasons = append(d.Reasons, reason)
	}
	if d.Risk.Double {
		add(pointsDouble, "a harmless ending before the real one")
	}
	sender := Address(cite.FirstText(t, timeline.ColSender, d.Rows))
	if at, ok := t.Nanos(d.Rows[0]); ok {
		if isNew, known := c.NewAt(sender, at); known && isNew {
			add(pointsFirst, "first contact with the sender")
		}
	}
	if d.Points >= least && len(d.Opened) > 0 {
		add(pointsOpened, "opened or clicked afterwards")
	}
	switch {
	case c.Cleared(sender):
	case d.Points >= least+highAbove.Int():
		d.Severity = analysis.High
	case d.Points >= least+mediumAbove.Int():
		d.Severity = analysis.Medium
	case d.Points >= least:
		d.Severity = analysis.Low
	}
}
