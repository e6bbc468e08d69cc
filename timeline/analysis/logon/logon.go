package logon

import (
	"net/netip"
	"strings"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Opened reports whether a logon may have opened the account: a failure did
// not.
func (l *Logon) Opened() bool {
	return l.Outcome == timeline.Success || l.Outcome == timeline.Unknown
}

// Unplaced reports whether a record of a logon states neither an outcome nor
// an address, as the start of a browser may in the Activities log: it opens
// nothing, and is an act of the session that it belongs to.
func Unplaced(t *timeline.Timeline, row int) bool {
	return t.Outcome(row) == timeline.Unknown && t.Code(timeline.ColIP, row) == 0 && t.Source(row).SparseAddresses
}

// A Logon is one act of somebody being admitted, or not, to an account,
// whatever number of records tells of it.
// A case has many, which are all held at once: keep it small.
type Logon struct {
	Row  int   // the first that tells of it, and has what the others know
	Time int64 // UTC, nanoseconds since 1970; events without a time are no logons here

	Place    *geo.Place       // of the address; of a forwarded chain the hop that the client claims. Never nil
	Observed *geo.Place       // of the last hop of a forwarded chain; Place if there is one hop
	Logged   *Logged          // where the record itself places the address, if that is another country than Place's
	Export   *timeline.Source // what it was read from
	session  uint64           // what makes a session-day: the session, else the network

	User    uint32 // folded code of ColUser, 0 if not stated
	Mailbox uint32 // folded code of ColMailbox, 0 if none
	IP      uint32 // code of ColIP, 0 if none
	Client  uint32 // folded code of ColClient
	Agent   uint32 // number of the user agent's family
	Device  uint32 // folded code of ColDevice

	country     uint16 // see Country
	Outcome     timeline.Outcome
	Stated      bool // Place is what the record itself says: the databases don't
	Interactive bool // by a person: not by a token's renewal, nor by an application
	Service     bool // by Microsoft's own service
}

// A Logged country is the one that the record of a logon itself names.
type Logged struct {
	Country string  // its code, as written
	Km      float64 // the least distance from the place of the address
	Known   bool    // there is such a distance
	pair    uint64  // of the two countries, as an attribute
}

// Admitted reports whether the logon is known to have succeeded.
func (l *Logon) Admitted() bool { return l.Outcome == timeline.Success && !l.Service }

// Located reports whether the address says where its user was: public, and no
// front end of Microsoft's.
func (l *Logon) Located() bool {
	return l.IP != 0 && l.Place.Class == "" && l.Place.Country != "" && l.Place.Kind != KindService
}

// Country is that of the address, as CountryValue has it; 0 if it does not say
// where its user was.
func (l *Logon) Country() uint64 { return uint64(l.country) }

// Network is the /24 or /64 of the address; invalid if there isn't one.
func (l *Logon) Network() netip.Prefix { return geo.Network(l.Place.Addr) }

// CountryValue is a country's code as an attribute; 0 if there isn't one.
func CountryValue(country string) uint64 { return uint64(countryCode(country)) }

func countryCode(country string) uint16 {
	if len(country) != 2 {
		return 0
	}
	return uint16(country[0])<<8 | uint16(country[1])
}

// Kinds of networks that these analyses ask for, as geo names them.
const (
	kindHosting = "hosting"
	kindVPN     = "vpn"
	kindTor     = "tor"
	KindRelay   = "relay"
	KindService = "microsoft-service"
	kindCloud   = "microsoft-cloud"
	KindMobile  = "mobile"
)

// Anonymous reports whether a network is one that hides who is behind it.
func Anonymous(p *geo.Place) bool {
	return p.Kind == kindHosting || p.Kind == kindVPN || p.Kind == kindTor
}

// Hosted reports whether a network is a hosting provider's: whoever is behind
// it sits elsewhere, at machines that they rent or by a program that runs there.
func Hosted(p *geo.Place) bool { return p.Kind == kindHosting }

// Logons are all logons that have a time, in time order.
var Logons = &analysis.Fact[[]Logon]{
	Name:  "logons",
	Needs: []analysis.Need{analysis.Operations, Agents, Networks},
	Make:  findLogons,
}

func findLogons(p *analysis.Pass) []Logon {
	t := p.Timeline
	families := Agents.Of(p).Of
	networks := Networks.Of(p)
	observed := observedPlaces(p)
	logged, stated := loggedPlaces(t), statedPlaces(t)
	none := &geo.Place{}
	timed := t.Timed()
	var rows []int
	for row := range analysis.ActsOf(p, analysis.ClassLogon) {
		if row >= timed {
			break
		}
		rows = append(rows, row)
	}
	list := make([]Logon, 0, len(rows))
	for _, row := range rows {
		l := Logon{
			Row: row, User: t.Folded(timeline.ColUser, row), Mailbox: t.Folded(timeline.ColMailbox, row),
			IP: t.Code(timeline.ColIP, row), Place: t.Place(row), Client: t.Folded(timeline.ColClient, row),
			Agent: families[t.Code(timeline.ColUserAgent, row)], Device: t.Folded(timeline.ColDevice, row),
			Interactive: true, Export: t.Source(row),
		}
		l.Time, _ = t.Nanos(row)
		act := t.Act(row)
		l.Outcome = act.Outcome
		for _, told := range act.Rows {
			l.Interactive = l.Interactive && !t.Has(told, timeline.NonInteractive|timeline.AppOnly|timeline.Service)
			l.Service = l.Service || t.Has(told, timeline.Service)
		}
		if l.Place == nil {
			l.Place = none
		}
		if place := stated(l.IP, t.Code(timeline.ColLogCountry, row)); place != nil {
			l.Place, l.Stated = place, true
		}
		if l.Located() {
			l.country = countryCode(l.Place.Country)
		}
		l.Logged = logged(l.IP, t.Code(timeline.ColLogCountry, row))
		if l.Observed = observed[t.Code(timeline.ColIPChain, row)]; l.Observed == nil {
			l.Observed = l.Place
		}
		l.session = uint64(networks.Number[l.IP])
		if s := t.Code(timeline.ColSession, row); s != 0 && !l.Export.ClientSessions {
			l.session = uint64(s) | 1<<32
		}
		list = append(list, l)
	}
	return list
}

// statedPlaces tells where a record places an address that the databases don't
// know, by the code of the address and that of the country; nil if they know
// it, or the record names none.
func statedPlaces(t *timeline.Timeline) func(ip, country uint32) *geo.Place {
	known := map[uint64]*geo.Place{}
	return func(ip, country uint32) *geo.Place {
		if ip == 0 || country == 0 || t.PlaceOf(ip).Country != "" || !unknown(t.PlaceOf(ip)) {
			return nil
		}
		key := Pair(ip, country)
		if name := t.Value(timeline.ColLogCountry, country); known[key] == nil && len(name) == 2 {
			known[key] = &geo.Place{Addr: t.PlaceOf(ip).Addr, Country: strings.ToUpper(name)}
		}
		return known[key]
	}
}

// networks are those of each code of the address column.
type networks struct {
	Number []uint32 // 0 for no address
}

// Networks are the /24 or /64 of each address, numbered.
var Networks = &analysis.Fact[*networks]{
	Name: "networks",
	Make: numberNetworks,
}

func numberNetworks(p *analysis.Pass) *networks {
	n := p.Timeline.Cardinality(timeline.ColIP)
	of := &networks{make([]uint32, n)}
	numbers := map[netip.Prefix]uint32{}
	for code := 1; code < n; code++ {
		prefix := geo.Network(p.Timeline.PlaceOf(uint32(code)).Addr)
		if numbers[prefix] == 0 {
			numbers[prefix] = uint32(len(numbers) + 1)
		}
		of.Number[code] = numbers[prefix]
	}
	return of
}

// observedPlaces is where the last hop of each forwarded chain is; nil where
// there is no chain of several hops.
func observedPlaces(p *analysis.Pass) []*geo.Place {
	places := make([]*geo.Place, p.Timeline.Cardinality(timeline.ColIPChain))
	for code := 1; code < len(places); code++ {
		chain := geo.ParseChain(p.Timeline.Value(timeline.ColIPChain, uint32(code)))
		if len(chain.Hops) < 2 {
			continue
		}
		place := p.Geo.Lookup(chain.Observed)
		if place.Class == "" {
			places[code] = &place
		}
	}
	return places
}

// loggedPlaces tells what a record says of the place of its address, by the
// code of the address and that of the country that it names; nil if it agrees
// with the database, or one of the two says nothing.
func loggedPlaces(t *timeline.Timeline) func(ip, country uint32) *Logged {
	known := map[uint64]*Logged{}
	return func(ip, country uint32) *Logged {
		if ip == 0 || country == 0 {
			return nil
		}
		l, ok := known[Pair(ip, country)]
		if !ok {
			place, name := t.PlaceOf(ip), t.Value(timeline.ColLogCountry, country)
			if len(name) == 2 && place.Country != "" && !strings.EqualFold(name, place.Country) {
				l = &Logged{Country: name, pair: CountryValue(name)<<16 | CountryValue(place.Country)}
				l.Km, l.Known = geo.Distance(*place, geo.Place{Country: name})
			}
			known[Pair(ip, country)] = l
		}
		return l
	}
}

// Day is the UTC date of the logon.
func (l *Logon) Day() int32 { return timeline.Day(l.Time) }

// HabitsOf counts the session-days of an attribute over the admitted logons
// of people; value gives 0 where a logon does not have it.
func HabitsOf(p *analysis.Pass, list []Logon, value func(*Logon) uint64) *Habits {
	return newDays(p, list, nil).habits(value)
}

// logonDays are the session-days of the admitted logons of people, without
// those that evidence weighs on.
type logonDays struct {
	*calendar
	list    []Logon
	without []uint32 // users of those that are left out
	history int
}

func newDays(p *analysis.Pass, list []Logon, but *SuspectSet) *logonDays {
	d := &logonDays{calendar: newCalendar(), list: list, history: Enough(p)}
	for i := range list {
		switch l := &list[i]; {
		case l.User == 0:
		case but != nil && but.Logon(l.Row):
			d.without = append(d.without, l.User)
		case l.Admitted():
			d.add(l.User, sessionDay{day: l.Day(), session: l.session, of: uint32(i)})
		}
	}
	d.sort()
	return d
}

// habits are those of an attribute; value gives 0 where a logon does not have
// it.
func (d *logonDays) habits(value func(*Logon) uint64) *Habits {
	r := d.calendar.habits(func(of uint32) uint64 { return value(&d.list[of]) }, d.history)
	for _, user := range d.without {
		r.know(user)
	}
	return r
}
