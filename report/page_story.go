package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"becforensics/report/picture"
	"becforensics/timeline"
	"becforensics/timeline/analysis/actor"
)

// told are the actors that are worth a review.
func (m *pageMaker) told() []int {
	var told []int
	for i, who := range m.actors {
		if who.Band != actor.BandListed {
			told = append(told, i)
		}
	}
	return told
}

// stories tell of each actor that is worth a review.
func (m *pageMaker) stories() {
	s := Sheet{Title: "Actors"}
	told := m.told()
	var claims []Claim
	switch listed := len(m.actors) - len(told); {
	case len(m.actors) == 0:
		claims = []Claim{{"No signs join to an actor. That is a statement about the evidence read, not about what happened.", counted(coverageName)}}
	case len(told) == 0:
		claims = []Claim{{fmt.Sprintf("No actor is worth a review; %s listed in the findings as data.", many(listed, "is", number(listed)+" are")), counted(coverageName)}}
	default:
		var on Basis
		for _, i := range told {
			on.Actors = append(on.Actors, m.actors[i])
		}
		claims = []Claim{{many(len(told), "actor is", "actors are") + " worth a review, the heaviest first.", on}}
		s.Intro = []string{"Band act: the signs are enough to act on; band review: enough to look into. What is told of an actor is what the records show under the accounts; it is consistent with a compromise and names no person."}
		if listed > 0 {
			s.Intro = append(s.Intro, plural(listed, "actor")+" of less weight: see the findings as data.")
		}
	}
	m.add("actors", s, "").claims = claims
	shown := told[:min(len(told), m.Stories)]
	for _, i := range shown {
		m.story(i, max(1, m.Marks/len(shown)))
	}
	if left := len(told) - len(shown); left > 0 {
		m.inner("actors-left", Sheet{Title: "Further actors", Intro: []string{plural(left, "further actor") + " worth a review: see the findings as data."}}, "")
	}
}

// mostMarks of one picture's lanes are drawn; above it lanes collapse to days.
const mostMarks = 500

// story tells of one actor: what it did, why it is held for one, and what
// belongs to it.
func (m *pageMaker) story(i, marks int) {
	who, acts := m.actors[i], m.acts[i]
	id := "actor" + number(who.Rank)
	heading := fmt.Sprintf("Actor %d: %s (%s, %g points)", who.Rank, who.User, who.Band, who.Score)
	var intro []string
	if review := m.Settings.Reviewed(who.ID); review != nil {
		intro = append(intro, "The examiner holds it for "+reviewText(review)+".")
	}
	section := m.inner(id, Sheet{Title: heading, Intro: intro}, "")
	section.Draw, section.claims = m.lanes(id, who, acts, min(mostMarks, marks)), m.storyClaims(i)
	m.containment(i, who)
	if len(who.Links) > 0 {
		section := m.inner(id+"-links", Sheet{Title: fmt.Sprintf("Why it is one actor: links of actor %d", who.Rank)}, "")
		section.Draw, section.claims = links(id, who), []Claim{{many(len(who.Links), "link joins", "links join") + " its parts.", m.linkRecords(who)}}
	}
	m.inner(id+"-reasons", reasons(who), "the findings as data")
	m.inner(id+"-parts", m.parts(who), "").claims = []Claim{{"As the records of its acts name them.", m.actsOf(i)}}
}

// course says in a paragraph what an actor did, by phase.
func (m *pageMaker) course(who *actor.Actor, acts []actor.Act) string {
	var line string
	if !who.First.IsZero() {
		line = fmt.Sprintf("Between %s and %s UTC", stamp(who.First), stamp(who.Last))
		if zone := zoneOf(m.Case); zone != nil {
			line += fmt.Sprintf(" (%s and %s in %s)", local(who.First, zone), local(who.Last, zone), zone)
		}
		line += ", "
	}
	done, byPhase, failed := tally(acts)
	line += fmt.Sprintf("from %s and in %s: %s", many(len(who.IPs), "address", "addresses"), many(len(who.Mailboxes), "mailbox", "mailboxes"), plural(done, "act"))
	if done > 0 {
		line += " (" + byPhase + ")"
	}
	if failed > 0 {
		line += fmt.Sprintf("; %d more failed", failed)
	}
	if who.Insider {
		line += ". The acts are of the account itself, from where it usually is"
	}
	return strings.ToUpper(line[:1]) + line[1:] + "."
}

// tiers are the words for how sure a link is, and their place on the scale.
var tiers = map[actor.Tier]struct {
	word  string
	place int
}{actor.Certain: {"certain", 1}, actor.Strong: {"strong", 2}, actor.Likely: {"likely", 3}, actor.Examiner: {"by the examiner", 4}}

// Most nodes and links that a picture of links has room for.
const (
	mostNodes = 24
	mostLinks = 40
)

// links draws what joins the parts of an actor.
func links(id string, who *actor.Actor) Drawing {
	p := picture.Links{ID: id + "-net", Title: fmt.Sprintf("Links of actor %d", who.Rank)}
	place := map[string]int{}
	node := func(name string) (int, bool) {
		i, ok := place[name]
		if !ok && len(p.Nodes) < mostNodes {
			i, ok = len(p.Nodes), true
			place[name] = i
			p.Nodes = append(p.Nodes, name)
		}
		return i, ok
	}
	type group struct {
		from int // -1 of links of parts that have one name
		text string
	}
	drawn := map[group]int{} // the place of the links of one node by one sentence
	left := 0
	for _, l := range who.Links {
		from, okFrom := node(l.From)
		to, okTo := node(l.To)
		key := group{from, tiers[l.Tier].word + ": " + l.Text}
		if from == to {
			key.from = -1
		}
		i, known := drawn[key]
		switch {
		case !okFrom || !okTo || !known && len(p.Links) == mostLinks:
			left++
		case !known:
			drawn[key] = len(p.Links)
			nodes := []int{from}
			if from != to {
				nodes = append(nodes, to)
			}
			p.Links = append(p.Links, picture.Link{Nodes: nodes, Within: from == to, Tier: tiers[l.Tier].place, Text: key.text})
		case !slices.Contains(p.Links[i].Nodes, to):
			p.Links[i].Nodes = append(p.Links[i].Nodes, to)
		}
	}
	p.Desc = fmt.Sprintf("%s joined by %s. Each has a column, each link a line with its sentence: thick if it is certain, thin if strong, dashed if likely, dotted if it is the examiner's word. Dots without a line are joined within: what is on record of one account at one address at several times.",
		many(len(p.Nodes), "access context", "access contexts"), plural(len(who.Links)-left, "link"))
	for _, l := range p.Links {
		p.Desc += fmt.Sprintf(" %s, %s.", l.Names(), l.Text)
	}
	if left > 0 {
		p.Desc += fmt.Sprintf(" %s in the findings as data.", many(left, "further link stands", number(left)+" further links stand"))
	}
	return func(func(timeline.Origin) string) string { return p.SVG() }
}

// reasons are the points of an actor's score.
func reasons(who *actor.Actor) Sheet {
	s := Sheet{Title: fmt.Sprintf("Why it weighs: score of actor %d", who.Rank), Intro: []string{"The points add up to the score, which is 100 at most."}}
	s.Columns = []Column{
		{Name: "Points", Doc: "What the reason adds or takes."},
		{Name: "Family", Doc: "The kind of sign."},
		{Name: "Reason", Doc: "Why.", Wrap: true},
		{Name: "Records", Doc: "What it rests on."},
	}
	var rows [][]Cell
	for _, r := range who.Reasons {
		rows = append(rows, []Cell{points(r.Points), text(r.Family), text(r.Text), citing(r.Origins...)})
	}
	for _, e := range who.Explanations {
		rows = append(rows, []Cell{points(e.Points), text("speaks for the user"), text(e.Text), citing(grounds(signsOf(who))...)})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// parts lists what belongs to an actor.
func (m *pageMaker) parts(who *actor.Actor) Sheet {
	s := Sheet{Title: fmt.Sprintf("What belongs to actor %d", who.Rank)}
	s.Columns = []Column{{Name: "Kind", Doc: "What it is."}, {Name: "Number", Doc: "How many there are."}, {Name: "Values", Doc: "The first of them.", Wrap: true}}
	var rows [][]Cell
	for _, part := range []struct {
		kind   string
		values []string
	}{{"Mailboxes", who.Mailboxes}, {"Addresses", who.IPs}, {"Sessions", who.Sessions}, {"User agents", who.UserAgents}, {"Applications", who.Apps}} {
		if len(part.values) > 0 {
			shown := part.values[:min(len(part.values), 20)]
			rows = append(rows, []Cell{text(part.kind), count(len(part.values)), text(strings.Join(shown, "; "))})
		}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// shorten cuts text to so many characters and marks it.
func shorten(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	runes := []rune(s)
	return string(runes[:most]) + " … [cut]"
}

// ranked are the records that the page cites: those of the key timeline, the
// acts of actors, what suspicious rows rest on, the gravest first, and what
// else stands in its tables.
func (m *pageMaker) ranked(key Sheet) []timeline.Origin {
	var all []timeline.Origin
	seen := map[timeline.Origin]bool{}
	take := func(list ...timeline.Origin) {
		for _, o := range list {
			if !seen[o] {
				seen[o] = true
				all = append(all, o)
			}
		}
	}
	key.Rows(func(cells []Cell) bool {
		for _, c := range cells {
			take(c.Origins...)
		}
		return true
	})
	for _, i := range m.told() {
		for _, act := range m.acts[i] {
			take(m.Timeline.Origin(act.Rows[0]))
		}
	}
	cites := cited(m.Case)
	rest := make([]timeline.Origin, 0, len(cites))
	for o := range cites {
		rest = append(rest, o)
	}
	slices.SortFunc(rest, func(a, b timeline.Origin) int {
		if cites[a] != cites[b] {
			return int(cites[b]) - int(cites[a])
		}
		return a.Compare(b)
	})
	take(rest...)
	for _, s := range m.page.Sections {
		if len(s.Columns) == 0 {
			continue
		}
		s.Rows(func(cells []Cell) bool {
			for _, c := range cells {
				take(c.Origins...)
			}
			return true
		})
	}
	return all
}
