package logon

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// LongHistories are the users with active days enough to know their habits.
func LongHistories(p *analysis.Pass, pr *Estate) map[uint32]bool {
	long := map[uint32]bool{}
	for _, u := range pr.ByUser {
		long[u.User] = len(ActiveDays(u.Logons)) >= Enough(p)
	}
	return long
}

// A Session is the records of one user in one session.
type Session struct {
	User  uint32
	Began int64 // time of its first record
	Parts map[Site]*Part
	Order []Site

	givenAway bool // it was seen where somebody else hides, or evidence weighs on it
}

// A Part is the records of a session from one network in one country.
type Part struct {
	Rows []int
	Own  bool
}

// Sessions are the sessions with records from several networks, by the
// first of them, and the number of all sessions. Once a session was seen in a
// network that hides who is behind it, a line of the user's own provider is
// theirs only if they had it before: households can be hired.
func Sessions(p *analysis.Pass) (list []*Session, count int) {
	t := p.Timeline
	sessions, users, asns := t.Fold(timeline.ColSession), t.Fold(timeline.ColUser), placeNumbers(p)
	type key struct{ session, user uint32 }
	first, began := map[key]uint32{}, map[key]int{}
	several := map[key]*Session{}
	judged := func(row int) (key, uint32) {
		k := key{sessions[t.Code(timeline.ColSession, row)], users[t.Code(timeline.ColUser, row)]}
		at := asns[t.Code(timeline.ColIP, row)]
		if k.session == 0 || k.user == 0 || at == 0 || t.Has(row, timeline.Service|timeline.AppOnly) || t.Source(row).ClientSessions {
			return k, 0
		}
		if o := t.Outcome(row); o == timeline.Failure || o == timeline.Interrupted || o == timeline.PasswordProved {
			return k, 0
		}
		return k, at
	}
	for row := range t.Timed() {
		k, at := judged(row)
		if at == 0 {
			continue
		}
		switch was := first[k]; {
		case was == 0:
			first[k], began[k] = at, row
		case was != at && several[k] == nil:
			several[k] = &Session{User: k.user, Began: timeline.UnixNano(t, began[k]), Parts: map[Site]*Part{}}
			list = append(list, several[k])
		}
	}
	if len(several) == 0 {
		return list, len(first)
	}
	pr := Profiles.Of(p)
	for row := range t.Timed() {
		k, at := judged(row)
		s := several[k]
		if at == 0 || s == nil {
			continue
		}
		place := t.Place(row)
		in := Site{Country: CountryValue(place.Country), ASN: place.ASN}
		home := pr.HomeRow(t, row)
		s.givenAway = s.givenAway || !home && pr.hides(s.User, place) || pr.suspects.Logon(row)
		in.Lodged = home && s.givenAway && !pr.hadLine(s.User, t.Code(timeline.ColIP, row), s.Began)
		part := s.Parts[in]
		if part == nil {
			declared := p.Settings.For(t.Value(timeline.ColUser, s.User))
			part = &Part{Own: !in.Lodged && (home || declared.Home(place.Country) && !Anonymous(place))}
			s.Parts[in] = part
			s.Order = append(s.Order, in)
		}
		part.Rows = append(part.Rows, row)
	}
	return list, len(first)
}

// hides reports whether a place is in a network that hides who is behind it,
// where neither a habit nor the estate puts the user.
func (pr *Estate) hides(user uint32, place *geo.Place) bool {
	if !Anonymous(place) || pr.Hosting.Usual(user, KindValue(true)) {
		return false
	}
	others := pr.ASNs.Others(uint64(place.ASN), user)
	return !others.Shared()
}

// hadLine reports whether a user got in from an address's network on a day
// before that of a time, or the address is an office or cleared.
func (pr *Estate) hadLine(user, ip uint32, at int64) bool {
	if pr.Office[ip] || pr.Cleared[ip] {
		return true
	}
	h := pr.Networks.Of[user]
	if h == nil {
		return false
	}
	days := h.Usage(uint64(pr.numbers[ip])).Days
	return len(days) > 0 && (days[0] < timeline.Day(at) || timeline.Day(at) < h.Days[0]+int32(RoutineDays.Int()))
}

// LeftOut says in words which records with a session id Sessions does not use,
// and why; "" if it uses all. The number is that of all records with an id.
func LeftOut(p *analysis.Pass) (records int, why string) {
	t := p.Timeline
	asns := placeNumbers(p)
	var client, service, failed, nameless, placeless, timeless int
	for row := range t.Len() {
		if t.Code(timeline.ColSession, row) == 0 {
			continue
		}
		records++
		_, timed := t.Nanos(row)
		switch o := t.Outcome(row); {
		case t.Source(row).ClientSessions:
			client++
		case t.Has(row, timeline.Service|timeline.AppOnly):
			service++
		case o == timeline.Failure || o == timeline.Interrupted || o == timeline.PasswordProved:
			failed++
		case t.Code(timeline.ColUser, row) == 0:
			nameless++
		case asns[t.Code(timeline.ColIP, row)] == 0:
			placeless++
		case !timed:
			timeless++
		}
	}
	var list []string
	for _, c := range [...]struct {
		n   int
		why string
	}{
		{client, "with the session of a client program, not of a sign-in"},
		{service, "of a service or an application"},
		{failed, "of sign-ins or acts that did not succeed"},
		{nameless, "without a user"},
		{placeless, "without an address whose country and network are known"},
		{timeless, "without a time"},
	} {
		if c.n > 0 {
			list = append(list, fmt.Sprintf("%d %s", c.n, c.why))
		}
	}
	return records, strings.Join(list, ", ")
}

// placeNumbers number the networks and countries of each code of the address
// column; 0 is an address that says nothing of its user's place.
func placeNumbers(p *analysis.Pass) []uint32 {
	t := p.Timeline
	numbers := make([]uint32, t.Cardinality(timeline.ColIP))
	seen := map[Site]uint32{}
	for code := 1; code < len(numbers); code++ {
		place := t.PlaceOf(uint32(code))
		if place.Class != "" || place.Country == "" || place.Kind == KindService || place.Kind == KindRelay {
			continue
		}
		at := Site{Country: CountryValue(place.Country), ASN: place.ASN}
		if seen[at] == 0 {
			seen[at] = uint32(len(seen) + 1)
		}
		numbers[code] = seen[at]
	}
	return numbers
}

// An OwnerPart is what of a session came from where its user is at home.
type OwnerPart struct {
	Rows    []int
	agents  map[uint32]bool // families, those of the user's logons at home included
	devices map[uint32]bool
	Named   string // its user agents
}

// Owner is what of a session came from where its user is at home, with the
// user agents that the user has there.
func (s *Session) Owner(p *analysis.Pass, pr *Estate) *OwnerPart {
	t := p.Timeline
	families := Agents.Of(p).Of
	own := &OwnerPart{agents: map[uint32]bool{}, devices: map[uint32]bool{}}
	for _, in := range s.Order {
		if s.Parts[in].Own {
			own.Rows = append(own.Rows, s.Parts[in].Rows...)
		}
	}
	slices.Sort(own.Rows)
	if b := pr.Home[s.User]; b != nil {
		for agent := range b.agents {
			if b.HadAgent(agent, s.Began) {
				own.agents[agent] = true
			}
		}
	}
	for _, row := range own.Rows {
		own.agents[families[t.Code(timeline.ColUserAgent, row)]] = true
		own.devices[t.Folded(timeline.ColDevice, row)] = true
	}
	delete(own.agents, 0)
	delete(own.devices, 0)
	own.Named = cite.Join(cite.Distinct(t, timeline.ColUserAgent, own.Rows))
	return own
}

// Strange reports whether a record names a user agent whose family neither
// the owner's part nor the user's logons at home show. Without anything to
// compare with nothing is strange.
func (own *OwnerPart) Strange(p *analysis.Pass, rows []int) bool {
	families := Agents.Of(p).Of
	return len(own.agents) > 0 && slices.ContainsFunc(rows, func(row int) bool {
		agent := families[p.Timeline.Code(timeline.ColUserAgent, row)]
		return agent != 0 && !own.agents[agent]
	})
}

// HasDevice reports whether a device of some rows is the owner's.
func (own *OwnerPart) HasDevice(t *timeline.Timeline, rows []int) bool {
	return slices.ContainsFunc(rows, func(row int) bool { return own.devices[t.Folded(timeline.ColDevice, row)] })
}

// Nearest finds the record among from, which are in time order and not empty,
// from where nobody can have travelled to one of the rows; km is 0 if there
// isn't one, and then the record is the one before them.
func (pr *Estate) Nearest(t *timeline.Timeline, from, rows []int) (other int, km float64, apart time.Duration) {
	at := func(row int) *Logon {
		return &Logon{Row: row, Time: timeline.UnixNano(t, row), Place: t.Place(row)}
	}
	i, _ := slices.BinarySearch(from, rows[0])
	other = from[max(i-1, 0)]
	for _, row := range rows {
		i, _ := slices.BinarySearch(from, row)
		for _, k := range [...]int{i - 1, i} {
			if k < 0 || k >= len(from) {
				continue
			}
			a, b := at(from[k]), at(row)
			if d, impossible := pr.CannotTravel(a, b); impossible && d > km {
				other, km = from[k], d
				apart = max(time.Duration(a.Time-b.Time), time.Duration(b.Time-a.Time)).Round(time.Second)
			}
		}
	}
	return other, km, apart
}

// ClearedRows reports whether the examiner cleared the addresses of all rows,
// or their sessions.
func ClearedRows(p *analysis.Pass, pr *Estate, rows []int) bool {
	t := p.Timeline
	return !slices.ContainsFunc(rows, func(row int) bool {
		return !pr.Cleared[t.Code(timeline.ColIP, row)] && !reference.ContainsFold(p.Settings.KnownGood.Sessions, t.Text(timeline.ColSession, row))
	})
}

// TravelledRows reports whether declared travel covers all rows.
func TravelledRows(p *analysis.Pass, user, country string, rows []int) bool {
	declared := p.Settings.For(user)
	return !slices.ContainsFunc(rows, func(row int) bool {
		return !declared.Travelled(country, p.Timeline.Time(row))
	})
}
