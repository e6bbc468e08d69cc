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

// tellings are what is told of an actor, in order; an empty text is left out.
var tellings = []struct {
	what string
	tell func(*index, *actor.Actor) Claim
}{
	{"When", entered},
	{"How they got in", gotIn},
	{"From where", whence},
	{"Grounds", rests},
	{"Acts", did},
	{"Reached", reached},
	{"Still works", left},
	{"To do", toDo},
}

// A telling is a line of the summary: one thing told of an actor.
type telling struct {
	what string
	Claim
}

// paragraphs tell of an account what its actors did: a line for each thing told
// of the heaviest, and of the others in a few words.
func (x *index) paragraphs(a *account) (lines []telling) {
	for i, who := range a.actors {
		if i > 0 {
			lines = append(lines, telling{"Further actor", claim(entered(x, who), did(x, who))})
			continue
		}
		for _, t := range tellings {
			if c := t.tell(x, who); c.Text != "" {
				lines = append(lines, telling{t.what, c})
			}
		}
	}
	return lines
}

// entered says from when to when, and how the actor is ranked.
func entered(x *index, who *actor.Actor) Claim {
	use := "use of the account by somebody else than its user"
	if who.Insider {
		use = "use of rights beyond the user's role"
	}
	acts := x.actsOf(who)
	on := Basis{Actors: []*actor.Actor{who}}
	if len(acts) > 0 {
		on.Origins = x.originsAt([]int{acts[0].Rows[0], acts[len(acts)-1].Rows[0]})
	}
	return Claim{fmt.Sprintf("Actor %d (band %s, %g of 100 points) acted from %s to %s UTC; that is consistent with %s.", who.Rank, who.Band, who.Score, stamp(who.First), stamp(who.Last), use), on}
}

// mostNamedHere bounds the lists of a paragraph; the sheet Actors has all.
const mostNamedHere = 4

// whence says from where and with what the account was used.
func whence(x *index, who *actor.Actor) Claim {
	if len(who.IPs) == 0 {
		return Claim{"No record of it has an address.", x.actsBy(who)}
	}
	with := ""
	if programs := append(x.c.clients(who), who.Apps...); len(programs) > 0 {
		with = "; with " + first(programs, mostNamedHere)
	}
	return Claim{"It came from " + first(x.placed(who.IPs), mostNamedHere) + with + ".", x.linesOf(indicatorsName, who).and(x.actsBy(who))}
}

// linesOf are the rows of a sheet that are an actor's.
func (x *index) linesOf(sheet string, who *actor.Actor) Basis {
	return counted(sheet, actorColumn.Name, x.whoCell(who).Text)
}

// actsBy are all acts of an actor.
func (x *index) actsBy(who *actor.Actor) Basis { return x.linesOf(attackerName, who) }

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
func rests(_ *index, who *actor.Actor) Claim {
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
		return Claim{}
	}
	slices.SortStableFunc(titles, func(a, b string) int { return int(grounds[b].worst) - int(grounds[a].worst) })
	for i, title := range titles {
		titles[i] = fmt.Sprintf("%s (%s, %s confidence)", title, grounds[title].worst, grounds[title].sure)
	}
	return Claim{"It rests on " + first(titles, mostNamedHere) + ".", Basis{Rows: signsOf(who)}}
}

// did counts the acts by phase.
func did(x *index, who *actor.Actor) Claim {
	done, byPhase, failed := tally(x.actsOf(who))
	if done == 0 {
		return Claim{}
	}
	s := fmt.Sprintf("%s attributed to it: %s", many(done, "act is", "acts are"), byPhase)
	if failed > 0 {
		s += fmt.Sprintf("; %d more failed", failed)
	}
	return Claim{s + ".", x.actsBy(who)}
}

// gotIn says how the actor got in, as far as the evidence tells.
func gotIn(x *index, who *actor.Actor) Claim {
	entries := actor.Entries.From(x.c.Conclusion)[slices.Index(x.actors, who)]
	if len(entries) == 0 {
		return Claim{"How it got in is not told by the evidence read.", counted(coverageName)}
	}
	return Claim{entries[0].Text, Basis{Origins: x.originsAt(entries[0].Rows)}}
}

// presumedWords is how many messages of a mailbox must be presumed accessed, as
// far as the records tell.
func presumedWords(m *actor.ExposedMailbox) string {
	return presumedNumber(m.Presumed, m.PresumedKnown)
}

// presumedNumber is a number of messages that are presumed accessed, or what is
// known of it.
func presumedNumber(n int, known bool) string {
	switch {
	case known:
		return number(n)
	case n == 0:
		return "an unknown number"
	}
	return number(n) + " or more"
}

// presumedCell is the same for a cell: a number if all of them are known.
func presumedCell(m *actor.ExposedMailbox) Cell {
	if m.PresumedKnown {
		return count(m.Presumed)
	}
	return text(presumedWords(m))
}

// extent says how much of a mailbox was accessed, as far as the records tell.
func extent(m *actor.ExposedMailbox) string {
	words := fmt.Sprintf("%s proved accessed, %s presumed", many(m.Proved, "message is", "messages are"), presumedWords(m))
	switch m.Verdict {
	case actor.AllPresumed:
		return "all mail must be presumed accessed: " + words
	case actor.NoRecord:
		return "no record tells what was accessed"
	}
	return words
}

// reached says which messages the actor got.
func reached(x *index, who *actor.Actor) Claim {
	var parts []Claim
	for _, m := range actor.ExposedMailboxes.From(x.c.Conclusion) {
		if slices.Contains(m.Actors, who) {
			on := counted(exposureName, "Mailbox", m.Mailbox)
			if m.Verdict == actor.NoRecord {
				on = counted(mailboxesName, "Mailbox", m.Mailbox)
			}
			parts = append(parts, Claim{fmt.Sprintf("Of %s %s.", m.Mailbox, extent(&m)), on})
		}
	}
	return claim(parts...)
}

// left says what still works of what the actor put in place.
func left(x *index, who *actor.Actor) Claim {
	s := x.subject(who)
	on := counted(coverageName) // an absence, unless something was put in place
	if r := result(x.c, standingAccess); r != nil && len(s.made()) > 0 {
		on = counted(sheetOf(r.Analyzer))
	}
	line := s.standingLine()
	return Claim{strings.ToUpper(line[:1]) + line[1:] + ".", on}
}

// toDo says what an examiner does with the account.
func toDo(x *index, who *actor.Actor) Claim {
	if who.Band == actor.BandAct {
		return Claim{"End the sessions of the account, change its password, and check its factors, rules, consents and devices; then " + x.subject(who).nextLine() + ".", counted(requestsName, "Account", who.User)}
	}
	return Claim{"Settle with the user the innocent look-alikes that the sheets of these rows name.", Basis{Rows: signsOf(who)}}
}
