package logon

import (
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Belongings are the clients, agents and devices that a user had where they are
// at home, in a usual country and a usual network, each with the time from which
// on.
type Belongings struct {
	clients, agents, devices map[uint32]int64
	since                    int64 // the user's first logon
}

// had reports whether something was the user's before a time: what is first
// seen at home later vouches for nothing. In the first days of a record there
// is no before.
func (b *Belongings) had(what map[uint32]int64, value uint32, at int64) bool {
	first, ok := what[value]
	return ok && (first <= at || at < b.since+int64(RoutineDays.Int())*24*nanosPerHour)
}

// HadAgent reports whether the user had a family of user agents at home before
// a time.
func (b *Belongings) HadAgent(agent uint32, at int64) bool {
	return b != nil && b.had(b.agents, agent, at)
}

func (b *Belongings) hadClient(client uint32, at int64) bool {
	return b != nil && b.had(b.clients, client, at)
}

// HadDevice reports whether the user had a device at home before a time.
func (b *Belongings) HadDevice(device uint32, at int64) bool {
	return b != nil && device != 0 && b.had(b.devices, device, at)
}

// NamesAgents reports whether any user agent of the user at home is known.
func (b *Belongings) NamesAgents() bool {
	_, none := b.agents[0]
	return len(b.agents) > 1 || len(b.agents) == 1 && !none
}

func (pr *Estate) own(l *Logon, since int64) {
	b := pr.Home[l.User]
	if b == nil {
		b = &Belongings{map[uint32]int64{}, map[uint32]int64{}, map[uint32]int64{}, since}
		pr.Home[l.User] = b
	}
	key := Pair(l.User, l.Agent)
	if all, known := pr.names[key]; !known || all {
		pr.names[key] = l.Device != 0
	}
	for _, of := range [...]struct {
		what  map[uint32]int64
		value uint32
	}{{b.clients, l.Client}, {b.agents, l.Agent}, {b.devices, l.Device}} {
		if _, known := of.what[of.value]; !known {
			of.what[of.value] = l.Time
		}
	}
}

// owned reports whether a logon was made with a device that its user had at
// home before, or has by habit wherever they are: behind a VPN nobody is seen at
// home. One that came with a suspect logon is somebody else's.
func (pr *Estate) owned(l *Logon) bool {
	return l.Device != 0 && !pr.suspects.Device(l.User, l.Device) &&
		(pr.Home[l.User].HadDevice(l.Device, l.Time) || pr.devices.Usual(l.User, uint64(l.Device)))
}

// A Presence is a user at an address, or in a country.
type Presence struct {
	User, IP uint32
	country  uint64
}

// How near in time a user's own device vouches for what else logged on to their
// account: from the country in which it was, and from its address, which a
// provider may have given to somebody else by the next day.
var (
	VouchHours = &analysis.Point{Name: "logon.vouch_hours", Value: 24, Doc: "hours around a logon of the user's own device in which it vouches for others in its country"}
	ExitHours  = &analysis.Point{Name: "logon.exit_hours", Value: 12, Doc: "hours around a logon of the user's own device in which it vouches for others from its address, in a network that hides who is behind it"}
)

// settle notes where each user's own devices were, and their machines that are
// no phones.
func (pr *Estate) settle(t *timeline.Timeline) {
	for _, u := range pr.ByUser {
		for _, l := range u.Logons {
			if l.IP == 0 || !l.Admitted() || pr.suspects.Logon(l.Row) {
				continue
			}
			if said(l) && !pr.phone(t, l) {
				pr.lines[line{u.User, pr.numbers[l.IP]}] = true
			}
			if !pr.owned(l) {
				continue
			}
			at := []Presence{{User: u.User, IP: l.IP}}
			if !Carried(l.Place) && l.Located() {
				at = append(at, Presence{User: u.User, country: l.Country()})
			}
			for _, s := range at {
				pr.stays[s] = append(pr.stays[s], l.Time)
			}
		}
	}
}

// Stayed reports whether a device of the user's own was there within so many
// hours.
func (pr *Estate) Stayed(at Presence, moment, hours int64) bool {
	times := pr.stays[at]
	i, _ := slices.BinarySearch(times, moment-hours*nanosPerHour)
	return i < len(times) && times[i] <= moment+hours*nanosPerHour
}

// beside reports whether a logon came from the address of a device of the
// user's own, at about the same time.
func (pr *Estate) beside(l *Logon) bool {
	hours := int64(VouchHours.Int())
	if Anonymous(l.Place) {
		hours = int64(ExitHours.Int())
	}
	return l.IP != 0 && pr.Stayed(Presence{User: l.User, IP: l.IP}, l.Time, hours)
}

const nanosPerHour = int64(time.Hour)

// Accompanied reports whether the user's own device was in the country of a
// logon: they are there themselves, whatever else they log on with.
func (pr *Estate) Accompanied(l *Logon) bool {
	return pr.Familiar(l) == OwnDevice || !Carried(l.Place) && pr.Stayed(Presence{User: l.User, country: l.Country()}, l.Time, int64(VouchHours.Int()))
}

// Present reports whether the user's own device was in the country of each
// record within a day of it.
func (pr *Estate) Present(t *timeline.Timeline, user uint32, rows []int) bool {
	return !slices.ContainsFunc(rows, func(row int) bool {
		place := t.Place(row)
		return place == nil || Carried(place) || !pr.Stayed(Presence{User: user, country: CountryValue(place.Country)}, timeline.UnixNano(t, row), int64(VouchHours.Int()))
	})
}

// A familiarity says whether a logon was made with what the user has.
type familiarity uint8

const (
	Unsaid         familiarity = iota // the record names no client, agent or device
	Unfamiliar                        // something the user was not seen with at home
	FamiliarDevice                    // a client and agent as at home, or by habit
	OwnDevice                         // a device of the user's own, or beside one
)

// Familiar says whether a logon was made with what its user has.
func (pr *Estate) Familiar(l *Logon) familiarity {
	b := pr.Home[l.User]
	switch {
	// Whoever is behind the address of the user's own device sits beside it.
	case pr.owned(l), pr.beside(l):
		return OwnDevice
	case l.Client == 0 && l.Agent == 0:
		return Unsaid
	case pr.suspects.Device(l.User, l.Device),
		l.Client != 0 && !(b.hadClient(l.Client, l.Time) || pr.clients.Usual(l.User, uint64(l.Client))),
		l.Agent != 0 && !(b.HadAgent(l.Agent, l.Time) || pr.agents.Usual(l.User, uint64(l.Agent))):
		return Unfamiliar
	}
	return FamiliarDevice
}

// FamiliarityOf is that of several logons: one that is not the user's makes
// them all suspicious.
func (pr *Estate) FamiliarityOf(list []*Logon) familiarity {
	all := OwnDevice
	for _, l := range list {
		f := pr.Familiar(l)
		if f == Unfamiliar {
			return Unfamiliar
		}
		all = min(all, f)
	}
	return all
}
