package bec

import (
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/logon"
)

var identityChange = &analysis.Analyzer{
	Name:       "identity-change",
	Title:      "Identity changes",
	Doc:        explain("identity-change"),
	Columns:    change.WatchedColumns,
	Key:        []string{analysis.KeyUser, "Kind", "Operation", "Target"},
	Needs:      []analysis.Need{analysis.Signs, logon.Networks, logon.Profiles, actor.Actors, actor.Suspicious},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    2,
	Techniques: []string{"T1098", "T1098.001", "T1098.003", "T1098.005", "T1556.006", "T1484.002", "T1531"},
	References: []string{"SigmaHQ/sigma 4d78a000, 60de9b57", "elastic/detection-rules 82629eed", "Azure-Sentinel bfacf634", "panther-labs/panther-analysis"},
	Settings:   []string{"thresholds"},
	Acts:       runIdentityChange,
}

func runIdentityChange(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	suspicious := actor.Suspicious.Of(p)
	return actor.FindWatched(p, "identity-change", func(row int, _ []change.Property, r *analysis.Row, why *[]string) {
		at, ok := t.Nanos(row)
		if !ok {
			return
		}
		attributed, _ := actor.Actors.Of(p).At(row)
		for _, user := range []uint32{t.Folded(timeline.ColUser, row), foldedUser(t, targetUser(t, row))} {
			if user == 0 {
				continue
			}
			if l, ok := actor.LastBefore(t, suspicious[user], at, actor.SoonAfter); ok {
				if attributed == nil {
					r.Severity = min(r.Severity+1, analysis.Critical)
				}
				r.Severity = max(r.Severity, analysis.Medium)
				r.Origins = append(r.Origins, t.Origin(l))
				*why = append(*why, fmt.Sprintf("%s after a suspicious logon of %s", strings.TrimSuffix(max(time.Minute, time.Duration(at-timeline.UnixNano(t, l)).Round(time.Minute)).String(), "0s"), t.Value(timeline.ColUser, user)))
				return
			}
		}
	}), nil
}

// targetUser is the account that a directory operation changed.
func targetUser(t *timeline.Timeline, row int) string {
	for part := range strings.SplitSeq(t.Text(timeline.ColTarget, row), ";") {
		if part = strings.TrimSpace(part); strings.Contains(part, "@") {
			return part
		}
	}
	return ""
}

// foldedUser is the folded code of a user's name, 0 if no event is by it.
func foldedUser(t *timeline.Timeline, name string) uint32 {
	code, ok := t.Find(timeline.ColUser, name)
	if !ok {
		return 0
	}
	return t.Fold(timeline.ColUser)[code]
}
