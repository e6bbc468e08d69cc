package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"becforensics/geo"
	"becforensics/report/picture"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/logon"
)

// mostLanes are the networks, and the mailboxes, that have a lane of their own.
const mostLanes = 6

// A group of lanes is of one kind of things: networks, or mailboxes.
type laneGroup struct {
	lanes []*pageLane
	more  *pageLane // of those that have no lane of their own
}

// A pageLane is a lane with the acts in it.
type pageLane struct {
	name, note string
	acts       []*actor.Act
}

// lane is the lane of a thing, by name.
func (g *laneGroup) lane(name, note, others string) *pageLane {
	for _, l := range g.lanes {
		if strings.EqualFold(l.name, name) {
			return l
		}
	}
	if len(g.lanes) == mostLanes {
		if g.more == nil {
			g.more = &pageLane{name: others}
		}
		return g.more
	}
	l := &pageLane{name: name, note: note}
	g.lanes = append(g.lanes, l)
	return l
}

func (g *laneGroup) all() []*pageLane {
	if g.more == nil {
		return g.lanes
	}
	return append(slices.Clone(g.lanes), g.more)
}

// lanes draws the acts of an actor: each once, in the lane of what it
// concerns.
func (m *pageMaker) lanes(id string, who *actor.Actor, acts []actor.Act, most int) Drawing {
	var networks, mailboxes laneGroup
	rules, out, other := &pageLane{name: "Rules, standing access"}, &pageLane{name: "Mail and files out"}, &pageLane{name: "Directory, other acts"}
	classes := analysis.Operations.From(m.Conclusion)
	untimed := 0
	for i := range acts {
		act := &acts[i]
		if act.At.IsZero() {
			untimed++
			continue
		}
		l := other
		name, note := m.networkOf(act.Rows)
		switch class := classes[m.Timeline.Code(timeline.ColOperation, act.Rows[0])]; {
		case class == analysis.ClassRule || act.Phase == actor.Persistence:
			l = rules
		case class == analysis.ClassSend || act.Phase == actor.Fraud:
			l = out
		case act.Phase == actor.Access && name != "":
			l = networks.lane(name, note, "Other networks")
		case act.Mailbox != "":
			l = mailboxes.lane(act.Mailbox, "mailbox", "Other mailboxes")
		case name != "":
			l = networks.lane(name, note, "Other networks")
		}
		l.acts = append(l.acts, act)
	}
	home := m.home(who)
	kept := slices.DeleteFunc(slices.Concat(networks.all(), mailboxes.all(), []*pageLane{rules, out, other}), func(l *pageLane) bool { return len(l.acts) == 0 })
	desc := fmt.Sprintf("%s in the order of time, evenly spaced, not to scale; an upright line says where a pause ended.", plural(len(acts)-untimed, "act"))
	if untimed > 0 {
		desc += fmt.Sprintf(" %s without a time not drawn.", many(untimed, "act is", number(untimed)+" acts are"))
	}
	for _, l := range kept {
		desc += fmt.Sprintf(" Lane %s: %s.", l.name, plural(len(l.acts), "act"))
	}
	title := fmt.Sprintf("What was done under the account of %s: acts of actor %d", who.User, who.Rank)
	return func(record func(timeline.Origin) string) string {
		p := picture.Lanes{ID: id + "-lanes", Title: title, Desc: desc, Most: most}
		if len(home) > 0 {
			p.Lanes = append(p.Lanes, picture.Lane{Name: "Account at home", Note: "logons that are no actor's", Marks: home, Daily: true})
			p.Keys = append(p.Keys, picture.Key{Shape: picture.Ring, Text: "the account's own logons on a day"})
		}
		used := map[actor.Phase]bool{}
		failed := false
		for _, l := range kept {
			lane := picture.Lane{Name: l.name, Note: l.note}
			for _, act := range l.acts {
				lane.Marks = append(lane.Marks, m.mark(act, record))
				used[act.Phase] = true
				failed = failed || act.Failed
			}
			p.Lanes = append(p.Lanes, lane)
		}
		p.Keys = append(p.Keys, keysOf(used)...)
		if failed {
			p.Keys = append(p.Keys, picture.Key{Shape: picture.Square, Hollow: true, Text: "hollow: failed"})
		}
		return p.SVG()
	}
}

// markRunes is how much of an act a mark says; the key timeline has more.
const markRunes = 120

func (m *pageMaker) mark(act *actor.Act, record func(timeline.Origin) string) picture.Mark {
	mark := picture.Mark{
		At: act.At, Shape: shapeOf(act.Phase), Hollow: act.Failed,
		Title: act.At.UTC().Format(time.DateTime) + ", " + string(act.Phase) + ": " + shorten(act.Text, min(m.Runes, markRunes)) + ", " + m.Timeline.Origin(act.Rows[0]).String(),
	}
	for _, row := range act.Rows {
		if mark.Href = record(m.Timeline.Origin(row)); mark.Href != "" {
			break
		}
	}
	return mark
}

// networkOf names the network of an act, by the first of its records that has
// one.
func (m *pageMaker) networkOf(rows []int) (name, note string) {
	for _, row := range rows {
		addr, err := netip.ParseAddr(m.Timeline.Text(timeline.ColIP, row))
		if err != nil {
			continue
		}
		name = geo.Network(addr).String()
		if p := m.Timeline.Place(row); p != nil {
			note = strings.Join(slices.DeleteFunc([]string{p.Country, p.Kind, p.Network}, func(s string) bool { return s == "" }), ", ")
		}
		return name, note
	}
	return "", ""
}

// around is how long before and after an actor's acts the account's own logons
// are shown.
const around = 24 * time.Hour

// home are the logons of an actor's first account that are no actor's.
func (m *pageMaker) home(who *actor.Actor) []picture.Mark {
	user, ok := m.Timeline.Find(timeline.ColUser, who.User)
	if !ok || who.First.IsZero() {
		return nil
	}
	user = m.Timeline.Fold(timeline.ColUser)[user]
	attribution := actor.Actors.From(m.Conclusion)
	var marks []picture.Mark
	for _, l := range logon.Logons.From(m.Conclusion) {
		at := time.Unix(0, l.Time).UTC()
		if l.User != user || !l.Admitted() || l.Service || at.Before(who.First.Add(-around)) || at.After(who.Last.Add(around)) {
			continue
		}
		if by, _ := attribution.At(l.Row); by != nil {
			continue
		}
		marks = append(marks, picture.Mark{At: at, Shape: picture.Ring, Title: shorten(m.Timeline.Line(l.Row), markRunes)})
	}
	return marks
}
