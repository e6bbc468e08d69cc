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
	Needs:      []analysis.Need{mail.Risky},
	Thresholds: []*analysis.Threshold{mail.LeastRisk},
	Points:     mail.RiskPoints,
	Version:    1,
	Techniques: []string{"T1566.001"},
	References: []string{"sublime-security/static-files (types)", "CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Run:        runRiskyAttachment,
}

func runRiskyAttachment(p *analysis.Pass) (*analysis.Finding, error) {
	t, risky := p.Timeline, mail.Risky.Of(p)
	if risky.Named == 0 {
		return nil, analysis.Skip("no delivered message with named attachments in the evidence, which does not mean that none had any")
	}
	least := int(p.Threshold(mail.LeastRisk))
	f := &analysis.Finding{}
	signs := 0
	var harmless []*mail.RiskyDelivery
	for _, d := range risky.All {
		if d.Severity == analysis.Info {
			harmless = append(harmless, d)
			continue
		}
		signs++
		f.Rows = append(f.Rows, riskyRow(t, d))
	}
	f.Rows = append(f.Rows, commonTypes(t, harmless, least)...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of messages with named attachments; %s with a risky type, %d of them with %d points or more.", cite.Plural(risky.Named, "delivery", "deliveries"), cite.Counted(len(risky.All), "message"), signs, least)
	return f, nil
}

// riskyRow is the row of a message.
func riskyRow(t *timeline.Timeline, d *mail.RiskyDelivery) analysis.Row {
	r := cite.Citing(t, append(d.Rows[:len(d.Rows):len(d.Rows)], d.Opened...))
	r.Severity, r.Confidence, r.User = d.Severity, analysis.Likely, ""
	id := cite.FirstText(t, timeline.ColMessageID, d.Rows)
	if id == "" {
		id = cite.FirstText(t, timeline.ColItemID, d.Rows)
	}
	var opened []string
	for _, row := range d.Opened {
		who := t.Text(timeline.ColUser, row)
		if who == "" {
			who = t.Text(timeline.ColMailbox, row)
		}
		opened = append(opened, strings.TrimSpace(who+" "+t.Text(timeline.ColOperation, row)+" "+cite.Stamp(t.Time(row))))
	}
	r.Cells = cite.Cells(
		cite.FirstText(t, timeline.ColSubject, d.Rows), cite.FirstText(t, timeline.ColSender, d.Rows), cite.FirstText(t, timeline.ColAttachments, d.Rows), strings.Join(d.Risk.Extensions, ", "),
		d.Points, strings.Join(d.Reasons, "; "), cite.Distinct(t, timeline.ColMailbox, d.Rows), opened, id,
	)
	return r
}

// commonTypes are the info rows about messages with less than the least points,
// one for each combination of types.
func commonTypes(t *timeline.Timeline, all []*mail.RiskyDelivery, least int) []analysis.Row {
	type group struct {
		first, last, messages int
	}
	groups := map[string]*group{}
	var order []string
	for _, d := range all {
		types := strings.Join(d.Risk.Extensions, ", ")
		g := groups[types]
		if g == nil {
			g = &group{first: d.Rows[0]}
			groups[types] = g
			order = append(order, types)
		}
		g.last = d.Rows[0]
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
