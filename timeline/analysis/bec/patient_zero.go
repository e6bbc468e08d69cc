package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, mail.Messages, mail.Reputation, actor.Actors, riskyAttachment},
	Thresholds: append(lureBands.Thresholds(), lureWindow, soonUsed, manyRecipients),
	Points:     []*analysis.Point{pointsClicked, pointsLure, pointsSoon, pointsLike, pointsInside, pointsAuth, pointsRisky, pointsStranger, pointsMany, pointsSiblings},
	Version:    3,
	Techniques: []string{"T1566.001", "T1566.002"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Acts:       runPatientZero,
}

// soonUsed is how soon after a click its use makes the click more telling.
var soonUsed = &analysis.Threshold{Name: "patient-zero.soon_hours", Value: 24, Doc: "hours between a click or opening and the first suspicious logon that make it more telling"}

// manyRecipients is how many mailboxes one message from a stranger reaches
// when it is a campaign rather than single mail.
var manyRecipients = &analysis.Threshold{Name: "patient-zero.recipients", Value: 3, Doc: "mailboxes of the tenant from which on a stranger's message is one to many"}

// lureWindow is how long before the first suspicious logon the message is
// looked for: stolen passwords are mostly used within days.
var lureWindow = &analysis.Threshold{Name: "patient-zero.hours", Value: 72, Doc: "hours before the first suspicious logon in which the message is looked for"}

// Points of a message. One sign against the sender is not enough for a row,
// as strangers write every day; a click beside it is.
var (
	pointsClicked  = &analysis.Point{Name: "patient-zero.clicked", Value: 3, Doc: "a link clicked before the first suspicious logon"}
	pointsLure     = &analysis.Point{Name: "patient-zero.opened", Value: 2, Doc: "an attachment opened before it"}
	pointsSoon     = &analysis.Point{Name: "patient-zero.soon", Value: 1, Doc: "the click or opening came shortly before it"}
	pointsLike     = &analysis.Point{Name: "patient-zero.lookalike", Value: 3, Doc: "the sender's domain resembles a known one"}
	pointsInside   = &analysis.Point{Name: "patient-zero.actor", Value: 3, Doc: "a suspicious actor sent it from inside the tenant"}
	pointsAuth     = &analysis.Point{Name: "patient-zero.authentication", Value: 2, Doc: "its authentication failed"}
	pointsRisky    = &analysis.Point{Name: "patient-zero.attachment", Value: 2, Doc: "its attachment is a sign in risky-attachment"}
	pointsStranger = &analysis.Point{Name: "patient-zero.first_contact", Value: 1, Doc: "first contact with the sender"}
	pointsMany     = &analysis.Point{Name: "patient-zero.many_recipients", Value: 1, Doc: "such a stranger wrote to many mailboxes"}
	pointsSiblings = &analysis.Point{Name: "patient-zero.several_entered", Value: 3, Doc: "several of its recipients were entered in the hours after it"}
)

// lureBands are the points of a message.
var lureBands = cite.Bands{
	Low:    &analysis.Threshold{Name: "patient-zero.low_points", Value: 3, Doc: "points from which on a message received before a suspicious logon is low"},
	Medium: &analysis.Threshold{Name: "patient-zero.medium_points", Value: 4, Doc: "points from which on a message received before a suspicious logon is medium"},
	High:   &analysis.Threshold{Name: "patient-zero.high_points", Value: 6, Doc: "points from which on a message received before a suspicious logon is high"},
}

// A victim is a mailbox that an actor entered.
type victim struct {
	address string
	logon   int // row of the first suspicious logon
	actor   *actor.Actor
}

func runPatientZero(p *analysis.Pass) (*analysis.Finding, error) {
	m := mail.Messages.Of(p)
	if len(m.Messages) == 0 {
		return nil, analysis.Skip("no record of received mail: the message that gave an account away cannot be looked for")
	}
	victims := victimsOf(p)
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	w := newLureScale(p)
	weighed := 0
	window := time.Duration(p.Threshold(lureWindow) * float64(time.Hour))
	for i := range m.Messages {
		l := &m.Messages[i]
		if !l.Timed {
			continue
		}
		to := m.Reached(l)
		entered := enteredAfter(p.Timeline, victims, l, to, window)
		if len(entered) == 0 {
			continue
		}
		weighed++
		if r, ok := w.finding(l, to, entered); ok {
			f.Rows = append(f.Rows, r)
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s entered by a suspicious actor; %s received there in the %g hours before; %s.",
		cite.Plural(len(victims), "mailbox", "mailboxes"), cite.Counted(weighed, "message"), window.Hours(), cite.Plural(cite.Accusing(f.Rows), "is consistent with a lure", "are consistent with lures"))
	return f, nil
}

// victimsOf are the mailboxes that actors worth a review entered, by address,
// each with the first suspicious logon.
func victimsOf(p *analysis.Pass) map[string]victim {
	t := p.Timeline
	victims := map[string]victim{}
	for _, a := range actor.Actors.Of(p).Actors {
		if a.Band == actor.BandListed {
			continue
		}
		for _, name := range []string{a.User, a.Mailbox} {
			name = strings.ToLower(name)
			v, ok := victims[name]
			if name != "" && len(a.Logons) > 0 && (!ok || t.Time(a.Logons[0]).Before(t.Time(v.logon))) {
				victims[name] = victim{name, a.Logons[0], a}
			}
		}
	}
	return victims
}

// enteredAfter are the victims that a message reached in the window before they
// were entered.
func enteredAfter(t *timeline.Timeline, victims map[string]victim, l *mail.Message, to []string, window time.Duration) []victim {
	var entered []victim
	for _, a := range to {
		v, ok := victims[a]
		if !ok || a == l.Sender {
			continue
		}
		logonRow, _ := t.Nanos(v.logon)
		if d := logonRow - l.At; d >= 0 && d <= int64(window) {
			entered = append(entered, v)
		}
	}
	return entered
}

// A lureScale weighs messages.
type lureScale struct {
	p      *analysis.Pass
	signs  *mail.SenderSigns
	opened map[uint32][]int // rows of clicks and openings by folded message id
	risky  map[timeline.Origin]bool
	scale  cite.Scale
	soon   time.Duration // between a click and the logon
	many   float64       // recipients
}

func newLureScale(p *analysis.Pass) *lureScale {
	w := &lureScale{
		p: p, signs: mail.Reputation.Of(p), opened: map[uint32][]int{}, risky: signRecords(p.Finding(riskyAttachment)),
		scale: lureBands.Of(p), soon: time.Duration(p.Threshold(soonUsed) * float64(time.Hour)), many: p.Threshold(manyRecipients),
	}
	for row := range analysis.RowsOf(p, analysis.ClassOpen) {
		if id := p.Timeline.Folded(timeline.ColMessageID, row); id != 0 {
			w.opened[id] = append(w.opened[id], row)
		}
	}
	return w
}

// finding weighs a message; false if it is not worth a row.
func (w *lureScale) finding(l *mail.Message, to []string, entered []victim) (analysis.Row, bool) {
	t := w.p.Timeline
	var found cite.Score
	found.Add(w.signs.Resembling(l.Sender) != nil, pointsLike, "the sender's domain resembles a known one")
	found.Add(w.signs.Contacts.Own(l.Sender) && actor.WrittenByActor(w.p, l), pointsInside, "sent by a suspicious actor in the tenant")
	found.Add(w.signs.Unauthenticated(l), pointsAuth, "its authentication failed")
	found.Add(slices.ContainsFunc(l.Rows, func(row int) bool { return w.risky[t.Origin(row)] }), pointsRisky, "risky attachment")
	stranger := w.signs.Stranger(l)
	found.Add(stranger, pointsStranger, "first contact with the sender")
	own := slices.DeleteFunc(slices.Clone(to), func(a string) bool { return !w.signs.Contacts.Own(a) })
	found.Add(stranger && float64(len(own)) >= w.many, pointsMany, "a stranger's message to "+cite.Counted(len(own), "recipient"))
	against := found.Points() > 0
	found.Add(against && len(entered) > 1, pointsSiblings, cite.Counted(len(entered), "recipient")+" entered afterwards")
	opened, words := w.openings(l, entered)
	if against {
		found = append(found, opened.signs...)
	}
	points, reasons := found.Points(), found.String()
	severity := w.scale.Severity(points)
	if !against && !opened.clicked || against && severity == analysis.Info {
		return analysis.Row{}, false
	}
	if !against || w.signs.Contacts.Cleared(l.Sender) {
		severity = analysis.Info
	}
	rows := slices.Clone(l.Rows)
	var victims []string
	for _, v := range entered {
		severity = min(severity, actor.Raised(v.actor, severity))
		rows = append(rows, v.logon)
		victims = append(victims, v.address+" "+cite.Stamp(t.Time(v.logon)))
	}
	slices.Sort(rows)
	r := cite.Citing(t, slices.Compact(rows))
	r.Severity, r.Confidence, r.User, r.Mailbox = severity, analysis.Likely, "", ""
	if len(entered) == 1 {
		r.Mailbox = entered[0].address
	}
	if !against {
		reasons = cite.Also(reasons, "clicked; nothing else speaks against the message")
	}
	r.Cells = cite.Cells(
		l.Subject, l.Sender, timeline.Instant(l.At), victims, words, own, len(own),
		points, reasons, cite.FirstText(t, timeline.ColMessageID, l.Rows),
	)
	return r, true
}

// A lureOpening is what recipients did with a message before they were entered.
type lureOpening struct {
	clicked bool
	signs   cite.Score // of the victim whose openings weigh most
}

// openings are the clicks and openings of a message, in words for all, in
// points for those of victims before their first suspicious logon.
func (w *lureScale) openings(l *mail.Message, entered []victim) (lureOpening, []string) {
	t := w.p.Timeline
	var o lureOpening
	var words []string
	for _, row := range w.opened[t.Folded(timeline.ColMessageID, l.Rows[0])] {
		who := strings.ToLower(t.Text(timeline.ColMailbox, row))
		words = append(words, fmt.Sprintf("%s %s %s (%s)", who, t.Text(timeline.ColOperation, row), cite.Stamp(t.Time(row)), t.Origin(row)))
		i := slices.IndexFunc(entered, func(v victim) bool { return v.address == who })
		if i < 0 || row > entered[i].logon {
			continue
		}
		n, what := pointsLure, "an attachment opened before the first suspicious logon"
		if t.Text(timeline.ColOperation, row) == mail.OpLink {
			n, what, o.clicked = pointsClicked, "a link clicked before the first suspicious logon", true
		}
		var weighs cite.Score
		weighs.Add(true, n, what)
		weighs.Add(t.Time(entered[i].logon).Sub(t.Time(row)) <= w.soon, pointsSoon, fmt.Sprintf("less than %g hours before it", w.soon.Hours()))
		if weighs.Points() > o.signs.Points() {
			o.signs = weighs
		}
	}
	return o, words
}

// signRecords are the records under the rows of a finding that do more than
// inform; the finding may be nil.
func signRecords(f *analysis.Finding) map[timeline.Origin]bool {
	records := map[timeline.Origin]bool{}
	if f == nil {
		return records
	}
	for i := range f.Rows {
		if f.Rows[i].Severity == analysis.Info {
			continue
		}
		for _, o := range f.Rows[i].Origins {
			records[o] = true
		}
	}
	return records
}
