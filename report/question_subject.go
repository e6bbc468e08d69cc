package report

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// sureOf is how sure the band of an actor makes a sentence.
func sureOf(b actor.Band) analysis.Confidence {
	if b == actor.BandAct {
		return analysis.Firm
	}
	return analysis.Likely
}

// grounds are the records under rows.
func grounds(rows []*analysis.Row) []timeline.Origin {
	var origins []timeline.Origin
	for _, row := range rows {
		origins = append(origins, row.Origins...)
	}
	return origins
}

// signs are the suspicious rows about the subject that an actor rests on.
func (s *subject) signs(who *actor.Actor) []*analysis.Row {
	if s.account == "" {
		return signsOf(who)
	}
	return s.signsBy[who][strings.ToLower(s.account)]
}

func (s *subject) compromised(a *answer) {
	for _, who := range s.actors {
		of := who.User
		if s.account != "" && !strings.EqualFold(s.account, who.User) {
			of = s.account + ", by the actor of " + who.User
		}
		on := Basis{Actors: []*actor.Actor{who}, Rows: s.signs(who), Origins: grounds(s.signs(who))}
		if len(on.Origins) == 0 { // what joins the account to the actor is an act, no sign
			on.Origins = s.ends()
		}
		a.say(sureOf(who.Band), on, "What was done under the account of %s is consistent with a compromise: %s, band %s, %g of 100 points, by %s.", of, who.ID, who.Band, who.Score, who.Grounds())
	}
}

// ends are the origins of the first and the last act that did not fail.
func (s *subject) ends() []timeline.Origin {
	var origins []timeline.Origin
	for _, act := range s.acts {
		if act.At.Equal(s.first) || act.At.Equal(s.last) {
			origins = append(origins, s.c.Timeline.Origin(act.Rows[0]))
		}
	}
	return origins
}

// factors says what the sign-ins of the actors state of factors and policies,
// and what snapshots hold.
func (s *subject) factors(a *answer) {
	t := s.c.Timeline
	for _, one := range [...]struct {
		col  timeline.Col
		what string
	}{{timeline.ColMFA, "factors"}, {timeline.ColConditionalAccess, "conditional access"}} {
		var values []string
		var origins []timeline.Origin
		for _, act := range s.acts {
			for _, row := range act.Rows {
				if value := t.Text(one.col, row); value != "" {
					origins = append(origins, t.Origin(row))
					if !slices.Contains(values, value) {
						values = append(values, value)
					}
				}
			}
		}
		if len(values) > 0 {
			a.say(analysis.Firm, Basis{Origins: origins}, "Sign-ins of the actor state of %s: %s.", one.what, someOf(values))
		} else if len(s.actors) > 0 {
			a.need("sign-ins that state " + one.what)
		}
	}
	for _, kind := range [...]string{"conditional access policy", "MFA", "licence"} {
		n := 0
		var origins []timeline.Origin
		for _, c := range t.Context() {
			if strings.HasPrefix(c.Kind, kind) && (c.Owner == "" || s.account == "" || strings.EqualFold(c.Owner, s.account)) {
				n++
				origins = append(origins, c.Origin)
			}
		}
		if n > 0 {
			a.say(analysis.Unsure, Basis{Origins: origins}, "A snapshot holds %s of %s: it shows the state when it was taken, not at the time of entry.", plural(n, "row"), kind)
		}
	}
}

// means names the indicators of the actors.
func (s *subject) means(a *answer) {
	byType := map[string][]string{}
	var kinds []string
	var origins []timeline.Origin
	all := actor.Indicators.From(s.c.Conclusion)
	for _, k := range s.indicatorsOf[s] {
		i := &all[k]
		if !slices.Contains(s.actors, i.Actor) || i.Type == analysis.IndicatorMessageID || i.Type == analysis.IndicatorSession {
			continue
		}
		if byType[i.Type] == nil {
			kinds = append(kinds, i.Type)
		}
		if value := Defanged(i); !slices.Contains(byType[i.Type], value) {
			byType[i.Type] = append(byType[i.Type], value)
		}
		origins = append(origins, i.Origins[0], i.Origins[len(i.Origins)-1])
	}
	var words []string
	for _, kind := range kinds {
		words = append(words, kind+" "+someOf(byType[kind]))
	}
	if len(words) > 0 {
		a.say(analysis.Firm, Basis{Counted: []Filter{filter(indicatorsName)}, Origins: origins}, "Used by the actor and by no owner: %s.", strings.Join(words, "; "))
	}
}

// others names accounts and mailboxes that the same actors touched.
func (s *subject) others(a *answer) {
	for _, who := range s.actors {
		var names []string
		var origins []timeline.Origin
		for _, touch := range s.touched[who] {
			if strings.EqualFold(touch.name, s.account) || s.account == "" && strings.EqualFold(touch.name, who.User) {
				continue
			}
			names, origins = append(names, touch.name), append(origins, touch.origin)
		}
		if len(names) > 0 {
			a.say(sureOf(who.Band), Basis{Actors: []*actor.Actor{who}, Origins: origins}, "Acts of %s stand on record under or in %s as well: %s.", who.ID, many(len(names), "account or mailbox", "accounts or mailboxes"), someOf(names))
		}
	}
}

// uncovered counts what coverage says of the time of the acts.
func (s *subject) uncovered(a *answer) {
	r, rows := s.coverage()
	if r == nil {
		return
	}
	kind := column(r, "Kind")
	counts := map[string]int{}
	var origins []timeline.Origin
	for _, row := range rows {
		counts[row.Cells[kind].String()]++
		origins = append(origins, row.Origins...)
	}
	on := Basis{Origins: origins}
	var words []string
	for _, k := range [...]string{"refused", "unrecognised", "gap", "cut", "throttled", "retention", "absent", "conflict"} {
		if counts[k] > 0 {
			words = append(words, fmt.Sprintf("%s %d", k, counts[k]))
			on.Counted = append(on.Counted, filter(coverageName, "Kind", k))
		}
	}
	if len(words) == 0 {
		words, on.Counted = []string{"none"}, []Filter{filter(coverageName)}
	}
	a.say(analysis.Firm, on, "Notes of coverage on it, by kind: %s. The sheet Coverage and limits has them.", list(words))
	for _, request := range s.requests {
		a.need(request.needed())
	}
}

// innocent names what speaks for the users.
func (s *subject) innocent(a *answer) {
	for _, who := range s.actors {
		for _, e := range who.Explanations {
			a.say(analysis.Firm, Basis{Counted: []Filter{filter(actorsName, "User", who.User, "Part", partExplanation)}, Origins: grounds(s.signs(who))}, "%s: %s (%g points).", who.ID, e.Text, e.Points)
		}
	}
	names := map[string]bool{}
	signs := Basis{Actors: s.actors}
	for _, who := range s.actors {
		signs.Rows = append(signs.Rows, s.signs(who)...)
		for _, sign := range who.Signs {
			names[sign.Analyzer.Name] = true
		}
	}
	var weighed []string
	for _, r := range s.c.Results {
		if names[r.Analyzer.Name] {
			weighed = append(weighed, r.Analyzer.Name)
		}
	}
	if len(weighed) > 0 {
		a.say(analysis.Firm, signs, "The innocent look-alikes of each sign stand with its analysis: %s.", list(weighed))
	}
}

// repeated says how the answers came about.
func (s *subject) repeated(a *answer) {
	ran := 0
	for _, r := range s.c.Results {
		if r.Finding != nil {
			ran++
		}
	}
	a.say(analysis.Firm, counted(evidenceName).and(counted(methodologyName)), "becforensics %s read %s, whose SHA-256 stand with the evidence, and ran %s; Methodology says how each works. 'becforensics verify --claims' with the manifest computes every number and sentence again from the evidence.",
		s.c.Version, plural(len(s.c.Files), "file"), many(ran, "analysis", "analyses"))
}
