package bec

import (
	"fmt"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var riskyAttachment = &analysis.Analyzer{
	Name:  "risky-attachment",
	Title: "Risky attachments",
	Doc:   explain("risky-attachment"),
	Columns: []analysis.Column{
		{Name: "Subject", Doc: "subject of the message", Kind: analysis.Text},
		{Name: "Sender", Doc: "sender of the message", Kind: analysis.Text},
		{Name: "Attachments", Doc: "attachments as the record names them", Kind: analysis.Text},
		{Name: "Types", Doc: "risky types with class and weight", Kind: analysis.Text},
		{Name: "Points", Doc: "weight with what adds to it", Kind: analysis.Count},
		{Name: "Reasons", Doc: "what adds to the weight", Kind: analysis.Text, Wrap: true},
		{Name: "Delivered to", Doc: "mailboxes of the evidence that got the message", Kind: analysis.List},
		{Name: "Opened by", Doc: "who opened an attachment or clicked a link of the message afterwards, and when", Kind: analysis.List},
		{Name: "Message ID", Doc: "internet message id, else the item id", Kind: analysis.Text},
	},
	Key:        []string{"Message ID", "Sender", "Attachments"},
	Needs:      []analysis.Need{analysis.Operations, mail.Contacts},
	Thresholds: []*analysis.Threshold{leastPoints},
	Points:     []*analysis.Point{pointsDouble, pointsFirst, pointsOpened, mediumAbove, highAbove, mail.HiddenWeight},
	Version:    1,
	Techniques: []string{"T1566.001"},
	References: []string{"sublime-security/static-files (types)", "CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Run:        runRiskyAttachment,
}

// Points of a message: a type that mail gateways block by default from a known
// sender is just worth a row; a macro or a web page needs a new sender; nothing
// is high that no user opened.
var (
	pointsDouble = &analysis.Point{Name: "risky-attachment.hidden", Value: 2, Doc: "a harmless ending before the real one"}
	pointsFirst  = &analysis.Point{Name: "risky-attachment.first_contact", Value: 1, Doc: "first contact with the sender"}
	pointsOpened = &analysis.Point{Name: "risky-attachment.opened", Value: 2, Doc: "opened or clicked afterwards"}
	mediumAbove  = &analysis.Point{Name: "risky-attachment.medium_above", Value: 1, Doc: "points above the lowest that is reported from which on a message is medium"}
	highAbove    = &analysis.Point{Name: "risky-attachment.high_above", Value: 3, Doc: "points above the lowest that is reported from which on a message is high"}
)

// leastPoints is the lowest that is reported as a sign.
var leastPoints = &analysis.Threshold{Name: "risky-attachment.points", Value: 3, Doc: "points from which on an attachment is reported"}

// A delivery is one message in all mailboxes it was delivered to.
type delivery struct {
	rows   []int
	opened []int
	risky  mail.Risk
}

func runRiskyAttachment(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	j := mail.NewAttachments(p)
	var order []*delivery
	byMessage := map[uint32]*delivery{} // folded message id
	byItem := map[mail.MessageKey]*delivery{}
	named := 0
	for row, class := range analysis.RowsOf(p, analysis.ClassDelivery, analysis.ClassMessage, analysis.ClassOpen) {
		id := t.Folded(timeline.ColMessageID, row)
		m, hasKey := mail.MessageOf(t, row)
		if class == analysis.ClassOpen {
			d := byMessage[id]
			if id == 0 {
				d = byItem[m]
			}
			if d != nil {
				d.opened = append(d.opened, row)
			}
			continue
		}
		if t.Code(timeline.ColAttachments, row) == 0 {
			continue
		}
		named++
		r := j.Judge(t, row)
		if r.Weight == 0 {
			continue
		}
		d := byMessage[id]
		if id == 0 {
			d = byItem[m]
		}
		if d == nil {
			d = &delivery{risky: r}
			order = append(order, d)
			if id != 0 {
				byMessage[id] = d
			} else if hasKey {
				byItem[m] = d
			}
		}
		d.rows = append(d.rows, row)
	}
	if named == 0 {
		return nil, analysis.Skip("no delivered message with named attachments in the evidence, which does not mean that none had any")
	}
	c := mail.Contacts.Of(p)
	least := int(p.Threshold(leastPoints))
	f := &analysis.Finding{}
	signs := 0
	var harmless []*delivery
	for _, d := range order {
		r := d.finding(t, c, least)
		if r.Severity == analysis.Info {
			harmless = append(harmless, d)
			continue
		}
		signs++
		f.Rows = append(f.Rows, r)
	}
	f.Rows = append(f.Rows, commonTypes(t, harmless, least)...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of messages with named attachments; %s with a risky type, %d of them with %d points or more.", cite.Plural(named, "delivery", "deliveries"), cite.Counted(len(order), "message"), signs, least)
	return f, nil
}

// finding is the row of a message.
func (d *delivery) finding(t *timeline.Timeline, c *mail.ContactBook, least int) analysis.Row {
	points := d.risky.Weight
	var reasons []string
	if d.risky.Double {
		points += pointsDouble.Int()
		reasons = append(reasons, "a harmless ending before the real one")
	}
	sender := cite.FirstText(t, timeline.ColSender, d.rows)
	if at, ok := t.Nanos(d.rows[0]); ok {
		if isNew, known := c.NewAt(mail.Address(sender), at); known && isNew {
			points += pointsFirst.Int()
			reasons = append(reasons, "first contact with the sender")
		}
	}
	if points >= least && len(d.opened) > 0 {
		points += pointsOpened.Int()
		reasons = append(reasons, "opened or clicked afterwards")
	}
	rows := d.rows
	if len(d.opened) > 0 {
		rows = append(rows[:len(rows):len(rows)], d.opened...)
	}
	r := cite.Citing(t, rows)
	r.Confidence = analysis.Likely
	switch {
	case c.Cleared(mail.Address(sender)):
	case points >= least+highAbove.Int():
		r.Severity = analysis.High
	case points >= least+mediumAbove.Int():
		r.Severity = analysis.Medium
	case points >= least:
		r.Severity = analysis.Low
	}
	r.User = ""
	id := cite.FirstText(t, timeline.ColMessageID, d.rows)
	if id == "" {
		id = cite.FirstText(t, timeline.ColItemID, d.rows)
	}
	var opened []string
	for _, row := range d.opened {
		who := t.Text(timeline.ColUser, row)
		if who == "" {
			who = t.Text(timeline.ColMailbox, row)
		}
		opened = append(opened, strings.TrimSpace(who+" "+t.Text(timeline.ColOperation, row)+" "+cite.Stamp(t.Time(row))))
	}
	r.Cells = cite.Cells(
		cite.FirstText(t, timeline.ColSubject, d.rows), sender, cite.FirstText(t, timeline.ColAttachments, d.rows), strings.Join(d.risky.Extensions, ", "),
		points, strings.Join(reasons, "; "), cite.Distinct(t, timeline.ColMailbox, d.rows), opened, id,
	)
	return r
}

// commonTypes are the info rows about messages with less than the least points,
// one for each combination of types.
func commonTypes(t *timeline.Timeline, all []*delivery, least int) []analysis.Row {
	type group struct {
		first, last, messages int
	}
	groups := map[string]*group{}
	var order []string
	for _, d := range all {
		types := strings.Join(d.risky.Extensions, ", ")
		g := groups[types]
		if g == nil {
			g = &group{first: d.rows[0]}
			groups[types] = g
			order = append(order, types)
		}
		g.last = d.rows[0]
		g.messages++
	}
	var rows []analysis.Row
	for _, types := range order {
		g := groups[types]
		r := cite.Informing(t, g.first, g.last)
		r.User = ""
		r.Cells = cite.Cells(cite.Counted(g.messages, "message")+" with less than "+strconv.Itoa(least)+" points", "", "", types, nil, "", nil, nil, "")
		rows = append(rows, r)
	}
	return rows
}
