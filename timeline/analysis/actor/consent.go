package actor

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
)

// A WeighedConsent is a consent with the row that it makes once its actor and
// its user's routine are known; the row has no cells.
type WeighedConsent struct {
	*change.Consent
	Row analysis.Row
}

// Consents are all consents on record, in time order, weighed.
var Consents = &analysis.Fact[[]WeighedConsent]{
	Name:  "weighed consents",
	Needs: []analysis.Need{change.Consents, Actors, Routines},
	Make:  weighConsents,
}

func weighConsents(p *analysis.Pass) []WeighedConsent {
	consents := change.Consents.Of(p)
	all := make([]WeighedConsent, len(consents))
	for i := range consents {
		c := &consents[i]
		r := cite.Citing(p.Timeline, c.Rows)
		r.Severity, r.Confidence, r.Reasons = c.Severity, analysis.Firm, slices.Clone(c.Reasons)
		if !c.Failed && !c.Cleared {
			weighConsent(p, c, &r)
		}
		all[i] = WeighedConsent{c, r}
	}
	return all
}

// weighConsent raises what an actor gave. What no actor gave only informs if it
// is a mail program of phones, if it reaches nobody's mail or files, or if it
// was given from a place that is usual for its account.
func weighConsent(p *analysis.Pass, c *change.Consent, r *analysis.Row) {
	nowhere := c.SignInOnly() && p.Timeline.Code(timeline.ColIP, c.Rows[0]) == 0
	var routine *Routine
	if c.Severity <= analysis.Medium && !c.Phone && !nowhere {
		routine = &Usual
	}
	if Weigh(p, c.Rows[0], r, routine) || r.Severity > analysis.Medium {
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
