package report

import (
	"fmt"

	"becforensics/timeline"
	"becforensics/timeline/analysis/actor"
)

// Parts of an actor on its sheet.
const (
	partActor       = "actor"
	partReason      = "reason"
	partExplanation = "explanation"
	partScore       = "score"
	partLink        = "link"
	partHolds       = "belongs"
)

// actorsSheet lays open how each actor is ranked and what holds it together.
func actorsSheet(x *index) Sheet {
	s := Sheet{Name: actorsName, Title: "Actors", Tab: "0072B2", Intro: []string{
		"An actor is what belongs together: sessions, addresses, clients and acts that suspicious rows rest on. It is no person: two people who share an address or a session are one actor.",
		"The score is a ranking aid, no probability of guilt. It can be computed again by hand: the points of the reasons are added, to 100 at most; the points of the explanations, which speak for the user, are taken off, to 0 at least. From 30 points on an actor is in band review, from 60 on in band act, unless Settings and data say otherwise.",
		"Links say why two things are held to be one actor's: T1 is certain (one session, token or device), T2 strong (one address and account within a day), T3 likely, and examiner is the examiner's word.",
	}}
	s.Columns = []Column{
		actorColumn,
		{Name: "User", Doc: "The account of its first sign."},
		{Name: "Part", Doc: "actor, reason, explanation, score, link, or belongs."},
		{Name: "Kind", Doc: "Family of a reason, tier of a link, kind of what belongs to it.", Width: 14},
		{Name: "Points", Doc: "What the line adds to the score or takes off."},
		{Name: "Text", Doc: "The reason, explanation or link in words.", Width: 100},
		{Name: "Finding", Doc: "The suspicious row that a reason rests on."},
		recordColumns[0], recordColumns[1],
	}
	listed := 0
	for _, who := range x.actors {
		if benign(x.c, who) || who.Band == actor.BandListed {
			listed++
		}
		x.inActors[who] = s.Count + 1
		x.actorRows(who, func([]Cell) bool { s.Count++; return true })
	}
	if listed > 0 {
		s.Intro = append(s.Intro, fmt.Sprintf("%s in band listed or held for benign: one line each, for completeness.", plural(listed, "actor")))
	}
	s.Rows = linkOnce(func(yield func([]Cell) bool) {
		for _, who := range x.actors {
			if !x.actorRows(who, yield) {
				return
			}
		}
	}, 0)
	printedNote(&s)
	return s
}

// actorRows yields the rows of an actor, and reports whether more are wanted.
func (x *index) actorRows(who *actor.Actor, yield func([]Cell) bool) bool {
	more := true
	add := func(part, kind string, points Cell, what string, finding Cell, cited []timeline.Origin) {
		more = more && yield(append([]Cell{x.whoCell(who), text(who.User), text(part), text(kind), points, text(what), finding}, x.recordCells(cited)...))
	}
	none := Cell{}
	head := fmt.Sprintf("%s, from %s to %s UTC; mailboxes: %s; rests on %s", who.ID, stamp(who.First), stamp(who.Last), shortList(who.Mailboxes), who.Grounds())
	if who.Insider {
		head += "; acts from where the account usually is (insider)"
	}
	if r := x.c.Settings.Reviewed(who.ID); r != nil {
		head += "; review: " + reviewText(r)
	}
	add(partActor, who.Band.String(), points(who.Score), head, none, nil)
	if who.Band == actor.BandListed || benign(x.c, who) {
		return more
	}
	sum, speaks := 0.0, 0.0
	for _, r := range who.Reasons {
		sum += r.Points
		finding := none
		if r.Sign != nil {
			finding = x.rowCell(x.byID[r.Sign.ID].row)
		}
		add(partReason, r.Family, points(r.Points), r.Text, finding, r.Origins)
	}
	for _, e := range who.Explanations {
		speaks += e.Points
		add(partExplanation, "", points(e.Points), e.Text, none, nil)
	}
	add(partScore, who.Band.String(), points(who.Score), fmt.Sprintf("reasons add up to %g, of which at most 100 count; explanations to %g; together %g", tenth(sum), tenth(speaks), who.Score), none, nil)
	for _, l := range who.Links {
		add(partLink, string(l.Tier), none, l.Text+": "+l.From+" and "+l.To, none, x.originsAt(l.Rows))
	}
	for _, b := range []struct {
		kind   string
		values []string
	}{{"addresses", x.placed(who.IPs)}, {"sessions", who.Sessions}, {"user agents", who.UserAgents}, {"applications", who.Apps}, {"mailboxes", who.Mailboxes}} {
		if len(b.values) > 0 {
			add(partHolds, b.kind, none, shortList(b.values), none, nil)
		}
	}
	return more
}
