package report

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// An account is one that actors worth a review used, the heaviest first.
type account struct {
	user   string
	actors []*actor.Actor
}

// accounts are those of the actors worth a review, by the rank of the heaviest.
func (x *index) accounts() []account {
	var list []account
	at := map[string]int{}
	for _, who := range x.suspects() {
		name := strings.ToLower(who.User)
		i, known := at[name]
		if !known {
			i = len(list)
			at[name] = i
			list = append(list, account{user: who.User})
		}
		list[i].actors = append(list[i].actors, who)
	}
	return list
}

// tellings are the sentences of an actor's paragraph, in their order; an empty
// one is left out.
var tellings = []func(*index, *actor.Actor) string{entered, whence, rests, did, left, toDo}

// paragraph says of an account what its actors did, in a few sentences.
func (x *index) paragraph(a *account) string {
	var parts []string
	for _, who := range a.actors {
		for _, tell := range tellings {
			if s := tell(x, who); s != "" {
				parts = append(parts, s)
			}
		}
	}
	return strings.Join(parts, " ")
}

// entered says from when to when, and how the actor is ranked.
func entered(_ *index, who *actor.Actor) string {
	use := "use of the account by somebody else than its user"
	if who.Insider {
		use = "use of rights beyond the user's role"
	}
	return fmt.Sprintf("Actor %d (band %s, %g of 100 points) acted from %s to %s UTC; that is consistent with %s.", who.Rank, who.Band, who.Score, stamp(who.First), stamp(who.Last), use)
}

// mostNamedHere bounds the lists of a paragraph; the sheet Actors has all.
const mostNamedHere = 4

// whence says from where and with what the account was used.
func whence(x *index, who *actor.Actor) string {
	if len(who.IPs) == 0 {
		return "No record of it has an address."
	}
	with := ""
	if programs := append(x.c.clients(who), who.Apps...); len(programs) > 0 {
		with = "; with " + first(programs, mostNamedHere)
	}
	return "It came from " + first(x.placed(who.IPs), mostNamedHere) + with + "."
}

// first lists some items and counts the others.
func first(items []string, most int) string {
	if more := len(items) - most; more > 0 {
		return list(items[:most]) + fmt.Sprintf(" and %d more", more)
	}
	return list(items)
}

// placed names addresses with their country and network.
func (x *index) placed(ips []string) []string {
	t := x.c.Timeline
	list := make([]string, len(ips))
	for i, ip := range ips {
		list[i] = ip
		code, ok := t.Find(timeline.ColIP, ip)
		if !ok {
			continue
		}
		p := t.PlaceOf(code)
		var parts []string
		for _, s := range []string{p.Country, p.Network, p.Kind} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		if len(parts) > 0 {
			list[i] += " (" + strings.Join(parts, ", ") + ")"
		}
	}
	return list
}

// clients are the types of client of an actor's acts, in the order of use.
func (c *Case) clients(who *actor.Actor) []string {
	var list []string
	seen := map[string]bool{"": true}
	for _, row := range who.Rows {
		if name := c.Timeline.Text(timeline.ColClient, row); !seen[name] {
			seen[name] = true
			list = append(list, name)
		}
	}
	return list
}

// rests names the analyses whose suspicious rows speak against the entry and
// what followed, with the surest of each.
func rests(x *index, who *actor.Actor) string {
	type ground struct {
		worst analysis.Severity
		sure  analysis.Confidence
	}
	grounds := map[string]ground{}
	var titles []string
	for _, s := range who.Signs {
		title := s.Analyzer.Title
		g, known := grounds[title]
		if !known {
			titles = append(titles, title)
		}
		if s.Severity > g.worst || s.Severity == g.worst && s.Confidence > g.sure {
			g = ground{s.Severity, s.Confidence}
		}
		grounds[title] = g
	}
	if len(titles) == 0 {
		return ""
	}
	slices.SortStableFunc(titles, func(a, b string) int { return int(grounds[b].worst) - int(grounds[a].worst) })
	for i, title := range titles {
		titles[i] = fmt.Sprintf("%s (%s, %s confidence)", title, grounds[title].worst, grounds[title].sure)
	}
	return "It rests on " + first(titles, mostNamedHere) + "."
}

// phaseWords are what an actor did in each phase of a compromise.
var phaseWords = []struct {
	phase actor.Phase
	words string
}{
	{actor.Access, "of access"},
	{actor.Reconnaissance, "of searching"},
	{actor.Collection, "of reading or copying"},
	{actor.Persistence, "of changing settings"},
	{actor.Fraud, "of writing, sending or sharing"},
	{actor.CoverUp, "of deleting, moving or hiding"},
}

// did counts the acts by phase.
func did(x *index, who *actor.Actor) string {
	n := map[actor.Phase]int{}
	done, failed := 0, 0
	for _, a := range x.actsOf(who) {
		if a.Failed {
			failed++
			continue
		}
		n[a.Phase]++
		done++
	}
	var parts []string
	for _, p := range phaseWords {
		if n[p.phase] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[p.phase], p.words))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	s := fmt.Sprintf("%s attributed to it: %s", many(done, "act is", "acts are"), list(parts))
	if failed > 0 {
		s += fmt.Sprintf("; %d more failed", failed)
	}
	return s + "."
}

// left says whether the actor put something in place.
func left(x *index, who *actor.Actor) string {
	n := 0
	for _, a := range x.actsOf(who) {
		if a.Phase == actor.Persistence && !a.Failed {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return "Whether what it changed still works must be seen in the tenant."
}

// toDo says what an examiner does with the account.
func toDo(_ *index, who *actor.Actor) string {
	if who.Band == actor.BandAct {
		return "To do: end the sessions of the account, change its password, and check its factors, rules, consents and devices."
	}
	return "To do: settle with the user the innocent look-alikes that the sheets of these rows name."
}
