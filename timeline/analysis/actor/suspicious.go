package actor

import (
	"slices"
	"sort"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Suspicious are the rows of the logons of actors worth a review whose entry a
// sign weighs on, by folded user and in time order.
var Suspicious = &analysis.Fact[map[uint32][]int]{
	Name:  "suspicious logons",
	Needs: []analysis.Need{Actors},
	Make: func(p *analysis.Pass) map[uint32][]int {
		byUser := map[uint32][]int{}
		for _, who := range Actors.Of(p).Actors {
			if who.Band == BandListed || !slices.ContainsFunc(who.Signs, func(s *analysis.Sign) bool { return aboutEntry(s.Analyzer.Family) }) {
				continue
			}
			for _, row := range who.Logons {
				if user := p.Timeline.Folded(timeline.ColUser, row); user != 0 && p.Timeline.Outcome(row) == timeline.Success {
					byUser[user] = append(byUser[user], row)
				}
			}
		}
		for _, rows := range byUser {
			slices.Sort(rows)
		}
		return byUser
	},
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
