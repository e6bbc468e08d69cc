package bec

import (
	"slices"
	"sort"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A profile is what is usual for each user, learned from the logons
// themselves: where from, and with what.
type profile struct {
	byUser    []userLogons
	countries *routines
	asns      *routines
	networks  *routines
	hosting   *routines // whether the network is one of those that hide
	clients   *routines
	agents    *routines
	devices   *routines
	home      map[uint32]*belongings
	stays     map[stay][]int64 // times at which a user's own device logged on
	lines     map[line]bool
	phones    []bool   // by family of user agents
	numbers   []uint32 // of the network, by code of ColIP
	cleared   []bool   // by code of ColIP: the examiner's known good, and offices
	office    []bool
}

// userLogons are the logons of one user in time order.
type userLogons struct {
	user   uint32
	logons []*logon
}

type profileKey struct{}

func profileOf(p *analysis.Pass) *profile {
	return analysis.Once(p, profileKey{}, func() *profile {
		list := logons(p)
		networks := networksOf(p)
		before := baseline(p, list)
		pr := &profile{
			numbers:   networks.number,
			countries: routinesOf(p, before, func(l *logon) uint64 { return countryValue(l.located(), l.place) }),
			asns:      routinesOf(p, before, func(l *logon) uint64 { return uint64(l.place.ASN) }),
			networks:  routinesOf(p, before, func(l *logon) uint64 { return uint64(networks.number[l.ip]) }),
			hosting:   routinesOf(p, before, func(l *logon) uint64 { return kindValue(anonymous(l.place)) }),
			clients:   routinesOf(p, before, func(l *logon) uint64 { return uint64(l.client) }),
			agents:    routinesOf(p, before, func(l *logon) uint64 { return uint64(l.agent) }),
			devices:   routinesOf(p, before, func(l *logon) uint64 { return uint64(l.device) }),
			home:      map[uint32]*belongings{},
			stays:     map[stay][]int64{},
			lines:     map[line]bool{},
			phones:    phoneFamilies(p),
		}
		pr.clear(p)
		index := map[uint32]int{}
		for i := range list {
			l := &list[i]
			if l.user == 0 || l.service {
				continue
			}
			at, ok := index[l.user]
			if !ok {
				at = len(pr.byUser)
				index[l.user] = at
				pr.byUser = append(pr.byUser, userLogons{user: l.user})
				for _, r := range []*routines{pr.countries, pr.asns, pr.networks, pr.hosting, pr.clients, pr.agents, pr.devices} {
					r.know(l.user)
				}
			}
			pr.byUser[at].logons = append(pr.byUser[at].logons, l)
			if i < len(before) && l.admitted() && pr.atHome(l) {
				pr.own(l)
			}
		}
		pr.settle(p.Timeline)
		return pr
	})
}

// countryValue is the country of a place as an attribute; 0 if the address
// does not say where its user is.
func countryValue(located bool, place *geo.Place) uint64 {
	if !located || len(place.Country) != 2 {
		return 0
	}
	return uint64(place.Country[0])<<8 | uint64(place.Country[1])
}

// baseline is what habits are learned from: the logons before the analysis
// window, where the examiner gave its start, else all of them, so that a
// judgement must leave out what it judges.
func baseline(p *analysis.Pass, list []logon) []logon {
	if p.Settings.From.IsZero() {
		return list
	}
	from := p.Settings.From.UnixNano()
	return list[:sort.Search(len(list), func(i int) bool { return list[i].time >= from })]
}

// judged reports whether a logon lies in the analysis window.
func judged(p *analysis.Pass, l *logon) bool {
	at := time.Unix(0, l.time)
	return !at.Before(p.Settings.From) && (p.Settings.To.IsZero() || at.Before(p.Settings.To))
}

// kindValue is whether a network hides who is behind it, as an attribute.
func kindValue(hides bool) uint64 {
	if hides {
		return 2
	}
	return 1
}

// number is that of a logon's network, as the attribute of networks has it.
func (pr *profile) number(l *logon) uint64 { return uint64(pr.numbers[l.ip]) }

// clear marks the addresses that the examiner cleared, and the offices.
func (pr *profile) clear(p *analysis.Pass) {
	n := p.Timeline.Cardinality(timeline.ColIP)
	pr.cleared, pr.office = make([]bool, n), make([]bool, n)
	for code := 1; code < n; code++ {
		place := p.Timeline.PlaceOf(uint32(code))
		pr.office[code] = analysis.Within(p.Settings.OfficeNetworks, place.Addr)
		good := &p.Settings.KnownGood
		pr.cleared[code] = slices.Contains(good.IPs, place.Addr) || analysis.Within(good.Networks, place.Addr) || place.ASN != 0 && slices.Contains(good.ASNs, place.ASN)
	}
}

// atHome reports whether a logon came from a usual network in a usual country,
// or from an office.
func (pr *profile) atHome(l *logon) bool {
	return pr.office[l.ip] || pr.asns.usual(l.user, uint64(l.place.ASN)) && pr.countries.usual(l.user, countryValue(l.located(), l.place))
}

// Two logons are too far apart for a traveller when the places are at least
// 500 km apart, by their nearest points, and airliners are slower: the floor
// keeps clocks that differ from making speed.
const (
	travelKm    = 500
	travelSpeed = 900 // km/h
	travelFloor = 5 * time.Minute
)

// cannotTravel reports whether nobody can have made both logons in person.
func cannotTravel(a, b *logon) (km float64, impossible bool) {
	if a.network == b.network || carried(a.place) || carried(b.place) {
		return 0, false
	}
	km, ok := geo.Distance(*a.place, *b.place)
	if !ok || km < travelKm {
		return km, false
	}
	apart := max(time.Duration(b.time-a.time), time.Duration(a.time-b.time), travelFloor)
	return km, km/apart.Hours() >= travelSpeed
}

// carried reports whether a network carries its users' traffic to somewhere
// else, so that its place is not theirs.
func carried(p *geo.Place) bool {
	return anonymous(p) || p.Kind == kindRelay || p.Kind == kindService || p.Kind == kindCloud
}
