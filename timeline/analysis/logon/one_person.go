package logon

import (
	"slices"
	"sort"
	"strings"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Thresholds of travel: two logons are too far apart for a traveller when their
// places lie far from one another, by their nearest points, and airliners are
// slower. Clocks that differ must not make speed.
var (
	TravelDistance = &analysis.Threshold{Name: "impossible-travel.distance_km", Value: 500, Doc: "least distance of two places, in km, for a pair of logons to be too fast; all analyses that ask whether a journey was possible use it"}
	TravelSpeed    = &analysis.Threshold{Name: "impossible-travel.speed_kmh", Value: 900, Doc: "speed from which on nobody travels, in km/h; all analyses that ask whether a journey was possible use it"}
	ClockMinutes   = &analysis.Threshold{Name: "impossible-travel.clock_minutes", Value: 5, Doc: "time that is allowed for clocks that differ, in minutes; all analyses that ask whether a journey was possible use it"}
)

// travel is what a pair of logons must reach to be too fast for a traveller.
type travel struct {
	km, speed float64
	least     time.Duration // taken for the time between them if less is
}

// Apart is the time between two logons, or what is allowed for clocks that
// differ if that is more.
func (pr *Estate) Apart(a, b *Logon) time.Duration {
	return max(time.Duration(b.Time-a.Time), time.Duration(a.Time-b.Time), pr.travel.least)
}

// CannotTravel reports whether nobody can have made both logons in person, and
// the least distance of their places.
func (pr *Estate) CannotTravel(a, b *Logon) (km float64, impossible bool) {
	if Carried(a.Place) || Carried(b.Place) {
		return 0, false
	}
	return pr.TooFast(a, b)
}

// TooFast is CannotTravel by the places of the addresses alone, also of
// networks that hide who is behind them.
func (pr *Estate) TooFast(a, b *Logon) (km float64, impossible bool) {
	if a.Network() == b.Network() {
		return 0, false
	}
	km, ok := geo.Distance(*a.Place, *b.Place)
	if !ok || km < pr.travel.km {
		return km, false
	}
	return km, km/pr.Apart(a, b).Hours() >= pr.travel.speed
}

// Carried reports whether a network carries its users' traffic to somewhere
// else, so that its place is not theirs.
func Carried(p *geo.Place) bool {
	return Anonymous(p) || p.Kind == KindRelay || p.Kind == KindService || p.Kind == kindCloud
}

// interleaved finds a logon of others that lies so close in time to one of
// the visits that nobody can have made both; nil if there isn't one. Both are
// in time order. The user's own device is not somebody else's, and their phone
// may come out elsewhere than what they carry beside it.
func (q *User) interleaved(visits []*Logon, familiar []familiarity, others []*Logon) (visit, other *Logon, km float64) {
	for n, v := range visits {
		known := familiar[n]
		if known == OwnDevice {
			continue
		}
		i := sort.Search(len(others), func(i int) bool { return others[i].Time > v.Time })
		for _, o := range q.nearest(others, i, v, known) {
			if km, impossible := q.Pr.CannotTravel(o, v); impossible {
				return v, o, km
			}
		}
	}
	return nil, nil, 0
}

// nearest are the logons before and after a visit, others[at] being the first
// after it, that another person would have made.
func (q *User) nearest(others []*Logon, at int, v *Logon, known familiarity) []*Logon {
	var found []*Logon
	for _, step := range [...]int{-1, 1} {
		i := at
		if step < 0 {
			i--
		}
		for known == FamiliarDevice && i >= 0 && i < len(others) && (q.Pr.TwoDevices(q.P.Timeline, v, others[i]) || q.oneDevice(v, others[i])) {
			i += step
		}
		if i >= 0 && i < len(others) {
			found = append(found, others[i])
		}
	}
	return found
}

// oneDevice reports whether a visit and another logon are those of one phone
// in one session: see session-reuse.
func (q *User) oneDevice(v, other *Logon) bool {
	return v.session == other.session && q.Pr.Roams(q.P, q.Code, []int{v.Row}, other.Row)
}

// TwoDevices reports whether one of two logons is by a phone and the other is
// not, so that nobody but their user need be behind them: a phone that roams
// comes out at its home carrier, though not on the line of their other machines,
// and a desk machine renews its tokens while they travel with the phone. A
// device that the log names and the user did not have is somebody else's, and so
// is one without a name whose program names it at home.
func (pr *Estate) TwoDevices(t *timeline.Timeline, away, home *Logon) bool {
	switch {
	case away.Device != 0 && !pr.owned(away), away.Device == 0 && pr.names[Pair(away.User, away.Agent)], !said(away), !said(home):
		return false
	case pr.phone(t, home):
		return !pr.phone(t, away) && !pr.lines[line{home.User, pr.numbers[home.IP]}]
	}
	return pr.phone(t, away) && !home.Interactive
}

// Roams reports whether some records and another one of the same session are
// those of one phone, by its user agent, and the other one did not come by the
// line of its user's other machines: a phone away from home is on Wi-Fi there
// at one moment and comes out at its home carrier at the next.
func (pr *Estate) Roams(p *analysis.Pass, user uint32, rows []int, other int) bool {
	t := p.Timeline
	families := Agents.Of(p).Of
	agent := families[t.Code(timeline.ColUserAgent, other)]
	return pr.phones[agent] && !pr.lines[line{user, pr.numbers[t.Code(timeline.ColIP, other)]}] &&
		!slices.ContainsFunc(rows, func(row int) bool { return families[t.Code(timeline.ColUserAgent, row)] != agent })
}

// A line is a network of a user's machines that are no phones.
type line struct{ user, number uint32 }

func (pr *Estate) phone(t *timeline.Timeline, l *Logon) bool {
	return pr.phones[l.Agent] || l.Agent == 0 && t.Value(timeline.ColClient, l.Client) == ClientMobile
}

// said reports whether a logon says with what it was made.
func said(l *Logon) bool { return l.Agent != 0 || l.Client != 0 }

// phoneFamilies are the families of user agents that phones send.
func phoneFamilies(p *analysis.Pass) []bool {
	names := Agents.Of(p).Names
	phones := make([]bool, len(names))
	for i, name := range names {
		for _, word := range [...]string{"iphone", "android", "-ios"} {
			phones[i] = phones[i] || strings.Contains(strings.ToLower(name), word)
		}
	}
	return phones
}
