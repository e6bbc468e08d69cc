package bec

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// belongings are the clients, agents and devices that a user had where he is
// at home: in a usual country and a usual network.
type belongings struct {
	clients, agents, devices map[uint32]bool
}

func (pr *profile) own(l *logon) {
	b := pr.home[l.user]
	if b == nil {
		b = &belongings{map[uint32]bool{}, map[uint32]bool{}, map[uint32]bool{}}
		pr.home[l.user] = b
	}
	b.clients[l.client], b.agents[l.agent], b.devices[l.device] = true, true, true
}

// owned reports whether a logon was made with a device that its user had at
// home, or has by habit wherever he is: behind a VPN nobody is seen at home.
func (pr *profile) owned(l *logon) bool {
	b := pr.home[l.user]
	return l.device != 0 && (b != nil && b.devices[l.device] || pr.devices.usual(l.user, uint64(l.device)))
}

// A stay is a user at an address, or in a country.
type stay struct {
	user, ip uint32
	country  uint64
}

// How near in time a user's own device vouches for what else logged on to his
// account: from the country in which it was, and from its address, which a
// provider may have given to somebody else by the next day.
const (
	vouchHours = 24
	exitHours  = 12
)

// settle notes where each user's own devices were, and his machines that are
// no phones.
func (pr *profile) settle(t *timeline.Timeline) {
	for _, u := range pr.byUser {
		for _, l := range u.logons {
			if l.ip == 0 || !l.admitted() {
				continue
			}
			if said(l) && !pr.phone(t, l) {
				pr.lines[line{u.user, pr.numbers[l.ip]}] = true
			}
			if !pr.owned(l) {
				continue
			}
			at := []stay{{user: u.user, ip: l.ip}}
			if !carried(l.place) && l.located() {
				at = append(at, stay{user: u.user, country: countryValue(true, l.place)})
			}
			for _, s := range at {
				pr.stays[s] = append(pr.stays[s], l.time)
			}
		}
	}
}

// stayed reports whether a device of the user's own was there within so many
// hours.
func (pr *profile) stayed(at stay, time, hours int64) bool {
	times := pr.stays[at]
	i, _ := slices.BinarySearch(times, time-hours*nanosPerHour)
	return i < len(times) && times[i] <= time+hours*nanosPerHour
}

// beside reports whether a logon came from the address of a device of the
// user's own, at about the same time.
func (pr *profile) beside(l *logon) bool {
	hours := int64(vouchHours)
	if anonymous(l.place) {
		hours = exitHours
	}
	return l.ip != 0 && pr.stayed(stay{user: l.user, ip: l.ip}, l.time, hours)
}

const nanosPerHour = int64(time.Hour)

// accompanied reports whether the user's own device was in the country of a
// logon: he is there himself, whatever else he logs on with.
func (pr *profile) accompanied(l *logon) bool {
	return pr.familiar(l) == ownDevice || !carried(l.place) && pr.stayed(stay{user: l.user, country: countryValue(l.located(), l.place)}, l.time, vouchHours)
}

// present reports whether the user's own device was in the country of each
// record within a day of it.
func (pr *profile) present(t *timeline.Timeline, user uint32, rows []int) bool {
	return !slices.ContainsFunc(rows, func(row int) bool {
		place := t.Place(row)
		return place == nil || carried(place) || !pr.stayed(stay{user: user, country: countryValue(true, place)}, timeline.UnixNano(t, row), vouchHours)
	})
}

// A familiarity says whether a logon was made with what the user has.
type familiarity uint8

const (
	unsaid     familiarity = iota // the record names no client, agent or device
	unfamiliar                    // something the user was not seen with at home
	familiar                      // a client and agent as at home, or by habit
	ownDevice                     // a device of the user's own, or beside one
)

func (pr *profile) familiar(l *logon) familiarity {
	b := pr.home[l.user]
	switch {
	// Whoever is behind the address of the user's own device sits beside it.
	case pr.owned(l), pr.beside(l):
		return ownDevice
	case l.client == 0 && l.agent == 0:
		return unsaid
	case l.client != 0 && !(b != nil && b.clients[l.client] || pr.clients.usual(l.user, uint64(l.client))),
		l.agent != 0 && !(b != nil && b.agents[l.agent] || pr.agents.usual(l.user, uint64(l.agent))):
		return unfamiliar
	}
	return familiar
}

// familiarityOf is that of several logons: one that is not the user's makes
// them all suspicious.
func (pr *profile) familiarityOf(list []*logon) familiarity {
	all := ownDevice
	for _, l := range list {
		f := pr.familiar(l)
		if f == unfamiliar {
			return unfamiliar
		}
		all = min(all, f)
	}
	return all
}

// phoneFamilies are the families of user agents that phones send.
func phoneFamilies(p *analysis.Pass) []bool {
	_, names := agentFamilies(p)
	phones := make([]bool, len(names))
	for i, name := range names {
		for _, word := range [...]string{"iphone", "android", "-ios"} {
			phones[i] = phones[i] || strings.Contains(strings.ToLower(name), word)
		}
	}
	return phones
}

// twoDevices reports whether one of two logons is by a phone and the other is
// not, so that nobody but their user need be behind them: a phone that roams
// comes out at its home carrier, though not on the line of his other machines,
// and a desk machine renews its tokens while he travels with the phone. Where
// the log names his devices it tells that better: see accompanied.
func (pr *profile) twoDevices(t *timeline.Timeline, away, home *logon) bool {
	switch {
	case len(pr.devices.of[away.user].values) > 0, !said(away), !said(home):
		return false
	case pr.phone(t, home):
		return !pr.phone(t, away) && !pr.lines[line{home.user, pr.numbers[home.ip]}]
	}
	return pr.phone(t, away) && !home.interactive
}

// roams reports whether some records and another one of the same session are
// those of one phone, by its user agent, and the other one did not come by the
// line of its user's other machines: a phone away from home is on Wi-Fi there
// at one moment and comes out at its home carrier at the next.
func (pr *profile) roams(p *analysis.Pass, user uint32, rows []int, other int) bool {
	t := p.Timeline
	families, _ := agentFamilies(p)
	agent := families[t.Code(timeline.ColUserAgent, other)]
	return pr.phones[agent] && !pr.lines[line{user, pr.numbers[t.Code(timeline.ColIP, other)]}] &&
		!slices.ContainsFunc(rows, func(row int) bool { return families[t.Code(timeline.ColUserAgent, row)] != agent })
}

// A line is a network of a user's machines that are no phones.
type line struct{ user, number uint32 }

func (pr *profile) phone(t *timeline.Timeline, l *logon) bool {
	return pr.phones[l.agent] || l.agent == 0 && t.Value(timeline.ColClient, l.client) == clientMobile
}

// said reports whether a logon says with what it was made.
func said(l *logon) bool { return l.agent != 0 || l.client != 0 }
