package actor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// soonUsed is how soon after a click its use makes the click more telling.
var soonUsed = &analysis.Threshold{Name: "patient-zero.soon_hours", Value: 24, Doc: "hours between a click or opening and the first suspicious logon that make it more telling"}

// manyRecipients is how many mailboxes one message from a stranger reaches
// when it is a campaign rather than single mail.
var manyRecipients = &analysis.Threshold{Name: "patient-zero.recipients", Value: 3, Doc: "mailboxes of the tenant from which on a stranger's message is one to many"}

// LureHours is how long before the first suspicious logon the message is
// looked for: stolen passwords are mostly used within days.
var LureHours = &analysis.Threshold{Name: "patient-zero.hours", Value: 72, Doc: "hours before the first suspicious logon in which the message is looked for"}

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

// LurePoints are what speaks against a message that may be a lure.
var LurePoints = []*analysis.Point{pointsClicked, pointsLure, pointsSoon, pointsLike, pointsInside, pointsAuth, pointsRisky, pointsStranger, pointsMany, pointsSiblings}

// A Victim is a mailbox that an actor entered.
type Victim struct {
	Address string // in lower case
	Logon   int    // row of the first suspicious logon, or of the first act
	Actor   *Actor
}

// A Lure is a message that victims received in the hours before they were
// entered, and what speaks against it. Most such messages are innocent.
type Lure struct {
	Message *mail.Message
	Own     []string // its recipients in the tenant
	Entered []Victim
	Against bool       // something speaks against the message or its sender
	Clicked bool       // by a victim before the entry
	Score   cite.Score // openings included where something else speaks against it
	Opened  []string   // by whom, when and by which record
	Clicks  []int      // rows of clicks and openings by victims before they were entered
}

// A LureSet is the messages that may have opened the door.
type LureSet struct {
	Victims []Victim // by address
	All     []Lure   // in the order of messages
}

// Lures are the messages that mailboxes received in the hours before an actor
// in band act or review entered them.
var Lures = &analysis.Fact[*LureSet]{
	Name:       "lures",
	Needs:      []analysis.Need{analysis.Operations, mail.Messages, mail.Reputation, mail.Risky, Actors},
	Thresholds: []*analysis.Threshold{LureHours, soonUsed, manyRecipients},
	Points:     LurePoints,
	Make:       findLures,
}

func findLures(p *analysis.Pass) *LureSet {
	m := mail.Messages.Of(p)
	victims := victimsOf(p)
	set := &LureSet{}
	for _, v := range victims {
		set.Victims = append(set.Victims, v)
	}
	slices.SortFunc(set.Victims, func(a, b Victim) int { return cmp.Compare(a.Address, b.Address) })
	if len(victims) == 0 {
		return set
	}
	w := newLureScale(p)
	for i := range m.Messages {
		l := &m.Messages[i]
		if !l.Timed {
			continue
		}
		to := m.Reached(l)
		if entered := enteredAfter(p.Timeline, victims, l, to, hours(p, LureHours)); len(entered) > 0 {
			set.All = append(set.All, w.weigh(l, to, entered))
		}
	}
	return set
}

// victimsOf are the mailboxes that actors worth a review entered, by address,
// each with the first suspicious logon. Where no logon is on record, the first
// act of the actor in its own account stands for it: an application may use an
// account without any.
func victimsOf(p *analysis.Pass) map[string]Victim {
	t := p.Timeline
	victims := map[string]Victim{}
	for _, a := range Actors.Of(p).Actors {
		if a.Band == BandListed {
			continue
		}
		for _, row := range a.Logons {
			for _, name := range [...]string{t.Text(timeline.ColUser, row), t.Text(timeline.ColMailbox, row)} {
				name = strings.ToLower(name)
				if v, ok := victims[name]; strings.Contains(name, "@") && (!ok || row < v.Logon) {
					victims[name] = Victim{name, row, a}
				}
			}
		}
	}
	for _, a := range Actors.Of(p).Actors {
		name := strings.ToLower(a.User)
		if _, ok := victims[name]; ok || a.Band == BandListed || a.Insider || !strings.Contains(name, "@") {
			continue
		}
		for _, row := range a.Rows {
			if t.Outcome(row) <= timeline.Success && strings.EqualFold(t.Text(timeline.ColUser, row), name) {
				victims[name] = Victim{name, row, a}
				break
			}
		}
	}
	return victims
}

// enteredAfter are the victims that a message reached in the window before they
// were entered.
func enteredAfter(t *timeline.Timeline, victims map[string]Victim, l *mail.Message, to []string, window time.Duration) []Victim {
	var entered []Victim
	for _, a := range to {
		v, ok := victims[a]
		if !ok || a == l.Sender {
			continue
		}
		if d := timeline.UnixNano(t, v.Logon) - l.At; d >= 0 && d <= int64(window) {
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
	risky  map[int]bool     // rows of messages whose attachment is a sign
	soon   time.Duration    // between a click and the logon
	many   float64          // recipients
}

func newLureScale(p *analysis.Pass) *lureScale {
	w := &lureScale{
		p: p, signs: mail.Reputation.Of(p), opened: map[uint32][]int{}, risky: map[int]bool{},
		soon: hours(p, soonUsed), many: p.Threshold(manyRecipients),
	}
	for row := range analysis.RowsOf(p, analysis.ClassOpen) {
		if id := p.Timeline.Folded(timeline.ColMessageID, row); id != 0 {
			w.opened[id] = append(w.opened[id], row)
		}
	}
	for _, d := range mail.Risky.Of(p).All {
		for _, row := range d.Rows {
			w.risky[row] = d.Severity > analysis.Info
		}
	}
	return w
}

// weigh says what speaks against a message.
func (w *lureScale) weigh(l *mail.Message, to []string, entered []Victim) Lure {
	found := Lure{Message: l, Entered: entered, Own: slices.DeleteFunc(slices.Clone(to), func(a string) bool { return !w.signs.Contacts.Own(a) })}
	add := found.Score.Add
	add(w.signs.Resembling(l.Sender) != nil, pointsLike, "the sender's domain resembles a known one")
	add(w.signs.Contacts.Own(l.Sender) && WrittenByActor(w.p, l), pointsInside, "sent by a suspicious actor in the tenant")
	add(w.signs.Unauthenticated(l), pointsAuth, "its authentication failed")
	add(slices.ContainsFunc(l.Rows, func(row int) bool { return w.risky[row] }), pointsRisky, "risky attachment")
	stranger := w.signs.Stranger(l)
	add(stranger, pointsStranger, "first contact with the sender")
	add(stranger && float64(len(found.Own)) >= w.many, pointsMany, "a stranger's message to "+cite.Counted(len(found.Own), "recipient"))
	found.Against = found.Score.Points() > 0
	add(found.Against && len(entered) > 1, pointsSiblings, cite.Counted(len(entered), "recipient")+" entered afterwards")
	if opened := w.openings(&found); found.Against {
		found.Score = append(found.Score, opened...)
	}
	return found
}

// openings adds the clicks and openings of a message, and gives the points of
// the victim whose openings before the first suspicious logon weigh most.
func (w *lureScale) openings(found *Lure) cite.Score {
	t := w.p.Timeline
	var heaviest cite.Score
	for _, row := range w.opened[t.Folded(timeline.ColMessageID, found.Message.Rows[0])] {
		who := strings.ToLower(t.Text(timeline.ColMailbox, row))
		found.Opened = append(found.Opened, fmt.Sprintf("%s %s %s (%s)", who, t.Text(timeline.ColOperation, row), cite.Stamp(t.Time(row)), t.Origin(row)))
		i := slices.IndexFunc(found.Entered, func(v Victim) bool { return v.Address == who })
		if i < 0 || row > found.Entered[i].Logon {
			continue
		}
		found.Clicks = append(found.Clicks, row)
		n, what := pointsLure, "an attachment opened before the first suspicious logon"
		if t.Text(timeline.ColOperation, row) == mail.OpLink {
			n, what, found.Clicked = pointsClicked, "a link clicked before the first suspicious logon", true
		}
		var weighs cite.Score
		weighs.Add(true, n, what)
		weighs.Add(t.Time(found.Entered[i].Logon).Sub(t.Time(row)) <= w.soon, pointsSoon, fmt.Sprintf("less than %g hours before it", w.soon.Hours()))
		if weighs.Points() > heaviest.Points() {
			heaviest = weighs
		}
	}
	return heaviest
}
