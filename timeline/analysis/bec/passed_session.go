package bec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// passedOn is the row of a session that was never where its user is at home:
// begun in one strange place and used in another with another browser, as
// when a kit signs in and hands the cookie to whoever uses it.
func (s *sharedSession) passedOn(p *analysis.Pass, pr *profile) (analysis.Row, bool) {
	t := p.Timeline
	first, home := s.parts[s.order[0]], pr.home[s.user]
	if home == nil || s.excused(p, pr, first) {
		return analysis.Row{}, false
	}
	began := t.Place(first.rows[0])
	vpn := pr.hosting.usual(s.user, kindValue(true))
	agents := agentsOf(p, first.rows)
	rows := slices.Clone(first.rows)
	confidence := analysis.Likely
	var places, against []string
	for _, at := range s.order[1:] {
		part := s.parts[at]
		if s.excused(p, pr, part) || !foreignTo(agents, agentsOf(p, part.rows), home) {
			continue
		}
		_, km, apart := (&ownerPart{rows: first.rows}).nearest(t, part.rows)
		hidden := !vpn && (anonymous(began) || anonymous(t.Place(part.rows[0])))
		if km == 0 && !hidden {
			continue
		}
		rows = append(rows, part.rows...)
		places = append(places, rowPlace(t, part.rows[0]))
		if km > 0 {
			confidence = analysis.Firm
			against = append(against, fmt.Sprintf("%s apart and at least %.0f km away", apart, km))
		}
		if hidden {
			against = append(against, "a network that hides who is behind it")
		}
	}
	if len(places) == 0 {
		return analysis.Row{}, false
	}
	slices.Sort(rows)
	against = slices.Compact(append([]string{fmt.Sprintf("begun at %s (%s), it went on with a user agent of another kind; neither place is one where the user is at home", cite.Stamp(t.Time(first.rows[0])), t.Origin(first.rows[0]))}, against...))
	r := cite.Citing(t, rows)
	r.User, r.Severity, r.Confidence = t.Value(timeline.ColUser, s.user), analysis.Critical, confidence
	r.Cells = []string{
		"session passed on", rowPlace(t, first.rows[0]) + ", then " + strings.Join(places, ", "), "",
		cite.List(cite.Distinct(t, timeline.ColUserAgent, rows)), "", cite.List(cite.AppNames(t, rows)), strconv.Itoa(len(rows)), strings.Join(against, "; "), "",
	}
	return r, true
}

// excused reports whether the examiner, a declared journey, the estate or the
// user's own device speaks for a part of a session.
func (s *sharedSession) excused(p *analysis.Pass, pr *profile, part *sessionPart) bool {
	t := p.Timeline
	name, place := t.Value(timeline.ColUser, s.user), t.Place(part.rows[0])
	devices := pr.home[s.user].devices
	known := slices.ContainsFunc(part.rows, func(row int) bool {
		device := t.Folded(timeline.ColDevice, row)
		return device != 0 && devices[device]
	})
	estate := pr.asns.others(uint64(place.ASN), s.user)
	return clearedRows(p, pr, part.rows) || reference.ContainsAny(p.Settings.KnownGood.Users, name) || known ||
		travelledRows(p, name, place.Country, part.rows) || estate.shared()
}

// agentsOf are the families of the user agents of some rows.
func agentsOf(p *analysis.Pass, rows []int) map[uint32]bool {
	families, _ := agentFamilies(p)
	found := map[uint32]bool{}
	for _, row := range rows {
		if agent := families[p.Timeline.Code(timeline.ColUserAgent, row)]; agent != 0 {
			found[agent] = true
		}
	}
	return found
}

// foreignTo reports whether two parts of a session name user agents that have
// nothing in common, of which some are not the user's at home. Without anything
// to compare with nothing is strange.
func foreignTo(a, b map[uint32]bool, home *belongings) bool {
	strange, named := false, len(home.agents)
	if home.agents[0] {
		named--
	}
	for agent := range a {
		if b[agent] {
			return false
		}
		strange = strange || !home.agents[agent]
	}
	for agent := range b {
		strange = strange || !home.agents[agent]
	}
	return strange && named > 0 && len(a) > 0 && len(b) > 0
}
