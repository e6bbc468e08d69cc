package actor

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// A WeighedConsent is a consent with the row that it makes once its actor and
// its user's routine are known; the row has no cells.
type WeighedConsent struct {
	*change.Consent
	Row analysis.Row
}

// Consents are all consents on record, in time order, weighed.
var Consents = &analysis.Fact[[]WeighedConsent]{
	Name:       "weighed consents",
	Needs:      []analysis.Need{change.Consents, logon.Programs, Actors, Routines},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Make:       weighConsents,
}

func weighConsents(p *analysis.Pass) []WeighedConsent {
	consents := change.Consents.Of(p)
	all := make([]WeighedConsent, len(consents))
	allowed := map[uint32]bool{}
	for i := range consents {
		c := &consents[i]
		r := cite.Citing(p.Timeline, c.Rows)
		r.Severity, r.Confidence, r.Reasons = c.Severity, analysis.Firm, slices.Clone(c.Reasons)
		if !c.Failed && !c.Cleared {
			weighConsent(p, c, &r, allowed)
		}
		all[i] = WeighedConsent{c, r}
	}
	return all
}

// weighConsent raises what an actor gave. What no actor gave only informs if it
// is a mail program of phones, if it reaches nobody's mail or files, or if it
// was given from a place that is usual for its account.
func weighConsent(p *analysis.Pass, c *change.Consent, r *analysis.Row, allowed map[uint32]bool) {
	nowhere := c.SignInOnly() && p.Timeline.Code(timeline.ColIP, c.Rows[0]) == 0
	var routine *Routine
	if c.Severity <= analysis.Medium && !c.Phone && !nowhere {
		routine = &Usual
	}
	if Weigh(p, c.Rows[0], r, routine) {
		return
	}
	if routine == nil && Routines.Of(p).Usual(c.Rows[0]) {
		habitualConsent(p, c, r, allowed)
	}
	if r.Severity > analysis.Medium {
		return
	}
	switch {
	case c.Phone:
		r.Severity = analysis.Info
	case nowhere:
		r.Severity = analysis.Info
		r.Reasons = append(r.Reasons, "the permissions are those of signing in: they reach nobody's mail or files, and nothing shows that anyone but the user gave them")
	}
}

// habitualConsent lowers a consent that was given from where its account usually
// is, with nothing suspicious before: by how its application was used, and by
// what an administrator had allowed everybody, whose applications it notes.
func habitualConsent(p *analysis.Pass, c *change.Consent, r *analysis.Row, allowed map[uint32]bool) {
	apps := logon.AppsNamed(p.Timeline, c.Texts)
	lower := func(to analysis.Severity, reason string) {
		if to < r.Severity {
			r.Severity = to
			r.Reasons = append(r.Reasons, reason)
		}
	}
	before := false
	for _, app := range apps {
		program := logon.Programs.Of(p)[app]
		if program.Used() && program.Days >= logon.Enough(p) {
			lower(analysis.Info, fmt.Sprintf("the application was used on %d days, only from where its users usually are", program.Days))
		} else if program.Used() {
			lower(analysis.Low, fmt.Sprintf("the application was used on %d days, only from where its users usually are", program.Days))
		}
		before = before || allowed[app] && (program == nil || !program.Away)
	}
	switch {
	case before:
		lower(analysis.Info, "an administrator had allowed the application for all users, from a usual place")
	case c.ForAll && len(c.Reaches) == 0:
		lower(analysis.Info, "allowed for all users from a usual place, and the permissions reach nobody's mail or files")
	case c.ForAll:
		lower(analysis.Low, "allowed for all users from a usual place: consistent with an administrator's work")
	}
	if c.ForAll {
		for _, app := range apps {
			allowed[app] = true
		}
	}
}
