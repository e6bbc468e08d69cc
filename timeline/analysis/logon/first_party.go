package logon

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// WatchClass is how phishing uses an application, empty if it is not known to.
func WatchClass(p *analysis.Pass, app uint64) string {
	known, _ := p.Reference.App(p.Timeline.Value(timeline.ColAppID, uint32(app)))
	return known.WatchClass
}

// An AppUse is the admitted logons of one user to one application.
type AppUse struct {
	User   uint32
	App    uint64
	Logons []*Logon
}

// AppUses are the logons by user and application for which of is true, in
// time order of the first.
func AppUses(p *analysis.Pass, of func(*Logon) bool) []*AppUse {
	var uses []*AppUse
	for _, u := range Profiles.Of(p).ByUser {
		byApp := map[uint64]*AppUse{}
		for _, l := range u.Logons {
			if !l.Admitted() || p.Timeline.Has(l.Row, timeline.AppOnly) || !of(l) {
				continue
			}
			app := AppValue(p.Timeline, l)
			if byApp[app] == nil {
				byApp[app] = &AppUse{User: u.User, App: app}
				uses = append(uses, byApp[app])
			}
			byApp[app].Logons = append(byApp[app].Logons, l)
		}
	}
	return uses
}

// Elsewhere reports whether a logon came from where its user is not known to
// be: an unusual country, a network that hides who is behind it, or a place
// that is not known.
func (pr *Estate) Elsewhere(l *Logon) bool {
	if pr.Cleared[l.IP] || pr.AtHome(l) || l.Place.Class == "private" || l.Place.Kind == KindService {
		return false
	}
	return Anonymous(l.Place) || !pr.Countries.Usual(l.User, l.Country())
}

// Part cuts a use into what came from elsewhere and the rest.
func (use *AppUse) Part(pr *Estate) (away, rest []*Logon) {
	for _, l := range use.Logons {
		if pr.Elsewhere(l) {
			away = append(away, l)
		} else {
			rest = append(rest, l)
		}
	}
	return away, rest
}

// Explained says why a use is innocent whatever else is known of it, empty if
// nothing does. Of a code that was redeemed elsewhere only the examiner can.
func (use *AppUse) Explained(p *analysis.Pass, pr *Estate, list []*Logon) string {
	t := p.Timeline
	name, id := t.Value(timeline.ColUser, use.User), t.Value(timeline.ColAppID, uint32(use.App))
	h := Apps.Of(p).Of[use.User]
	relay := use.Relayed(p, list)
	switch {
	case reference.ContainsFold(p.Settings.KnownGood.Users, name) || reference.ContainsFold(p.Settings.KnownGood.Apps, id):
		return "cleared by the examiner"
	case relay != nil && !pr.AllSettled(p, rowsOf(list)): // what an intruder did since is no habit
		return ""
	case use.App != 0 && h.Habit(use.App):
		return fmt.Sprintf("the application is a habit of this user, on %s", cite.Counted(len(h.Values[use.App].Days), "day"))
	case pr.FamiliarityOf(list) == OwnDevice:
		return "the device is one seen at home"
	}
	return ""
}

// Row cites the logons, or the first and the last if it only informs.
func (use *AppUse) Row(p *analysis.Pass, list []*Logon, severity analysis.Severity, confidence analysis.Confidence) (r analysis.Row, rows []int) {
	t := p.Timeline
	rows = rowsOf(list)
	if severity == analysis.Info {
		r = cite.Informing(t, rows[0], rows[len(rows)-1])
	} else {
		r = cite.Citing(t, rows)
	}
	r.User, r.Severity, r.Confidence = t.Value(timeline.ColUser, use.User), severity, confidence
	return r, rows
}

func rowsOf(list []*Logon) []int {
	rows := make([]int, len(list))
	for i, l := range list {
		rows[i] = l.Row
	}
	return rows
}

// Split finds a logon of the user in the session of one of the logons that
// came from where the user is at home: the user was led to sign in, and the
// token went elsewhere. Nil if there isn't one.
func (use *AppUse) Split(p *analysis.Pass, away []*Logon) *Logon {
	home := Homes.Of(p)
	for _, l := range away {
		if other := home[Pair(l.User, p.Timeline.Folded(timeline.ColSession, l.Row))]; other != nil {
			return other
		}
	}
	return nil
}

// Relayed finds the code of which one of the logons is the redemption, asked
// for in another network; nil if there isn't one.
func (use *AppUse) Relayed(p *analysis.Pass, list []*Logon) *Relay {
	relays := Relays.Of(p)
	for i := range relays {
		r := &relays[i]
		if r.User == use.User && slices.ContainsFunc(list, func(l *Logon) bool { return slices.Contains(r.Redeemed, l) }) {
			return r
		}
	}
	return nil
}

// Untried reports whether the use is too young to be a habit and is made with a
// client or user agent that the user's other logons do not show.
func (use *AppUse) Untried(pr *Estate) bool {
	if len(ActiveDays(use.Logons)) >= RoutineDays.Int() {
		return false
	}
	clients, agents := map[uint32]bool{0: true}, map[uint32]bool{0: true}
	at := slices.IndexFunc(pr.ByUser, func(u UserLogons) bool { return u.User == use.User })
	for _, l := range pr.ByUser[at].Logons {
		if l.Admitted() && !slices.Contains(use.Logons, l) {
			clients[l.Client], agents[l.Agent] = true, true
		}
	}
	return slices.ContainsFunc(use.Logons, func(l *Logon) bool { return !clients[l.Client] || !agents[l.Agent] })
}

// Homes is the first admitted logon from where its user is at home, by
// user and session.
var Homes = &analysis.Fact[map[uint64]*Logon]{
	Name:  "sessions begun at home",
	Needs: []analysis.Need{Profiles},
	Make:  findHomes,
}

func findHomes(p *analysis.Pass) map[uint64]*Logon {
	pr := Profiles.Of(p)
	first := map[uint64]*Logon{}
	for _, u := range pr.ByUser {
		for _, l := range u.Logons {
			session := p.Timeline.Folded(timeline.ColSession, l.Row)
			if session == 0 || l.Export.ClientSessions || !l.Admitted() || first[Pair(l.User, session)] != nil || !pr.AtHome(l) {
				continue
			}
			first[Pair(l.User, session)] = l
		}
	}
	return first
}
