package logon

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// SignIns tells for each code of their column how sign-ins were made and what
// Microsoft thought of their risk.
var SignIns = &analysis.Fact[[]timeline.SignIn]{
	Name: "sign-ins",
	Make: parseSignIns,
}

func parseSignIns(p *analysis.Pass) []timeline.SignIn {
	t := p.Timeline
	all := make([]timeline.SignIn, t.Cardinality(timeline.ColSignIn))
	for code := range all {
		all[code] = timeline.ParseSignIn(t.Value(timeline.ColSignIn, uint32(code)))
	}
	return all
}

// SignInOf is how one sign-in was made.
func SignInOf(p *analysis.Pass, row int) *timeline.SignIn {
	return &SignIns.Of(p)[p.Timeline.Code(timeline.ColSignIn, row)]
}

// RoutineSignIn reports whether a user signed in to an application and from a
// place that are their habits, with enough history.
func RoutineSignIn(p *analysis.Pass, l *Logon) bool {
	apps := Apps.Of(p)
	h := apps.Of[l.User]
	return h != nil && len(h.Days) >= Enough(p) && Profiles.Of(p).AtHome(l) && apps.Usual(l.User, AppValue(p.Timeline, l))
}

// Apps are the applications that users sign in to, by session-days.
var Apps = &analysis.Fact[*Habits]{
	Name:       "applications signed in to",
	Needs:      []analysis.Need{Logons, Suspects},
	Thresholds: []*analysis.Threshold{HistoryDays},
	Points:     habitPoints,
	Make:       countApps,
}

func countApps(p *analysis.Pass) *Habits {
	return newDays(p, Logons.Of(p), Suspects.Of(p)).habits(func(l *Logon) uint64 { return AppValue(p.Timeline, l) })
}

// AppValue is the application of a logon as an attribute; 0 if it names none.
func AppValue(t *timeline.Timeline, l *Logon) uint64 {
	return uint64(t.Folded(timeline.ColAppID, l.Row))
}

// Letters is a text's letters in lower case.
func Letters(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, text)
}
