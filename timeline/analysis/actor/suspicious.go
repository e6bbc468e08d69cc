package actor

import (
	"slices"
	"sort"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
)

// Suspicious are the rows of the logons that signs rest on, by folded user, in
// time order.
var Suspicious = &analysis.Fact[map[uint32][]int]{
	Name:  "suspicious logons",
	Needs: []analysis.Need{analysis.Signs, logon.Logons},
	Make:  findSuspicious,
}

func findSuspicious(p *analysis.Pass) map[uint32][]int {
	signs := analysis.Signs.Of(p)
	byUser := map[uint32][]int{}
	all := logon.Logons.Of(p)
	for i := range all {
		l := &all[i]
		if l.Admitted() && l.User != 0 && signs.At(p.Timeline.Origin(l.Row)) != nil {
			byUser[l.User] = append(byUser[l.User], l.Row)
		}
	}
	for _, rows := range byUser {
		slices.Sort(rows)
	}
	return byUser
}

// LastBefore is the last of rows, which are in time order, that lies within a
// span before a time in nanoseconds.
func LastBefore(t *timeline.Timeline, rows []int, at int64, span time.Duration) (int, bool) {
	i := sort.Search(len(rows), func(i int) bool { return timeline.UnixNano(t, rows[i]) > at })
	if i == 0 || at-timeline.UnixNano(t, rows[i-1]) > int64(span) {
		return 0, false
	}
	return rows[i-1], true
}
