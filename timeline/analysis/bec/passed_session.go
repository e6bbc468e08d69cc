package bec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

// passedOn is the row of a session that was never where its user is at home:
// begun in one strange place and used in another with another browser, as
// when a kit signs in and hands the cookie to whoever uses it.
func passedOn(s *logon.Session, p *analysis.Pass, pr *logon.Estate) (analysis.Row, bool) {
	t := p.Timeline
	first, home := s.Parts[s.Order[0]], pr.Home[s.User]
	if home == nil || excusedSession(s, p, pr, first) {
		return analysis.Row{}, false
	}
	began := t.Place(first.Rows[0])
	vpn := pr.Hosting.Usual(s.User, logon.KindValue(true))
	agents := agentsOf(p, first.Rows)
	rows := slices.Clone(first.Rows)
	confidence := analysis.Likely
	var places, against []string
	for _, at := range s.Order[1:] {
		part := s.Parts[at]
		if excusedSession(s, p, pr, part) || !foreignTo(agents, agentsOf(p, part.Rows), home) {
			continue
		}
		_, km, apart := (&logon.OwnerPart{Rows: first.Rows}).Nearest(t, part.Rows)
		hidden := !vpn && (logon.Anonymous(began) || logon.Anonymous(t.Place(part.Rows[0])))
		if km == 0 && !hidden {
			continue
		}
		rows = append(rows, part.Rows...)
		places = append(places, logon.RowPlace(t, part.Rows[0]))
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
	against = slices.Compact(append([]string{fmt.Sprintf("begun at %s (%s), it went on with a user agent of another kind; neither place is one where the user is at home", cite.Stamp(t.Time(first.Rows[0])), t.Origin(first.Rows[0]))}, against...))
	r := cite.Citing(t, rows)
	r.User, r.Severity, r.Confidence = t.Value(timeline.ColUser, s.User), analysis.Critical, confidence
	r.Cells = []string{
		"session passed on", logon.RowPlace(t, first.Rows[0]) + ", then " + strings.Join(places, ", "), "",
		cite.List(cite.Distinct(t, timeline.ColUserAgent, rows)), "", cite.List(cite.AppNames(t, rows)), strconv.Itoa(len(rows)), strings.Join(against, "; "), "",
	}
	return r, true
}

// excused reports whether the examiner, a declared journey, the estate or the
// user's own device speaks for a part of a session.
func excusedSession(s *logon.Session, p *analysis.Pass, pr *logon.Estate, part *logon.Part) bool {
	t := p.Timeline
	name, place := t.Value(timeline.ColUser, s.User), t.Place(part.Rows[0])
	devices := pr.Home[s.User].Devices
	known := slices.ContainsFunc(part.Rows, func(row int) bool {
		device := t.Folded(timeline.ColDevice, row)
		return device != 0 && devices[device]
	})
	estate := pr.Asns.Others(uint64(place.ASN), s.User)
	return logon.ClearedRows(p, pr, part.Rows) || reference.ContainsAny(p.Settings.KnownGood.Users, name) || known ||
		logon.TravelledRows(p, name, place.Country, part.Rows) || estate.Shared()
}
