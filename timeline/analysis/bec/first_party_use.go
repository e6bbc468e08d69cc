package bec

import (
	"fmt"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// An appUse is the admitted logons of one user to one application.
type appUse struct {
	user   uint32
	app    uint64
	logons []*logon
}

// appUses are the logons by user and application for which of is true, in
// time order of the first.
func appUses(p *analysis.Pass, of func(*logon) bool) []*appUse {
	var uses []*appUse
	for _, u := range profileOf(p).byUser {
		byApp := map[uint64]*appUse{}
		for _, l := range u.logons {
			if !l.admitted() || p.Timeline.Has(l.row, timeline.AppOnly) || !of(l) {
				continue
			}
			app := appValue(p.Timeline, l)
			if byApp[app] == nil {
				byApp[app] = &appUse{user: u.user, app: app}
				uses = append(uses, byApp[app])
			}
			byApp[app].logons = append(byApp[app].logons, l)
		}
	}
	return uses
}

// elsewhere reports whether a logon came from where its user is not known to
// be: an unusual country, a network that hides who is behind it, or a place
// that is not known.
func (pr *profile) elsewhere(l *logon) bool {
	if pr.cleared[l.ip] || pr.atHome(l) || l.place.Class == "private" || l.place.Kind == kindService {
		return false
	}
	return anonymous(l.place) || !l.located() || !pr.countries.usual(l.user, countryValue(true, l.place))
}

// part cuts a use into what came from elsewhere and the rest.
func (use *appUse) part(pr *profile) (away, rest []*logon) {
	for _, l := range use.logons {
		if pr.elsewhere(l) {
			away = append(away, l)
		} else {
			rest = append(rest, l)
		}
	}
	return away, rest
}

// excused says why a use is innocent whatever else is known of it, empty if
// nothing does.
func (use *appUse) excused(p *analysis.Pass, pr *profile, list []*logon) string {
	t := p.Timeline
	name, id := t.Value(timeline.ColUser, use.user), t.Value(timeline.ColAppID, uint32(use.app))
	h := appRoutines(p).of[use.user]
	switch {
	case reference.ContainsAny(p.Settings.KnownGood.Users, name) || reference.ContainsAny(p.Settings.KnownGood.Apps, id):
		return "cleared by the examiner"
	case use.app != 0 && h.habit(use.app):
		return fmt.Sprintf("the application is a habit of this user, on %s", cite.Counted(len(h.values[use.app].days), "day"))
	case pr.familiarityOf(list) == ownDevice:
		return "the device is one seen at home"
	}
	return ""
}

// row cites the logons, or the first and the last if it only informs.
func (use *appUse) row(p *analysis.Pass, list []*logon, severity analysis.Severity, confidence analysis.Confidence) (r analysis.Row, rows []int) {
	t := p.Timeline
	rows = make([]int, len(list))
	for i, l := range list {
		rows[i] = l.row
	}
	if severity == analysis.Info {
		r = cite.Informing(t, rows[0], rows[len(rows)-1])
	} else {
		r = cite.Citing(t, rows)
	}
	r.User, r.Severity, r.Confidence = t.Value(timeline.ColUser, use.user), severity, confidence
	return r, rows
}

// split finds a logon of the user in the session of one of the logons that
// came from where the user is at home: the user was led to sign in, and the
// token went elsewhere. Nil if there is none.
func (use *appUse) split(p *analysis.Pass, away []*logon) *logon {
	home := homeSessions(p)
	for _, l := range away {
		if other := home[pair(l.user, p.Timeline.Folded(timeline.ColSession, l.row))]; other != nil {
			return other
		}
	}
	return nil
}

type homeSessionKey struct{}

// homeSessions is the first admitted logon from where its user is at home, by
// user and session.
func homeSessions(p *analysis.Pass) map[uint64]*logon {
	return analysis.Once(p, homeSessionKey{}, func() map[uint64]*logon {
		pr := profileOf(p)
		first := map[uint64]*logon{}
		for _, u := range pr.byUser {
			for _, l := range u.logons {
				session := p.Timeline.Folded(timeline.ColSession, l.row)
				if session == 0 || l.activities || !l.admitted() || first[pair(l.user, session)] != nil || !pr.atHome(l) {
					continue
				}
				first[pair(l.user, session)] = l
			}
		}
		return first
	})
}
