package actor

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// A Reason is one sentence of an actor's score, with the points that it gives.
type Reason struct {
	Family  string
	Points  float64 // rounded to one decimal, as they are added up
	Text    string
	Sign    *analysis.Sign // nil if it rests on acts
	First   time.Time
	Last    time.Time
	Origins []timeline.Origin

	everyday bool // counts only after an entry that weighs
}

// An Explanation is what speaks for the user, with the points that it takes.
type Explanation struct {
	Points float64 // 0 or less
	Text   string
}

// A Band says what an examiner does with an actor.
type Band uint8

// Bands.
const (
	BandListed Band = iota
	BandReview
	BandAct
)

var bandNames = [...]string{"listed", "review", "act"}

// String is the word that every output has for the band.
func (b Band) String() string { return bandNames[b] }

// cap is the most that a row weighs which rests on an actor of the band alone.
func (b Band) cap() analysis.Severity {
	switch b {
	case BandAct:
		return analysis.Critical
	case BandReview:
		return analysis.Medium
	}
	return analysis.Info
}

// Bands are tuned on simulated estates; no data tells how likely an actor of a
// band is hostile.
var (
	actBand    = &analysis.Threshold{Name: "actor.act", Value: 60, Doc: "points from which on an actor is in band act"}
	reviewBand = &analysis.Threshold{Name: "actor.review", Value: 30, Doc: "points from which on an actor is in band review"}
)

// What signs weigh in a score.
var (
	weightCritical = &analysis.Point{Name: "actor.critical", Value: 30, Doc: "points of a critical sign"}
	weightHigh     = &analysis.Point{Name: "actor.high", Value: 20, Doc: "points of a high sign"}
	weightMedium   = &analysis.Point{Name: "actor.medium", Value: 10, Doc: "points of a medium sign"}
	weightLow      = &analysis.Point{Name: "actor.low", Value: 5, Doc: "points of a low sign"}

	proofFirm   = &analysis.Point{Name: "actor.proof_high", Value: 1, Doc: "factor of a sign of high confidence"}
	proofLikely = &analysis.Point{Name: "actor.proof_medium", Value: 0.7, Doc: "factor of a sign of medium confidence"}
	proofUnsure = &analysis.Point{Name: "actor.proof_low", Value: 0.5, Doc: "factor of a sign of low confidence"}

	furtherShare = &analysis.Point{Name: "actor.further", Value: 10, Doc: "per cent of a family's heaviest sign that each further one adds"}
	furtherMost  = &analysis.Point{Name: "actor.further_most", Value: 30, Doc: "per cent of it that all further ones add at most"}

	noveltyBase    = &analysis.Point{Name: "actor.novelty_base", Value: 0.3, Doc: "factor of a place or program that brings no surprise"}
	noveltyStep    = &analysis.Point{Name: "actor.novelty_step", Value: 0.4, Doc: "added to that factor for each power of ten by which a new place was unlikely"}
	noveltyMost    = &analysis.Point{Name: "actor.novelty_most", Value: 3, Doc: "powers of ten that count"}
	noveltyUnknown = &analysis.Point{Name: "actor.novelty_short", Value: 0.7, Doc: "that factor where the account's history is short"}

	estateShared = &analysis.Point{Name: "actor.estate_shared", Value: 0.3, Doc: "factor of a network that several others have used for long"}
	estateSpread = &analysis.Point{Name: "actor.estate_spread", Value: 1.5, Doc: "factor of a network that is nobody's habit and came to two accounts or more within a week"}

	chainStep  = &analysis.Point{Name: "actor.chain", Value: 15, Doc: "points for an entry that comes before what was collected, and again for that before what was hidden, kept or written"}
	chainDays  = &analysis.Point{Name: "actor.chain_days", Value: 14, Doc: "days within which such a chain lies"}
	entryLeast = &analysis.Point{Name: "actor.entry_least", Value: 7, Doc: "points of an entry that weighs by itself, with which a chain begins"}
	chainLeast = &analysis.Point{Name: "actor.chain_least", Value: 5, Doc: "points that each later part of a chain has by itself"}
	scoreMost  = &analysis.Point{Name: "actor.score_most", Value: 100, Doc: "most points of an actor"}
)

var scorePoints = []*analysis.Point{
	weightCritical, weightHigh, weightMedium, weightLow, proofFirm, proofLikely, proofUnsure, furtherShare, furtherMost,
	noveltyBase, noveltyStep, noveltyMost, noveltyUnknown, estateShared, estateSpread, chainStep, chainDays, entryLeast, chainLeast, scoreMost,
	travelPoints, devicePoints, sharedPoints,
}

// Families of signs about the entry.
const (
	familyWhere = "where"
	familyToken = "token"
	familyRole  = "role" // of insiders: what they let themselves in by
	familyHow   = "how"
)

// entryFamilies are the signs of getting in, laterFamilies those of what an
// intruder does to stay, to hide and to gain.
var (
	entryFamilies   = []string{"door", familyRole, familyToken, familyWhere}
	collectFamilies = []string{"collect"}
	laterFamilies   = []string{"fraud", "hide", "persist"}
)

// rank scores the actors, puts the heaviest first and sets their bands.
func (a *Attribution) rank(l *linker) {
	act, review := l.p.Threshold(actBand), l.p.Threshold(reviewBand)
	a.behave(l)
	for _, who := range a.Actors {
		a.score(l, who)
		switch {
		case who.Score >= act:
			who.Band = BandAct
		case who.Score >= review:
			who.Band = BandReview
		}
	}
	slices.SortStableFunc(a.Actors, func(x, y *Actor) int {
		if c := cmp.Compare(y.Score, x.Score); c != 0 {
			return c
		}
		if c := x.First.Compare(y.First); c != 0 {
			return c
		}
		return cmp.Compare(x.ID, y.ID)
	})
	for i, who := range a.Actors {
		who.number, who.Rank = i, i+1
	}
}

// score adds up an actor's reasons, and takes what speaks for the user.
func (a *Attribution) score(l *linker, who *Actor) {
	families := l.signReasons(who)
	entered := slices.ContainsFunc(entryFamilies, func(family string) bool {
		return slices.ContainsFunc(families[family], func(r Reason) bool { return r.Points >= entryLeast.Value })
	})
	for _, r := range slices.Concat(who.behaved, a.weak(l, who)) {
		if r.everyday && !entered || aboutEntry(r.Family) && families[r.Family] != nil {
			continue // a sign says more
		}
		families[r.Family] = append(families[r.Family], r)
	}
	for _, family := range slices.Sorted(maps.Keys(families)) {
		who.Reasons = append(who.Reasons, weighFamily(families[family])...)
	}
	who.chain(families)
	slices.SortStableFunc(who.Reasons, func(a, b Reason) int { return cmp.Compare(b.Points, a.Points) })
	who.Explanations = l.explanations(who)
	for _, r := range who.Reasons {
		who.Score += r.Points
	}
	who.Score = min(who.Score, scoreMost.Value)
	for _, e := range who.Explanations {
		who.Score += e.Points
	}
	who.Score = round(max(who.Score, 0))
}

// signReasons are the points of an actor's signs, by family.
func (l *linker) signReasons(who *Actor) map[string][]Reason {
	where, whereText := l.placeFactor(who)
	families := map[string][]Reason{}
	for i, s := range who.Signs {
		family := s.Analyzer.Family
		switch {
		case l.granted[who.signs[i]]:
			family = familyToken
		case who.Insider:
			family = familyRole
		}
		points := weight(s.Severity).Value * proof(s.Confidence).Value
		text := fmt.Sprintf("%s, %s with %s confidence: %s × %s", s.Analyzer.Name, s.Severity, s.Confidence, plain(weight(s.Severity).Value), plain(proof(s.Confidence).Value))
		if family == familyWhere || family == familyHow {
			points *= where
			text += whereText
		}
		r := Reason{Family: family, Points: round(points), Text: text, Sign: s, First: s.First, Last: s.Last, Origins: s.Origins}
		if row := l.made[who.signs[i]]; row != 0 {
			r.First, r.Last = l.t.Time(row), l.t.Time(row)
			r.Text += fmt.Sprintf(", made by record %s (inferred)", l.t.Origin(row))
		}
		families[family] = append(families[family], r)
	}
	return families
}

// weighFamily lets the heaviest sign of a family count whole, and each further
// one a share of it, so that one thing seen often does not count often.
func weighFamily(list []Reason) []Reason {
	slices.SortStableFunc(list, func(a, b Reason) int { return cmp.Compare(b.Points, a.Points) })
	top, left := list[0].Points, list[0].Points*furtherMost.Value/100
	for i := range list[1:] {
		r := &list[i+1]
		r.Points = round(min(left, top*furtherShare.Value/100))
		left -= r.Points
		r.Text = fmt.Sprintf("%s: a further reason of its family adds %s %% of the heaviest", r.name(), plain(furtherShare.Value))
		if r.Points == 0 {
			r.Text = fmt.Sprintf("%s: adds nothing, as further reasons of a family add %s %% of the heaviest at most", r.name(), plain(furtherMost.Value))
		}
	}
	return list
}

// name is what a reason rests on, shortly.
func (r *Reason) name() string {
	if r.Sign != nil {
		return r.Sign.Analyzer.Name + ", " + r.Sign.Severity.String()
	}
	name, _, _ := strings.Cut(r.Text, ":")
	name, _, _ = strings.Cut(name, " (")
	return name
}

// chain rewards the order of a compromise: an entry, then what was collected,
// then what was hidden, kept or written, within some days. An entry that only
// weak reasons together speak against begins a chain to signs alone.
func (who *Actor) chain(families map[string][]Reason) {
	from, together := entry(families)
	if together < entryLeast.Value {
		return
	}
	signsOnly := from.Points < entryLeast.Value
	span := time.Duration(chainDays.Int()) * 24 * time.Hour
	after := func(names []string) *Reason {
		var best *Reason
		for _, name := range names {
			for i := range families[name] {
				r := &families[name][i]
				if r.Points < chainLeast.Value || signsOnly && r.Sign == nil || r.Last.Before(from.First) || r.First.Sub(from.First) > span {
					continue
				}
				if best == nil || r.First.Before(best.First) {
					best = r
				}
			}
		}
		return best
	}
	add := func(from, to *Reason) {
		who.Reasons = append(who.Reasons, Reason{
			Family: "chain", Points: chainStep.Value, First: from.First, Last: to.Last, Origins: []timeline.Origin{from.Origins[0], to.Origins[0]},
			Text: fmt.Sprintf("%s came before %s, within %d days", from.name(), to.name(), chainDays.Int()),
		})
	}
	later := after(laterFamilies)
	if collected := after(collectFamilies); collected != nil {
		add(from, collected)
		if later != nil {
			add(collected, later)
		}
	} else if later != nil {
		add(from, later)
	}
}

// entry is the heaviest reason against an entry, and what the heaviest of each
// such family come to together.
func entry(families map[string][]Reason) (heaviest *Reason, together float64) {
	for _, name := range slices.Concat(entryFamilies, []string{familyHow, familyWhen}) {
		if list := families[name]; len(list) > 0 {
			together += list[0].Points
			if heaviest == nil || list[0].Points > heaviest.Points {
				heaviest = &list[0]
			}
		}
	}
	return heaviest, together
}

func weight(s analysis.Severity) *analysis.Point {
	switch s {
	case analysis.Critical:
		return weightCritical
	case analysis.High:
		return weightHigh
	case analysis.Medium:
		return weightMedium
	}
	return weightLow
}

func proof(c analysis.Confidence) *analysis.Point {
	switch c {
	case analysis.Firm:
		return proofFirm
	case analysis.Likely:
		return proofLikely
	}
	return proofUnsure
}

// placeFactor is how new and how much the estate's own the actor's networks are
// for its first account: the newest counts.
func (l *linker) placeFactor(who *Actor) (float64, string) {
	user := uint32(who.accounts[0])
	habit := l.pr.Networks.Of[user]
	best, text := 0.0, ""
	for _, i := range who.contexts {
		c := &l.list[i]
		if c.ip == 0 || c.account != who.accounts[0] {
			continue
		}
		novelty, why := noveltyUnknown.Value, "a short history"
		network := uint64(l.networks[c.ip])
		if habit != nil && len(habit.Days) >= logon.Enough(l.p) {
			chance, days, _ := habit.Chance(network)
			surprise := min(noveltyMost.Value, -math.Log10(chance))
			novelty = noveltyBase.Value + noveltyStep.Value*surprise
			why = fmt.Sprintf("a new network had a chance of %.1f %% on a day, by %s", 100*chance, cite.Counted(days, "other day"))
		}
		estate, reach := l.estateFactor(c, network)
		if f := novelty * estate; f > best {
			best, text = f, fmt.Sprintf(" × %s (%s)", plain(round2(novelty)), why)
			if estate != 1 {
				text += fmt.Sprintf(" × %s (%s)", plain(estate), reach)
			}
		}
	}
	if best == 0 {
		return noveltyUnknown.Value, fmt.Sprintf(" × %s (no address)", plain(noveltyUnknown.Value))
	}
	return best, text
}

// estateFactor is what the use of a network by others makes of its weight.
func (l *linker) estateFactor(c *context, network uint64) (factor float64, why string) {
	others := l.pr.Networks.Others(network, uint32(c.account))
	switch {
	case others.Shared():
		return estateShared.Value, "colleagues have long used the network"
	case others.Usual == 0 && others.Users > 0:
		return estateSpread.Value, "nobody's habit, and several accounts were used from it"
	}
	return 1, ""
}

func round(v float64) float64  { return math.Round(v*10) / 10 }
func round2(v float64) float64 { return math.Round(v*100) / 100 }

// plain writes a number as short as it is.
func plain(v float64) string { return fmt.Sprintf("%g", v) }
