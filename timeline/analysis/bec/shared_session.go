package bec

import (
	"slices"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

// A sharedSession is the records of one user in one session.
type sharedSession struct {
	user  uint32
	parts map[spot]*sessionPart
	order []spot
}

// A sessionPart is the records of a session from one network in one country.
type sessionPart struct {
	rows []int
	own  bool
}

// sharedSessions are the sessions with records from several networks, by the
// first of them, and the number of all sessions.
func sharedSessions(p *analysis.Pass) (list []*sharedSession, count int) {
	t := p.Timeline
	sessions, users, asns := t.Fold(timeline.ColSession), t.Fold(timeline.ColUser), placeNumbers(p)
	type key struct{ session, user uint32 }
	first := map[key]uint32{}
	several := map[key]*sharedSession{}
	judged := func(row int) (key, uint32) {
		k := key{sessions[t.Code(timeline.ColSession, row)], users[t.Code(timeline.ColUser, row)]}
		at := asns[t.Code(timeline.ColIP, row)]
		if k.session == 0 || k.user == 0 || at == 0 || t.Has(row, timeline.Service|timeline.AppOnly) || t.Source(row).Source == timeline.SourceActivities {
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
			first[k] = at
		case was != at && several[k] == nil:
			several[k] = &sharedSession{user: k.user, parts: map[spot]*sessionPart{}}
			list = append(list, several[k])
		}
	}
	if len(several) == 0 {
		return list, len(first)
	}
	pr := profileOf(p)
	for row := range t.Timed() {
		k, at := judged(row)
		s := several[k]
		if at == 0 || s == nil {
			continue
		}
		place := t.Place(row)
		in := spot{countryValue(true, place), place.ASN}
		part := s.parts[in]
		if part == nil {
			name := t.Value(timeline.ColUser, s.user)
			part = &sessionPart{own: pr.homeRow(t, row) || analysis.DeclaredHome(p.Settings, name, place.Country) && !anonymous(place)}
			s.parts[in] = part
			s.order = append(s.order, in)
		}
		part.rows = append(part.rows, row)
	}
	return list, len(first)
}

type placeNumberKey struct{}

// placeNumbers number the networks and countries of each code of the address
// column; 0 is an address that says nothing of its user's place.
func placeNumbers(p *analysis.Pass) []uint32 {
	return analysis.Once(p, placeNumberKey{}, func() []uint32 {
		t := p.Timeline
		numbers := make([]uint32, t.Cardinality(timeline.ColIP))
		seen := map[spot]uint32{}
		for code := 1; code < len(numbers); code++ {
			place := t.PlaceOf(uint32(code))
			if place.Class != "" || place.Country == "" || place.Kind == kindService || place.Kind == kindRelay {
				continue
			}
			at := spot{countryValue(true, place), place.ASN}
			if seen[at] == 0 {
				seen[at] = uint32(len(seen) + 1)
			}
			numbers[code] = seen[at]
		}
		return numbers
	})
}

// An ownerPart is what of a session came from where its user is at home.
type ownerPart struct {
	rows    []int
	agents  map[uint32]bool // families, those of the user's logons at home included
	devices map[uint32]bool
	named   string // its user agents
}

func (s *sharedSession) owner(p *analysis.Pass, pr *profile) *ownerPart {
	t := p.Timeline
	families, _ := agentFamilies(p)
	own := &ownerPart{agents: map[uint32]bool{}, devices: map[uint32]bool{}}
	for _, in := range s.order {
		if s.parts[in].own {
			own.rows = append(own.rows, s.parts[in].rows...)
		}
	}
	slices.Sort(own.rows)
	if b := pr.home[s.user]; b != nil {
		for agent := range b.agents {
			own.agents[agent] = true
		}
	}
	for _, row := range own.rows {
		own.agents[families[t.Code(timeline.ColUserAgent, row)]] = true
		own.devices[t.Folded(timeline.ColDevice, row)] = true
	}
	delete(own.agents, 0)
	delete(own.devices, 0)
	own.named = cite.List(cite.Distinct(t, timeline.ColUserAgent, own.rows))
	return own
}

// strange reports whether a record names a user agent whose family neither
// the owner's part nor the user's logons at home show. Without anything to
// compare with nothing is strange.
func (own *ownerPart) strange(p *analysis.Pass, rows []int) bool {
	families, _ := agentFamilies(p)
	return len(own.agents) > 0 && slices.ContainsFunc(rows, func(row int) bool {
		agent := families[p.Timeline.Code(timeline.ColUserAgent, row)]
		return agent != 0 && !own.agents[agent]
	})
}

// hasDevice reports whether a device of some rows is the owner's.
func (own *ownerPart) hasDevice(t *timeline.Timeline, rows []int) bool {
	return slices.ContainsFunc(rows, func(row int) bool { return own.devices[t.Folded(timeline.ColDevice, row)] })
}

// nearest finds the owner's record from which nobody can have travelled to
// one of the rows; km is 0 if there is none, and then the record is the one
// before them.
func (own *ownerPart) nearest(t *timeline.Timeline, rows []int) (other int, km float64, apart time.Duration) {
	at := func(row int) *logon {
		return &logon{row: row, time: timeline.UnixNano(t, row), place: t.Place(row), network: geo.Network(t.Place(row).Addr)}
	}
	i, _ := slices.BinarySearch(own.rows, rows[0])
	other = own.rows[max(i-1, 0)]
	for _, row := range rows {
		i, _ := slices.BinarySearch(own.rows, row)
		for _, k := range [...]int{i - 1, i} {
			if k < 0 || k >= len(own.rows) {
				continue
			}
			a, b := at(own.rows[k]), at(row)
			if d, impossible := cannotTravel(a, b); impossible && d > km {
				other, km = own.rows[k], d
				apart = max(time.Duration(a.time-b.time), time.Duration(b.time-a.time)).Round(time.Second)
			}
		}
	}
	return other, km, apart
}

// clearedRows reports whether the examiner cleared the addresses of all rows,
// or their sessions.
func clearedRows(p *analysis.Pass, pr *profile, rows []int) bool {
	t := p.Timeline
	return !slices.ContainsFunc(rows, func(row int) bool {
		return !pr.cleared[t.Code(timeline.ColIP, row)] && !reference.ContainsAny(p.Settings.KnownGood.Sessions, t.Text(timeline.ColSession, row))
	})
}

// travelledRows reports whether declared travel covers all rows.
func travelledRows(p *analysis.Pass, user, country string, rows []int) bool {
	return !slices.ContainsFunc(rows, func(row int) bool {
		return !analysis.Travelled(p.Settings, user, country, p.Timeline.Time(row))
	})
}

// rowPlace names the place of a record in a cell.
func rowPlace(t *timeline.Timeline, row int) string { return spotName(&logon{place: t.Place(row)}) }
