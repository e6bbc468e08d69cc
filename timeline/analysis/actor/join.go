package actor

import (
	"fmt"
	"time"

	"becforensics/geo"
	"becforensics/timeline/analysis/logon"
)

// named joins what one sign cites.
func (l *linker) named() {
	signs := l.signs
	first := map[int32]int32{}
	for i := range l.list {
		if !l.suspect[i] {
			continue
		}
		for _, s := range l.list[i].signs {
			if from, ok := first[s]; ok {
				l.join(from, int32(i), Likely, "named together by "+signs.All[s].Analyzer.Name)
			} else {
				first[s] = int32(i)
			}
		}
	}
}

// acrossAccounts joins contexts of several accounts at one address, signed or
// not, unless the address serves many, and groups that share a program and a
// network that are nobody's habit. It returns the programs that owners have.
func (l *linker) acrossAccounts() map[uint32]bool {
	byAddress := map[uint32][]int32{}
	usual := map[uint32]int{}
	type pair struct{ agent, asn uint32 }
	byProgram := map[pair]int32{}
	habit := map[uint32]bool{} // families of programs that owners have
	for i := range l.list {
		c := &l.list[i]
		if c.ip == 0 {
			continue
		}
		at := l.address(c.ip)
		byAddress[at] = append(byAddress[at], int32(i))
		if l.owners(c, false) {
			usual[at]++
			habit[c.agent] = true
		}
	}
	for i := range l.list {
		c := &l.list[i]
		if !l.suspect[i] || c.ip == 0 {
			continue
		}
		place := l.t.PlaceOf(c.ip)
		if at := l.address(c.ip); !servesMany(place) && usual[at] <= sharedBy.Int() && len(byAddress[at]) > 1 {
			l.sweep(byAddress[at], l.span, Likely, "one address, several accounts", func(i int32) bool { return !l.owners(&l.list[i], false) })
			delete(byAddress, at)
		}
		if k := (pair{c.agent, place.ASN}); c.agent != 0 && place.ASN != 0 && !habit[c.agent] && len(c.signs) > 0 {
			if from, ok := byProgram[k]; ok {
				l.join(from, int32(i), Likely, "one program in one network, which no owner uses")
			} else {
				byProgram[k] = int32(i)
			}
		}
	}
	return habit
}

// oneAttack joins failed entries with one program that no owner has, at about
// the same time: whoever changes networks and accounts is still at it.
func (l *linker) oneAttack(habit map[uint32]bool) {
	last := map[uint32]int32{} // by program: the context that reaches furthest
	apart := int64(hours(l.p, apartHours))
	for i := range l.list {
		c := &l.list[i]
		if !l.suspect[i] || c.opened || c.agent == 0 || habit[c.agent] || len(c.signs) == 0 {
			continue
		}
		from, ok := last[c.agent]
		if ok && l.near(&l.list[from], c, apart) {
			l.join(from, int32(i), Likely, "attacks at the same time with one program, which no owner uses")
		}
		if !ok || c.last > l.list[from].last {
			last[c.agent] = int32(i)
		}
	}
}

// servesMany reports whether an address is that of many customers at once.
func servesMany(p *geo.Place) bool {
	return p.Class != "" || p.Kind == logon.KindRelay || p.Kind == logon.KindService || p.Kind == logon.KindMobile
}

// withinAccount joins groups of one account that entered it: two are apart only
// if network, program and time all are.
func (l *linker) withinAccount() {
	type known struct {
		account account
		agent   uint32 // or
		asn     uint32
	}
	first := map[known]int32{}
	reach := map[account]int32{} // the context that reaches furthest
	apart := int64(hours(l.p, apartHours))
	for i := range l.list {
		c, n := &l.list[i], int32(i)
		if !l.suspect[i] || !c.opened {
			continue
		}
		together := func(k known, text string) {
			if from, ok := first[k]; ok {
				l.join(from, n, Likely, text)
			} else {
				first[k] = n
			}
		}
		if c.ip != 0 {
			if place := l.t.PlaceOf(c.ip); place.ASN != 0 && !servesMany(place) {
				together(known{account: c.account, asn: place.ASN}, "one account and network")
			}
		}
		if c.agent != 0 {
			together(known{account: c.account, agent: c.agent}, "one account and program")
		}
		from, ok := reach[c.account]
		if ok && l.near(&l.list[from], c, apart) {
			l.join(from, n, Likely, fmt.Sprintf("one account within %.0f hours", time.Duration(apart).Hours()))
		}
		if !ok || c.last > l.list[from].last {
			reach[c.account] = n
		}
	}
}
