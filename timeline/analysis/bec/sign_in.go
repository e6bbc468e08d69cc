package bec

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

type signInKey struct{}

// signIns tells for each code of their column how sign-ins were made and what
// Microsoft thought of their risk.
func signIns(p *analysis.Pass) []timeline.SignIn {
	return analysis.Once(p, signInKey{}, func() []timeline.SignIn {
		t := p.Timeline
		all := make([]timeline.SignIn, t.Cardinality(timeline.ColSignIn))
		for code := range all {
			all[code] = timeline.ParseSignIn(t.Value(timeline.ColSignIn, uint32(code)))
		}
		return all
	})
}

// signInOf is how one sign-in was made.
func signInOf(p *analysis.Pass, row int) *timeline.SignIn {
	return &signIns(p)[p.Timeline.Code(timeline.ColSignIn, row)]
}

// routineSignIn reports whether a user signed in to an application and from a
// place that are his habits, with enough history.
func routineSignIn(p *analysis.Pass, l *logon) bool {
	apps := appRoutines(p)
	h := apps.of[l.user]
	return h != nil && len(h.days) >= enough(p) && profileOf(p).atHome(l) && apps.usual(l.user, appValue(p.Timeline, l))
}

type appRoutineKey struct{}

// appRoutines are the applications that users sign in to, by session-days.
func appRoutines(p *analysis.Pass) *routines {
	return analysis.Once(p, appRoutineKey{}, func() *routines {
		return routinesOf(p, logons(p), func(l *logon) uint64 { return appValue(p.Timeline, l) })
	})
}

// appValue is the application of a logon as an attribute; 0 if it names none.
func appValue(t *timeline.Timeline, l *logon) uint64 {
	return uint64(t.Folded(timeline.ColAppID, l.row))
}

// isNone reports whether a value says that there is nothing.
func isNone(text string) bool {
	return text == "" || strings.EqualFold(text, "none") || strings.EqualFold(text, "hidden")
}

// letters is a text's letters in lower case.
func letters(text string) string {
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
