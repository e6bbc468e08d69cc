package bec

import (
	"net/netip"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A logon is one record of somebody being admitted, or not, to an account.
type logon struct {
	row     int
	time    int64  // UTC, nanoseconds since 1970; events without a time are no logons here
	user    uint32 // folded code of ColUser, 0 if not stated
	mailbox uint32 // folded code of ColMailbox, 0 if none
	outcome timeline.Outcome

	ip       uint32       // code of ColIP, 0 if none
	place    *geo.Place   // of the address; of a forwarded chain the hop that the client claims. Never nil
	observed *geo.Place   // of the last hop of a forwarded chain; place if there is one hop
	network  netip.Prefix // the /24 or /64 of the address; invalid if there is none

	client  uint32 // folded code of ColClient
	agent   uint32 // number of the user agent's family
	device  uint32 // folded code of ColDevice
	session uint64 // what makes a session-day: the session, else the network

	interactive bool // by a person: not by a token's renewal, nor by an application
	service     bool // by Microsoft's own service
	activities  bool // of the Outlook Activities log, whose session ids are none
}

// admitted reports whether the logon is known to have succeeded.
func (l *logon) admitted() bool { return l.outcome == timeline.Success && !l.service }

// located reports whether the address says where its user was: public, and no
// front end of Microsoft's.
func (l *logon) located() bool {
	return l.ip != 0 && l.place.Class == "" && l.place.Country != "" && l.place.Kind != kindService
}

// Kinds of networks that these analyses ask for, as geo names them.
const (
	kindHosting = "hosting"
	kindVPN     = "vpn"
	kindTor     = "tor"
	kindRelay   = "relay"
	kindService = "microsoft-service"
	kindCloud   = "microsoft-cloud"
	kindMobile  = "mobile"
)

// anonymous reports whether a network is one that hides who is behind it.
func anonymous(p *geo.Place) bool {
	return p.Kind == kindHosting || p.Kind == kindVPN || p.Kind == kindTor
}

type logonKey struct{}

// logons are all logons that have a time, in time order.
func logons(p *analysis.Pass) []logon {
	return analysis.Once(p, logonKey{}, func() []logon { return findLogons(p) })
}

func findLogons(p *analysis.Pass) []logon {
	t := p.Timeline
	families, _ := agentFamilies(p)
	networks := networksOf(p)
	observed := observedPlaces(p)
	none := &geo.Place{}
	timed := t.Timed()
	var list []logon
	for row := range analysis.RowsOf(p, analysis.ClassLogon) {
		if row >= timed {
			break
		}
		l := logon{
			row: row, user: t.Folded(timeline.ColUser, row), mailbox: t.Folded(timeline.ColMailbox, row), outcome: t.Outcome(row),
			ip: t.Code(timeline.ColIP, row), place: t.Place(row), client: t.Folded(timeline.ColClient, row),
			agent: families[t.Code(timeline.ColUserAgent, row)], device: t.Folded(timeline.ColDevice, row),
			interactive: !t.Has(row, timeline.NonInteractive|timeline.AppOnly|timeline.Service),
			service:     t.Has(row, timeline.Service), activities: t.Source(row).Source == timeline.SourceActivities,
		}
		l.time, _ = t.Nanos(row)
		if l.place == nil {
			l.place = none
		}
		l.network = networks.prefix[l.ip]
		if l.observed = observed[t.Code(timeline.ColIPChain, row)]; l.observed == nil {
			l.observed = l.place
		}
		l.session = uint64(networks.number[l.ip])
		if s := t.Code(timeline.ColSession, row); s != 0 && !l.activities {
			l.session = uint64(s) | 1<<32
		}
		list = append(list, l)
	}
	return list
}

type networkKey struct{}

// networks are the /24 or /64 of each code of the address column, and the
// number of each.
type networks struct {
	prefix []netip.Prefix
	number []uint32 // 0 for no address
}

func networksOf(p *analysis.Pass) *networks {
	return analysis.Once(p, networkKey{}, func() *networks {
		n := p.Timeline.Cardinality(timeline.ColIP)
		of := &networks{make([]netip.Prefix, n), make([]uint32, n)}
		numbers := map[netip.Prefix]uint32{}
		for code := 1; code < n; code++ {
			prefix := geo.Network(p.Timeline.PlaceOf(uint32(code)).Addr)
			if numbers[prefix] == 0 {
				numbers[prefix] = uint32(len(numbers) + 1)
			}
			of.prefix[code], of.number[code] = prefix, numbers[prefix]
		}
		return of
	})
}

type observedKey struct{}

// observedPlaces is where the last hop of each forwarded chain is; nil where
// there is no chain of several hops.
func observedPlaces(p *analysis.Pass) []*geo.Place {
	return analysis.Once(p, observedKey{}, func() []*geo.Place {
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
	})
}

// day is the UTC date of the logon.
func (l *logon) day() int32 { return timeline.Day(l.time) }

// routinesOf counts the session-days of an attribute over the admitted logons
// of people; value gives 0 where a logon does not have it.
func routinesOf(p *analysis.Pass, list []logon, value func(*logon) uint64) *routines {
	var seen []sessionDay
	for i := range list {
		if l := &list[i]; l.admitted() && l.user != 0 {
			seen = append(seen, sessionDay{l.user, l.day(), l.session, value(l)})
		}
	}
	return newRoutines(seen, enough(p))
}
