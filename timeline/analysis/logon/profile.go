package logon

import (
	"net/netip"
	"slices"
	"sort"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// ClientMobile is the client class of ActiveSync.
const ClientMobile = "Mobile"

// ForeignTo reports whether a logon's country is known not to be usual for
// its user, who has enough history.
func (pr *Estate) ForeignTo(l *Logon) bool {
	h := pr.Countries.Of[l.User]
	return h != nil && l.Country() != 0 && !h.Usual(l.Country())
}

// An Estate is what is usual for each user, learned from the logons
// themselves: where from, and with what.
type Estate struct {
	ByUser    []UserLogons
	Countries *Habits
	ASNs      *Habits
	Networks  *Habits
	Hosting   *Habits // whether the network is one of those that hide
	clients   *Habits
	agents    *Habits
	devices   *Habits
	Home      map[uint32]*Belongings
	suspects  *SuspectSet
	history   int                  // active days that make one
	stays     map[Presence][]int64 // times at which a user's own device logged on
	lines     map[line]bool
	names     map[uint64]bool // users and families of user agents whose logons at home all name a device
	newLines  map[uint64]bool // users and providers that often give them a new network
	phones    []bool          // by family of user agents
	numbers   []uint32        // of the network, by code of ColIP
	travel    travel
	Cleared   []bool // by code of ColIP: the examiner's known good, and offices
	Office    []bool
}

// UserLogons are the logons of one user in time order.
type UserLogons struct {
	User   uint32
	Logons []*Logon
}

// Profiles are what is usual for every user of the estate.
var Profiles = &analysis.Fact[*Estate]{
	Name:       "profiles",
	Needs:      []analysis.Need{Agents, Logons, Networks, Suspects},
	Thresholds: []*analysis.Threshold{HistoryDays, RareNews, TravelDistance, TravelSpeed, ClockMinutes},
	Points:     append([]*analysis.Point{VouchHours, ExitHours}, habitPoints...),
	Make:       learnProfiles,
}

func learnProfiles(p *analysis.Pass) *Estate {
	list := Logons.Of(p)
	networks := Networks.Of(p)
	before, suspects := baseline(p, list), Suspects.Of(p)
	days := newDays(p, before, suspects)
	hides := hidingStarts(days)
	places := func(value func(*Logon) uint64) *Habits {
		return days.habits(func(l *Logon) uint64 {
			if hides[Pair(l.User, l.Place.ASN)] {
				return 0
			}
			return value(l)
		})
	}
	pr := &Estate{
		suspects:  suspects,
		history:   Enough(p),
		numbers:   networks.Number,
		Countries: places(func(l *Logon) uint64 { return l.Country() }),
		ASNs:      places(func(l *Logon) uint64 { return uint64(l.Place.ASN) }),
		Networks:  places(func(l *Logon) uint64 { return uint64(networks.Number[l.IP]) }),
		Hosting:   places(func(l *Logon) uint64 { return KindValue(Anonymous(l.Place)) }),
		clients:   days.habits(func(l *Logon) uint64 { return uint64(l.Client) }),
		agents:    days.habits(func(l *Logon) uint64 { return uint64(l.Agent) }),
		devices:   days.habits(func(l *Logon) uint64 { return uint64(l.Device) }),
		Home:      map[uint32]*Belongings{},
		stays:     map[Presence][]int64{},
		lines:     map[line]bool{},
		names:     map[uint64]bool{},
		newLines:  map[uint64]bool{},
		phones:    phoneFamilies(p),
		travel:    travel{p.Threshold(TravelDistance), p.Threshold(TravelSpeed), p.Minutes(ClockMinutes)},
	}
	pr.clear(p)
	index := map[uint32]int{}
	for i := range list {
		l := &list[i]
		if l.User == 0 || l.Service {
			continue
		}
		at, ok := index[l.User]
		if !ok {
			at = len(pr.ByUser)
			index[l.User] = at
			pr.ByUser = append(pr.ByUser, UserLogons{User: l.User})
			for _, r := range []*Habits{pr.Countries, pr.ASNs, pr.Networks, pr.Hosting, pr.clients, pr.agents, pr.devices} {
				r.know(l.User)
			}
		}
		pr.ByUser[at].Logons = append(pr.ByUser[at].Logons, l)
		if i < len(before) && l.Admitted() && !suspects.Logon(l.Row) && pr.AtHome(l) {
			pr.own(l, pr.ByUser[at].Logons[0].Time)
		}
	}
	pr.settle(p.Timeline)
	pr.noteLines(p)
	return pr
}

// baseline is what habits are learned from: the logons before the analysis
// window, where the examiner gave its start, else all of them, so that a
// judgement must leave out what it judges.
func baseline(p *analysis.Pass, list []Logon) []Logon {
	if p.Settings.From.IsZero() {
		return list
	}
	from := p.Settings.From.UnixNano()
	return list[:sort.Search(len(list), func(i int) bool { return list[i].Time >= from })]
}

// hidingStarts are the users and networks that hide who is behind them of
// which a short record says nothing: that somebody was there first or most does
// not make such a network the user's, unless several others have it too.
func hidingStarts(days *logonDays) map[uint64]bool {
	habits := days.habits(func(l *Logon) uint64 {
		if Anonymous(l.Place) {
			return uint64(l.Place.ASN)
		}
		return 0
	})
	starts := map[uint64]bool{}
	for user, h := range habits.Of {
		for asn := range h.Values {
			others := habits.Others(asn, user)
			if len(h.Days) < days.history && others.Users < SharedUsers.Int() {
				starts[Pair(user, uint32(asn))] = true
			}
		}
	}
	return starts
}

// KindValue is whether a network hides who is behind it, as an attribute.
func KindValue(hides bool) uint64 {
	if hides {
		return 2
	}
	return 1
}

// number is that of a logon's network, as the attribute of networks has it.
func (pr *Estate) number(l *Logon) uint64 { return uint64(pr.numbers[l.IP]) }

// clear marks the addresses that the examiner cleared, and the offices.
func (pr *Estate) clear(p *analysis.Pass) {
	n := p.Timeline.Cardinality(timeline.ColIP)
	pr.Cleared, pr.Office = make([]bool, n), make([]bool, n)
	for code := 1; code < n; code++ {
		place := p.Timeline.PlaceOf(uint32(code))
		pr.Office[code] = within(p.Settings.OfficeNetworks, place.Addr)
		good := &p.Settings.KnownGood
		pr.Cleared[code] = slices.Contains(good.IPs, place.Addr) || within(good.Networks, place.Addr) || place.ASN != 0 && slices.Contains(good.ASNs, place.ASN)
	}
}

func within(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(a) })
}

// AtHome reports whether a logon came from a usual network in a usual country,
// or from an office.
func (pr *Estate) AtHome(l *Logon) bool {
	return pr.Office[l.IP] || pr.ASNs.Usual(l.User, uint64(l.Place.ASN)) && pr.Countries.Usual(l.User, l.Country()) ||
		unknown(l.Place) && pr.ownUnknown(l.User, l.IP)
}

// unknown reports whether the databases know no network of a public address.
func unknown(place *geo.Place) bool {
	return place.Class == "" && place.Addr.IsValid() && place.ASN == 0
}

// ownUnknown reports whether an address of which the databases know no network
// is in one that the user has had for as long as makes a history: unknown is
// not unusual, and it can be compared with itself alone.
func (pr *Estate) ownUnknown(user, ip uint32) bool {
	h := pr.Networks.Of[user]
	if h == nil {
		return false
	}
	number := uint64(pr.numbers[ip])
	return h.Usual(number) && len(h.Usage(number).Days) >= pr.history
}
