package actor

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// byExaminer stands for the examiner, whose word is a sign as those of analyses
// are.
var byExaminer = &analysis.Analyzer{Name: "examiner", Family: familyExaminer}

// familyExaminer is that of values from which the examiner starts.
const familyExaminer = "examiner"

// anchorPivots makes a sign of each value that the examiner holds for hostile,
// and gives it to the contexts that have the value.
func (l *linker) anchorPivots() {
	var signs []analysis.Sign
	for _, v := range l.p.Settings.Pivots {
		var cited []int32
		for i := range l.list {
			if l.has(&l.list[i], v) {
				cited = append(cited, int32(i))
			}
		}
		if len(cited) == 0 {
			continue
		}
		number, first := int32(len(l.signs.All)+len(signs)), &l.list[cited[0]]
		sum := sha256.Sum256([]byte(v.String()))
		at := l.t.Time(first.row)
		signs = append(signs, analysis.Sign{Analyzer: byExaminer, Row: &analysis.Row{
			ID: "examiner-" + hex.EncodeToString(sum[:8]), Severity: analysis.Critical, Confidence: analysis.Firm, User: l.name(first.account),
			First: at, Last: at, Reasons: []string{"the examiner holds " + v.String() + " for hostile"}, Origins: []timeline.Origin{l.t.Origin(first.row)},
		}})
		for _, i := range cited {
			c := &l.list[i]
			c.cite([]int32{number}, c.first)
			c.cite([]int32{number}, c.last)
			c.pivot = true
		}
	}
	l.signs = l.signs.With(signs)
}

// has reports whether a context has a value that the examiner names.
func (l *linker) has(c *context, v analysis.Pivot) bool {
	value := ""
	switch v.Kind {
	case analysis.PivotIP:
		ip, err := netip.ParseAddr(v.Value)
		return err == nil && c.ip != 0 && l.t.PlaceOf(c.ip).Addr == ip.Unmap()
	case analysis.PivotSession:
		value = l.t.Value(timeline.ColSession, c.session)
	case analysis.PivotUserAgent:
		value = l.t.Text(timeline.ColUserAgent, c.row)
	case analysis.PivotApp:
		value = l.t.Value(timeline.ColAppID, c.app)
	case analysis.PivotUser:
		value = l.name(c.account)
	}
	return value != "" && strings.EqualFold(value, v.Value)
}

// obey lets the examiner's word on who belongs to whom stand above the links.
func (a *Attribution) obey(l *linker, of map[int32]*Actor) {
	for _, m := range l.p.Settings.Members {
		k := slices.IndexFunc(a.Actors, func(who *Actor) bool { return strings.EqualFold(who.ID, m.Actor) })
		if k < 0 {
			continue
		}
		who := a.Actors[k]
		for i := range l.list {
			c := &l.list[i]
			named := func(v analysis.Pivot) bool { return l.has(c, v) }
			switch {
			case of[int32(i)] == who && slices.ContainsFunc(m.Remove, named):
				delete(of, int32(i))
				who.Links = append(who.Links, Link{l.describe(c), who.ID, Examiner, "the examiner says that it does not belong to this actor", []int{c.row}})
			case of[int32(i)] != who && slices.ContainsFunc(m.Add, named):
				of[int32(i)] = who
				l.suspect[i] = true
				if c.signed == nil {
					c.signed = &trail{c.first, c.last}
				}
				who.Links = append(who.Links, Link{l.describe(c), who.ID, Examiner, "the examiner says that it belongs to this actor", []int{c.row}})
			}
		}
	}
	if len(l.p.Settings.Members) > 0 {
		a.regather(l, of)
	}
}

// regather takes what the actors have from the contexts that are left to them.
func (a *Attribution) regather(l *linker, of map[int32]*Actor) {
	for _, who := range a.Actors {
		if who.Insider {
			continue
		}
		who.contexts = nil
		for i := range l.list {
			if of[int32(i)] != who {
				continue
			}
			who.contexts = append(who.contexts, int32(i))
			if c := &l.list[i]; !slices.Contains(who.accounts, c.account) {
				who.accounts = append(who.accounts, c.account)
			}
		}
		who.useContexts(l)
	}
	a.Actors = slices.DeleteFunc(a.Actors, func(who *Actor) bool { return !who.Insider && len(who.contexts) == 0 })
	for i, who := range a.Actors {
		who.number = i
	}
}
