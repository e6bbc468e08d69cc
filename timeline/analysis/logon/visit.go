package logon

import (
	"cmp"
	"slices"
	"strings"

	"becforensics/timeline"
)

// A Kind says what is strange about where the logons of a visit came from.
type Kind uint8

// Kinds of visits. Those of one user are judged in this order.
const (
	nowhere          Kind = iota // the address does not say where: no visit
	atHome                       // from where the user is at home: no visit
	DeclaredTravel               // from a country that is not usual, during a declared stay there
	OwnDeviceThere               // from such a country, in which a device of the user's own was too
	NewCountry                   // from such a country, and neither is so
	NewNetwork                   // from a network that is not usual, at home, by a client that the user does not have
	BroughtDevice                // from no new country, by a device that came with a suspect logon
	ForwardedAddress             // through a forwarded chain that was received from another country than it begins in
	LogLocation                  // by a record that names another country than the database does
	TimeZone                     // by a browser whose time zone is not one of home
	Hidden                       // from a network that hides who is behind it
)

// A Visit is logons of one user that one thing is strange about.
type Visit struct {
	*User
	Kind    Kind
	Logons  []*Logon // in time order
	Cleared bool     // the examiner holds the user, or the address or program of each logon, for good

	// Of new countries and networks, and of networks that hide.
	Value     uint64 // the country or the number of the network, as an attribute
	Reasons          // what speaks against an innocent reading by itself, and for one
	Known     familiarity
	Beside    int // days on which the user was active elsewhere
	New       Novelty
	TakesMail bool // one of them by a protocol for mail

	// Of forwarded addresses and the log's location: the countries that the
	// records name beside the address's, and whether the user is at home in each.
	Named []string
	Home  bool

	Zone *Zone // of time zones
}

// visits puts logons of a user together.
type visits struct {
	of   *User
	list []*Visit // in the order of their first logons
	by   map[visitKey]*Visit
}

type visitKey struct {
	kind  Kind
	value uint64
}

// add puts a logon with those of its kind and value.
func (vs *visits) add(l *Logon, kind Kind, value uint64) *Visit {
	key := visitKey{kind, value}
	v := vs.by[key]
	if v == nil {
		v = &Visit{User: vs.of, Kind: kind, Value: value}
		vs.by[key] = v
		vs.list = append(vs.list, v)
	}
	v.Logons = append(v.Logons, l)
	return v
}

// names adds a country that a record names beside the address's.
func (v *Visit) names(country string) {
	if !slices.Contains(v.Named, country) {
		v.Named = append(v.Named, country)
	}
}

// ForeignVisits are the logons of a user in the analysis window that do not
// agree with where the user is at home, by kind and by country or network.
// Networks that hide are HiddenVisits.
func (q *User) ForeignVisits() []*Visit {
	vs := &visits{of: q, by: map[visitKey]*Visit{}}
	var home []*Logon
	for _, l := range q.Admitted {
		kind, value := q.kindOf(l)
		if kind != NewCountry && !Anonymous(l.Place) && !q.Pr.Office[l.IP] && q.Pr.suspects.Device(l.User, l.Device) {
			kind, value = BroughtDevice, uint64(l.Device)
		}
		if kind == atHome || kind == NewNetwork {
			home = append(home, l)
		}
		if kind > atHome {
			vs.add(l, kind, value)
		}
		if l.forwarded() {
			vs.add(l, ForwardedAddress, 0).names(l.Observed.Country)
		}
		if l.Logged != nil {
			vs.add(l, LogLocation, l.Logged.pair).names(l.Logged.Country)
		}
	}
	list := append(vs.list, q.timeZones()...)
	for _, v := range list {
		v.Cleared = v.cleared()
		switch v.Kind {
		case NewCountry:
			v.weigh(q.Pr.Countries, home)
		case NewNetwork:
			v.weigh(q.Pr.ASNs, nil)
		case ForwardedAddress, LogLocation:
			slices.Sort(v.Named)
			v.Home = !slices.ContainsFunc(v.Named, func(c string) bool { return !q.livesIn(c) })
		}
	}
	slices.SortStableFunc(list, func(a, b *Visit) int { return cmp.Compare(a.Kind, b.Kind) })
	return list
}

// HiddenVisits are the logons of a user in the analysis window from networks
// that hide who is behind them and are no office, by network.
func (q *User) HiddenVisits() []*Visit {
	vs := &visits{of: q, by: map[visitKey]*Visit{}}
	for _, l := range q.Admitted {
		if Anonymous(l.Place) && !q.Pr.Office[l.IP] {
			vs.add(l, Hidden, uint64(l.Place.ASN))
		}
	}
	for _, v := range vs.list {
		v.Cleared = v.cleared()
		v.weigh(q.Pr.ASNs, q.located())
	}
	return vs.list
}

// kindOf says what is strange about the place of a logon, and the country or
// network of which it is. A network that is new in a usual country says little
// by itself, since people sit in cafés.
func (q *User) kindOf(l *Logon) (kind Kind, value uint64) {
	asn := uint64(l.Place.ASN)
	switch {
	case q.Pr.Office[l.IP]:
		return atHome, 0
	case l.Country() == 0:
		return nowhere, 0
	case !q.livesIn(l.Place.Country):
		switch {
		case q.Declared.Travelled(l.Place.Country, timeline.Instant(l.Time)):
			return DeclaredTravel, l.Country()
		case q.Pr.Accompanied(l):
			return OwnDeviceThere, l.Country()
		}
		return NewCountry, l.Country()
	case asn != 0 && !Anonymous(l.Place) && !q.Pr.ASNs.Usual(q.Code, asn) && q.Pr.Familiar(l) == Unfamiliar:
		return NewNetwork, asn
	}
	return atHome, 0
}

// livesIn reports whether a country is usual for the user, or declared as home.
func (q *User) livesIn(country string) bool {
	return q.Pr.Countries.Usual(q.Code, CountryValue(strings.ToUpper(country))) || q.Declared.Home(country)
}

// forwarded reports whether a forwarded chain begins in one country and was
// received from another, by no network that carries traffic for others.
func (l *Logon) forwarded() bool {
	return l.Observed.Country != "" && l.Place.Country != "" && l.Observed.Country != l.Place.Country && !Carried(l.Observed)
}
