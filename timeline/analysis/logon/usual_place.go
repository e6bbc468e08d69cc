package logon

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// UsualPlace reports whether an address is where its user usually is, known for
// so many active days: a network that is their habit; one that is a habit of several
// others, where they get in too; or their usual provider, if it gives them new
// lines so often that none can become a habit.
func (pr *Estate) UsualPlace(t *timeline.Timeline, user, ip uint32, history int) bool {
	h := pr.Networks.Of[user]
	if ip == 0 || h == nil || len(h.Days) < history {
		return false
	}
	number := uint64(pr.numbers[ip])
	if h.Usual(number) {
		return true
	}
	others := pr.Networks.Others(number, user)
	if others.Usual >= SharedUsers.Int() && h.Values[number] != nil {
		return true
	}
	place := t.PlaceOf(ip)
	return !Anonymous(place) && pr.HomeAddress(t, user, ip) && pr.Countries.Usual(user, CountryValue(place.Country)) && pr.newLines[Pair(user, place.ASN)]
}

// noteLines finds the users and providers for whom a new network is nothing
// rare: carriers that share addresses, and phones.
func (pr *Estate) noteLines(p *analysis.Pass) {
	t, rare := p.Timeline, RareChance(p)
	asn := map[uint64]uint32{}
	for code := 1; code < t.Cardinality(timeline.ColIP); code++ {
		asn[uint64(pr.numbers[code])] = t.PlaceOf(uint32(code)).ASN
	}
	for user, h := range pr.Networks.Of {
		once, sessions := map[uint32]int{}, map[uint32]int{}
		for number, u := range h.Values {
			sessions[asn[number]] += u.Sessions
			if len(u.Days) == 1 {
				once[asn[number]]++
			}
		}
		for of, n := range once {
			if n >= RoutineDays.Int() && chanceOfNew(n, sessions[of]) > rare {
				pr.newLines[Pair(user, of)] = true
			}
		}
	}
}
