package bec

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var patientZero = &analysis.Analyzer{
	Name:  "patient-zero",
	Title: "Patient zero",
	Doc:   explain("patient-zero"),
	Columns: []analysis.Column{
		{Name: "Subject", Doc: "subject of the message", Kind: analysis.Text},
		{Name: "Sender", Doc: "its sender", Kind: analysis.Text},
		{Name: "Received", Doc: "when it is first on record", Kind: analysis.Moment},
		{Name: "Entered afterwards", Doc: "recipients whose mailbox a suspicious actor entered soon afterwards, with the time of the first suspicious logon", Kind: analysis.List},
		{Name: "Opened", Doc: "who clicked a link or opened an attachment, when, and the record of it", Kind: analysis.List},
		{Name: "Recipients", Doc: "the tenant's addresses that got the message", Kind: analysis.List},
		{Name: "Recipient count", Doc: "how many these are", Kind: analysis.Count},
		{Name: "Points", Doc: "the sum of what speaks against the message", Kind: analysis.Count},
		{Name: "Reasons", Doc: "what speaks against the message, with points", Kind: analysis.Text, Wrap: true},
		{Name: "Message ID", Doc: "internet message id", Kind: analysis.Text},
	},
	Key:        []string{analysis.KeyMailbox, "Sender", "Message ID"},
	Needs:      []analysis.Need{analysis.Signs, mail.Contacts, mail.Messages, actor.Actors, actor.Lures},
	Thresholds: append(lureBands.Thresholds(), actor.LureHours),
	Points:     actor.LurePoints,
	Version:    4,
	Techniques: []string{"T1566.001", "T1566.002"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Acts:       runPatientZero,
}

// lureBands are the points of a message.
var lureBands = cite.Bands{
	Low:    &analysis.Threshold{Name: "patient-zero.low_points", Value: 3, Doc: "points from which on a message received before a suspicious logon is low"},
	Medium: &analysis.Threshold{Name: "patient-zero.medium_points", Value: 4, Doc: "points from which on a message received before a suspicious logon is medium"},
	High:   &analysis.Threshold{Name: "patient-zero.high_points", Value: 6, Doc: "points from which on a message received before a suspicious logon is high"},
}

func runPatientZero(p *analysis.Pass) (*analysis.Finding, error) {
	if len(mail.Messages.Of(p).Messages) == 0 {
		return nil, analysis.Skip("no record of received mail: the message that gave an account away cannot be looked for")
	}
	lures := actor.Lures.Of(p)
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	scale := lureBands.Of(p)
	for i := range lures.All {
		if r, ok := lureRow(p, scale, &lures.All[i]); ok {
			f.Rows = append(f.Rows, r)
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s entered by a suspicious actor; %s received there in the %g hours before; %s.",
		cite.Plural(len(lures.Victims), "mailbox", "mailboxes"), cite.Counted(len(lures.All), "message"), p.Threshold(actor.LureHours), cite.Plural(cite.Accusing(f.Rows), "is consistent with a lure", "are consistent with lures"))
	return f, nil
}

// lureRow is the row of a message; false if it is not worth one.
func lureRow(p *analysis.Pass, scale cite.Scale, l *actor.Lure) (analysis.Row, bool) {
	t, m := p.Timeline, l.Message
	points, reasons := l.Score.Points(), l.Score.String()
	severity := scale.Severity(points)
	if !l.Against && !l.Clicked || l.Against && severity == analysis.Info {
		return analysis.Row{}, false
	}
	if !l.Against || mail.Contacts.Of(p).Cleared(m.Sender) {
		severity = analysis.Info
	}
	rows := slices.Clone(m.Rows)
	var victims []string
	for _, v := range l.Entered {
		severity = min(severity, actor.Raised(v.Actor, severity))
		rows = append(rows, v.Logon)
		victims = append(victims, v.Address+" "+cite.Stamp(t.Time(v.Logon)))
	}
	slices.Sort(rows)
	r := cite.Citing(t, slices.Compact(rows))
	r.Severity, r.Confidence, r.User, r.Mailbox = severity, analysis.Likely, "", ""
	if len(l.Entered) == 1 {
		r.Mailbox = l.Entered[0].Address
	}
	if !l.Against {
		reasons = cite.Also(reasons, "clicked; nothing else speaks against the message")
	}
	r.Cells = cite.Cells(
		m.Subject, m.Sender, timeline.Instant(m.At), victims, l.Opened, l.Own, len(l.Own),
		points, reasons, cite.FirstText(t, timeline.ColMessageID, m.Rows),
	)
	return r, true
}
