package logon

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A Program is how the users of one application used it.
type Program struct {
	Days int  // on which it was used
	Away bool // some use was not from where its user usually is, or evidence weighs on it
}

// Used reports whether the application was used on several days and only from
// where its users usually are.
func (pr *Program) Used() bool {
	return pr != nil && !pr.Away && pr.Days >= RoutineDays.Int()
}

// Programs are the applications with an id that people used, by folded code of
// the id.
var Programs = &analysis.Fact[map[uint32]*Program]{
	Name:       "programs",
	Needs:      []analysis.Need{analysis.Operations, Profiles, Suspects},
	Thresholds: []*analysis.Threshold{HistoryDays},
	Points:     habitPoints,
	Make:       findPrograms,
}

func findPrograms(p *analysis.Pass) map[uint32]*Program {
	t, pr, suspects := p.Timeline, Profiles.Of(p), Suspects.Of(p)
	classes, history := analysis.Operations.Of(p), Enough(p)
	all := map[uint32]*Program{}
	last := map[uint32]int32{}
	for row := range t.Timed() {
		app, user, ip := t.Folded(timeline.ColAppID, row), t.Folded(timeline.ColUser, row), t.Code(timeline.ColIP, row)
		if app == 0 || user == 0 || ip == 0 || t.Has(row, timeline.Service|timeline.AppOnly) || classes[t.Code(timeline.ColOperation, row)] == analysis.ClassConsent {
			continue
		}
		if o := t.Outcome(row); o != timeline.Success && o != timeline.Unknown {
			continue
		}
		known := all[app]
		if known == nil {
			known = &Program{}
			all[app] = known
		}
		if day := timeline.Day(timeline.UnixNano(t, row)); known.Days == 0 || last[app] != day {
			last[app] = day
			known.Days++
		}
		if place := t.PlaceOf(ip); place.Kind != KindService && place.Kind != kindCloud {
			known.Away = known.Away || suspects.Logon(row) || !pr.HomeRow(t, row) && !pr.UsualPlace(t, user, ip, history)
		}
	}
	return all
}

// AppsNamed are the applications, by folded code of the id, whose ids stand in
// one of some texts in lower case.
func AppsNamed(t *timeline.Timeline, texts []string) []uint32 {
	var apps []uint32
	for code, folded := range t.Fold(timeline.ColAppID) {
		if code == 0 || uint32(code) != folded {
			continue
		}
		id := strings.ToLower(t.Value(timeline.ColAppID, folded))
		if len(id) == guidLength && slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, id) }) {
			apps = append(apps, folded)
		}
	}
	return apps
}

// guidLength is that of an id of an application.
const guidLength = len("00000000-0000-0000-0000-000000000000")
