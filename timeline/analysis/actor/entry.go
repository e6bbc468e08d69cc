package actor

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
)

// An Entry is how an actor got into one account, as far as the records tell.
type Entry struct {
	Account    string
	Row        int // of the first sign-in or, without one, of the first act
	Cause      Cause
	Confidence analysis.Confidence
	Lure       *Lure // nil if none is found
	Door       []int // what the owner did that let the actor in
	Text       string
	Rows       []int // of the entry, the lure, clicks and the door, in time order
}

// Entries are those of each actor, by the actor's place in Attribution.Actors;
// that of its first account first, then in time order.
var Entries = &analysis.Fact[[][]Entry]{
	Name: "entries",
	Needs: []analysis.Need{
		analysis.Operations, analysis.Signs, change.Consents, change.ConsentedApps, logon.KitTraces, logon.Logons, logon.Relays, logon.SignIns, mail.Messages, Actors, Lures,
	},
	Thresholds: []*analysis.Threshold{LureHours},
	Points:     []*analysis.Point{entryMinutes, leastPushes, leastTries, leastAccounts},
	Make:       findEntries,
}

// entryMinutes is how long after the first sign-in others are of one entry: a
// relay, a kit or a code leaves several records.
var entryMinutes = &analysis.Point{Name: "entry.minutes", Value: 60, Doc: "minutes from the first sign-in on in which what is on record of the actor is of the entry"}

func findEntries(p *analysis.Pass) [][]Entry {
	actors := Actors.Of(p).Actors
	all := make([][]Entry, len(actors))
	if len(actors) == 0 {
		return all
	}
	d := newDoorway(p)
	for i, who := range actors {
		for _, b := range d.beginnings(who) {
			all[i] = append(all[i], d.entry(b))
		}
	}
	return all
}

// A beginning is what an actor did first in an account.
type beginning struct {
	who     *Actor
	account string
	user    uint32 // folded code
	row     int    // of the first sign-in or, without one, of the first act
	signIn  bool
	rows    []int // acts in the first minutes that did not fail
}

// beginnings are those of the accounts that an actor acted under.
func (d *doorway) beginnings(who *Actor) []*beginning {
	t := d.t
	var list []*beginning
	byUser := map[uint32]*beginning{}
	span := int64(entryMinutes.Int()) * 60e9
	for _, row := range who.Rows {
		user := t.Folded(timeline.ColUser, row)
		if t.Outcome(row) > timeline.Success || !strings.Contains(t.Value(timeline.ColUser, user), "@") {
			continue
		}
		b := byUser[user]
		if b == nil {
			b = &beginning{who: who, account: t.Value(timeline.ColUser, user), user: user, row: row}
			byUser[user] = b
			list = append(list, b)
		}
		if timeline.UnixNano(t, row)-timeline.UnixNano(t, b.row) > span {
			continue
		}
		b.rows = append(b.rows, row)
		if d.logons[row] != nil && !b.signIn {
			b.row, b.signIn = row, true
		}
	}
	slices.SortStableFunc(list, func(a, b *beginning) int {
		return boolOrder(strings.EqualFold(b.account, who.User), strings.EqualFold(a.account, who.User))
	})
	return list
}

// boolOrder compares two truths, false before true.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// entry tells how an actor got into an account.
func (d *doorway) entry(b *beginning) Entry {
	t := d.t
	e := Entry{Account: b.account, Row: b.row}
	if !b.who.Insider {
		e.Lure = d.lure(b)
	}
	why := d.cause(b, &e)
	var said []string
	what := "first sign-in"
	if !b.signIn {
		what = "no sign-in on record; first act"
	}
	first := fmt.Sprintf("%s: %s on %s", b.account, what, cite.Stamp(t.Time(b.row)))
	if place := logon.PlaceName(t.PlaceOf(t.Code(timeline.ColIP, b.row))); place != "" {
		first += " from " + place
	}
	said = append(said, fmt.Sprintf("%s (%s)", first, t.Origin(b.row)), fmt.Sprintf("consistent with %s, %s confidence: %s", e.Cause, e.Confidence, why))
	e.Rows = append(e.Rows, t.Act(b.row).Rows...)
	if e.Cause != CauseInsider {
		said = append(said, d.lureText(b, &e)...)
	}
	if s := d.factors(b); s != "" {
		said = append(said, "second factor: "+s)
	} else if e.Cause != CauseInsider {
		said = append(said, "no record of the sign-in says whether a second factor was required (needs the sign-in log)")
	}
	e.Rows = append(e.Rows, e.Door...)
	slices.Sort(e.Rows)
	e.Rows = slices.Compact(e.Rows)
	for i, s := range said {
		if i > 0 {
			said[i] = strings.ToUpper(s[:1]) + s[1:]
		}
	}
	e.Text = strings.Join(said, ". ") + "."
	return e
}

// factors is why the second factor let the first sign-in pass whose record
// says so.
func (d *doorway) factors(b *beginning) string {
	for _, row := range b.rows {
		if d.logons[row] == nil {
			continue
		}
		if s := secondFactor(d.t, d.t.Act(row).Rows); s != "" {
			return s
		}
	}
	return ""
}

// lure is the message that most likely opened the door to an account: one that
// was clicked, then the one that most speaks against, then one that was kept as
// evidence, then the one to most mailboxes, then the latest.
func (d *doorway) lure(b *beginning) *Lure {
	var best *Lure
	all := Lures.Of(d.p).All
	for i := range all {
		l := &all[i]
		if !l.Against || !slices.ContainsFunc(l.Entered, func(v Victim) bool { return v.Actor == b.who && strings.EqualFold(v.Address, b.account) }) {
			continue
		}
		if best == nil || d.likelier(l, best) {
			best = l
		}
	}
	return best
}

func (d *doorway) likelier(a, b *Lure) bool {
	for _, c := range [...]int{
		boolOrder(a.Clicked, b.Clicked), a.Score.Points() - b.Score.Points(), boolOrder(d.kept(a.Message), d.kept(b.Message)), len(a.Own) - len(b.Own),
	} {
		if c != 0 {
			return c > 0
		}
	}
	return a.Message.At > b.Message.At
}

// kept reports whether a message is evidence itself.
func (d *doorway) kept(m *mail.Message) bool {
	return slices.ContainsFunc(m.Rows, func(row int) bool {
		return d.classes[d.t.Code(timeline.ColOperation, row)] == analysis.ClassMessage
	})
}

// lureText says in words what lured the account's owner, and what they did.
func (d *doorway) lureText(b *beginning, e *Entry) []string {
	t := d.t
	var said []string
	if l := e.Lure; l != nil {
		text := fmt.Sprintf("the likeliest lure on record is %s from %s on %s (%s): %s", cite.Quote(l.Message.Subject), l.Message.Sender, cite.Stamp(timeline.Instant(l.Message.At)), t.Origin(l.Message.Rows[0]), l.Score)
		if !l.Clicked {
			text += "; no click is on record"
		}
		said = append(said, text)
		e.Rows = append(append(e.Rows, l.Message.Rows...), l.Clicks...)
	} else if len(mail.Messages.Of(d.p).Messages) == 0 {
		said = append(said, "no record of received mail: a lure cannot be looked for")
	} else {
		said = append(said, fmt.Sprintf("no message against which anything speaks is on record for the account in the %g hours before", d.p.Threshold(LureHours)))
	}
	if chats := d.chats(b); len(chats) > 0 {
		said = append(said, fmt.Sprintf("a chat from outside reached the account on %s (%s)", cite.Stamp(t.Time(chats[0])), t.Origin(chats[0])))
		e.Rows = append(e.Rows, chats...)
	}
	if len(e.Door) > 0 {
		said = append(said, fmt.Sprintf("an approval under the account before it is on record: %s on %s (%s)", t.Text(timeline.ColOperation, e.Door[0]), cite.Stamp(t.Time(e.Door[0])), t.Origin(e.Door[0])))
	}
	return said
}

// chats are the chats from outside that a sign speaks against and that reached
// the account in the hours before the entry.
func (d *doorway) chats(b *beginning) []int {
	t, signs := d.t, analysis.Signs.Of(d.p)
	to := timeline.UnixNano(t, b.row)
	from, _ := t.Between(to-int64(hours(d.p, LureHours)), to)
	var rows []int
	for row := from; row < b.row; row++ {
		if d.classes[t.Code(timeline.ColOperation, row)] != classChat || len(signs.At(t.Origin(row))) == 0 {
			continue
		}
		reached := t.Text(timeline.ColRecipients, row) + " " + t.Text(timeline.ColMailbox, row) + " " + t.PlainDetails(row)["Members"]
		if strings.Contains(strings.ToLower(reached), strings.ToLower(b.account)) {
			rows = append(rows, row)
		}
	}
	return rows
}

// classChat is that of chats among operations.
const classChat = "chat"
