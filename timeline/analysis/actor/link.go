package actor

import (
	"fmt"
	"slices"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/logon"
)

// A Tier says how sure a link is.
type Tier string

// Tiers of links: one session or token is certain; one address of one account
// within a day is strong; what accounts share is likely.
const (
	Certain  Tier = "T1"
	Strong   Tier = "T2"
	Likely   Tier = "T3"
	Examiner Tier = "examiner"
)

// A Link is why two contexts are held to be one actor's.
type Link struct {
	From, To string // the contexts, in words
	Tier     Tier
	Text     string
	Rows     []int // one of each side
}

// Bounds of links.
var (
	AddressHours = &analysis.Threshold{Name: "actor.address_hours", Value: 24, Doc: "hours around what is known to be an actor's in which its address still is"}
	apartHours   = &analysis.Threshold{Name: "actor.apart_hours", Value: 72, Doc: "hours between two groups of one account that share nothing, from which on they are two actors"}
	sharedBy     = &analysis.Point{Name: "actor.shared_by", Value: 5, Doc: "accounts whose habit an address is, above which it joins nobody"}
)

// A linker joins the contexts that signs rest on, and those that belong to
// them, to groups.
type linker struct {
	*contexts
	p         *analysis.Pass
	pr        *logon.Estate
	networks  []uint32 // number of the network, by code of ColIP
	families  []uint32 // of user agents, by code of ColUserAgent
	span      int64    // for which an address is an actor's, in nanoseconds
	parent    []int32  // union-find over contexts
	suspect   []bool   // contexts that belong to a group
	links     []edge
	programs  map[program][]int32    // days, rising
	bySession map[contextKey][]int32 // by account and session
	byAddress map[contextKey][]int32 // by account and address
	byDevice  map[device][]int32
	granted   map[int32]bool // signs on consents whose application came in by them
	made      map[int32]int  // the record that may have made what a sign on a snapshot is about
}

// An edge is a link between two contexts.
type edge struct {
	from, to int32
	tier     Tier
	text     string
}

func newLinker(p *analysis.Pass, c *contexts) *linker {
	l := &linker{
		contexts: c, p: p, pr: logon.Profiles.Of(p), networks: logon.Networks.Of(p).Number, families: logon.Agents.Of(p).Of, span: int64(hours(p, AddressHours)),
		parent: make([]int32, len(c.list)), suspect: make([]bool, len(c.list)),
		programs: map[program][]int32{}, bySession: map[contextKey][]int32{}, byAddress: map[contextKey][]int32{}, byDevice: map[device][]int32{}, granted: map[int32]bool{}, made: map[int32]int{},
	}
	for i := range c.list {
		one := &c.list[i]
		l.parent[i] = int32(i)
		if one.session != 0 {
			k := contextKey{account: one.account, session: one.session}
			l.bySession[k] = append(l.bySession[k], int32(i))
		}
		if one.ip != 0 {
			k := contextKey{account: one.account, ip: l.address(one.ip)}
			l.byAddress[k] = append(l.byAddress[k], int32(i))
		}
		if one.device != 0 {
			k := device{one.account, one.device}
			l.byDevice[k] = append(l.byDevice[k], int32(i))
		}
	}
	l.learnPrograms()
	return l
}

// address is what one customer has of a provider: an IPv4 address by its code,
// the /64 of an IPv6 address by the number of the network.
func (l *linker) address(ip uint32) uint32 {
	if l.t.PlaceOf(ip).Addr.Is6() {
		return l.networks[ip] | 1<<31
	}
	return ip
}

// anchorConsents gives a sign on a consent to the contexts in which its
// application uses the account afterwards from elsewhere: that is an entry.
func (l *linker) anchorConsents() {
	signs, consents := analysis.Signs.Of(l.p), change.Consents.Of(l.p)
	byApp := change.ConsentedApps.Of(l.p)
	for i := range l.list {
		c := &l.list[i]
		for _, k := range byApp[c.app] {
			for _, row := range consents[k].Rows {
				cited := signs.At(l.t.Origin(row))
				if timeline.UnixNano(l.t, row) > c.last || l.owners(c, false) {
					continue
				}
				c.cite(cited, c.last)
				for _, s := range cited {
					l.granted[s] = true
				}
			}
		}
	}
}

// link joins the contexts. A session holds whatever was done in it; but what of
// it comes from where the owner is at home is the owner's.
func (l *linker) link() {
	var queue []int32
	take := func(i int32) {
		if !l.suspect[i] {
			l.suspect[i] = true
			queue = append(queue, i)
		}
	}
	for i := range l.list {
		if one := &l.list[i]; len(one.signs) > 0 && !l.owners(one, l.saysWhere(one)) {
			take(int32(i))
		}
	}
	for len(queue) > 0 {
		from := queue[0]
		queue = queue[1:]
		one := &l.list[from]
		if one.session != 0 {
			strict := l.openedElsewhere(one)
			all := l.bySession[contextKey{account: one.account, session: one.session}]
			shared := slices.ContainsFunc(all, func(i int32) bool { return l.owners(&l.list[i], strict) })
			for _, to := range all {
				if ip := l.list[to].ip; shared && ip != 0 && servesMany(l.t.PlaceOf(ip)) {
					continue // it may be either's
				}
				if to != from && !l.owners(&l.list[to], strict) {
					l.join(from, to, Certain, "one session")
					take(to)
				}
			}
		}
		if one.device != 0 {
			used := l.byDevice[device{one.account, one.device}]
			for _, to := range used {
				if to != from && l.suspect[used[0]] && !l.owners(&l.list[to], true) {
					l.join(from, to, Certain, "one device, which the account had first there")
					take(to)
				}
			}
		}
		if one.ip != 0 {
			for _, to := range l.byAddress[contextKey{account: one.account, ip: l.address(one.ip)}] {
				if to != from && l.near(one, &l.list[to], l.span) && !l.owners(&l.list[to], true) {
					l.join(from, to, Strong, fmt.Sprintf("one address and account within %.0f hours", time.Duration(l.span).Hours()))
					take(to)
				}
			}
		}
	}
	l.named()
	l.acrossAccounts()
	l.withinAccount()
}

// saysWhere reports whether a sign on a context is about the entry: that speaks
// against its place, as what was done there does not.
func (l *linker) saysWhere(c *context) bool {
	signs := analysis.Signs.Of(l.p)
	return slices.ContainsFunc(c.signs, func(s int32) bool {
		return aboutEntry(signs.All[s].Analyzer.Family)
	})
}

// aboutEntry reports whether signs of a family speak against an entry, rather
// than what followed.
func aboutEntry(family string) bool {
	return family == familyHow || slices.Contains(entryFamilies, family)
}

// owners reports whether a context is its owner's: from an office, from what
// the examiner cleared, from a network that is the account's habit or, unless
// strict, from a provider and country that are, with a program that the account
// has there.
func (l *linker) owners(c *context, strict bool) bool {
	if c.ip == 0 || c.account&mailboxBit != 0 {
		return false
	}
	if l.pr.Office[c.ip] || l.pr.Cleared[c.ip] || l.pr.Networks.Usual(uint32(c.account), uint64(l.networks[c.ip])) {
		return true
	}
	return !strict && l.pr.HomeRow(l.t, c.row) && (c.agent == 0 || len(l.programs[program{c.account, c.agent}]) >= logon.RoutineDays.Int())
}

// A device is one that an account was used with.
type device struct {
	account account
	device  uint32
}

// A program is a family of user agents that an account was used with.
type program struct {
	account account
	agent   uint32
}

// learnPrograms finds the days on which accounts began to use a program
// somewhere in the networks of their home.
func (l *linker) learnPrograms() {
	for i := range l.list {
		c := &l.list[i]
		if c.agent == 0 || c.ip == 0 || !l.pr.HomeRow(l.t, c.row) {
			continue
		}
		k, day := program{c.account, c.agent}, timeline.Day(c.first)
		if days := l.programs[k]; len(days) == 0 || days[len(days)-1] != day {
			l.programs[k] = append(days, day)
		}
	}
}

// openedElsewhere reports whether a session began in a suspect context: then
// its owner never had it.
func (l *linker) openedElsewhere(c *context) bool {
	first := l.bySession[contextKey{account: c.account, session: c.session}][0]
	return l.suspect[first]
}

// near reports whether two contexts lie within a span of each other.
func (l *linker) near(a, b *context, span int64) bool {
	return a.first-b.last <= span && b.first-a.last <= span
}

func (l *linker) root(i int32) int32 {
	for l.parent[i] != i {
		l.parent[i] = l.parent[l.parent[i]]
		i = l.parent[i]
	}
	return i
}

// join makes two contexts one actor's. The earlier group keeps its number, so
// that the order of links changes nothing.
func (l *linker) join(a, b int32, tier Tier, text string) {
	ra, rb := l.root(a), l.root(b)
	if ra == rb {
		return
	}
	l.parent[max(ra, rb)] = min(ra, rb)
	l.links = append(l.links, edge{a, b, tier, text})
}

// named joins what one sign cites.
func (l *linker) named() {
	signs := analysis.Signs.Of(l.p)
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
// network that are nobody's habit.
func (l *linker) acrossAccounts() {
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
		if at := l.address(c.ip); !servesMany(place) && usual[at] <= sharedBy.Int() {
			for _, to := range byAddress[at] {
				other := &l.list[to]
				if other.account != c.account && l.near(c, other, l.span) && !l.owners(other, false) {
					l.suspect[to] = true
					l.join(int32(i), to, Likely, "one address, several accounts")
				}
			}
		}
		if k := (pair{c.agent, place.ASN}); c.agent != 0 && place.ASN != 0 && !habit[c.agent] && len(c.signs) > 0 {
			if from, ok := byProgram[k]; ok {
				l.join(from, int32(i), Likely, "one program in one network, which no owner uses")
			} else {
				byProgram[k] = int32(i)
			}
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
	byAccount := map[account][]int32{}
	var order []account
	for i := range l.list {
		if c := &l.list[i]; l.suspect[i] && c.opened {
			if byAccount[c.account] == nil {
				order = append(order, c.account)
			}
			byAccount[c.account] = append(byAccount[c.account], int32(i))
		}
	}
	apart := int64(hours(l.p, apartHours))
	for _, a := range order {
		list := byAccount[a]
		for k, i := range list {
			for _, j := range list[k+1:] {
				if l.root(i) == l.root(j) {
					continue
				}
				if text := l.shared(&l.list[i], &l.list[j], apart); text != "" {
					l.join(i, j, Likely, text)
				}
			}
		}
	}
}

// shared says what two contexts of one account have in common.
func (l *linker) shared(a, b *context, apart int64) string {
	switch {
	case a.ip != 0 && b.ip != 0 && l.t.PlaceOf(a.ip).ASN != 0 && l.t.PlaceOf(a.ip).ASN == l.t.PlaceOf(b.ip).ASN && !servesMany(l.t.PlaceOf(a.ip)):
		return "one account and network"
	case a.agent != 0 && a.agent == b.agent:
		return "one account and program"
	case l.near(a, b, apart):
		return fmt.Sprintf("one account within %.0f hours", time.Duration(apart).Hours())
	}
	return ""
}

// describe names a context in a link.
func (l *linker) describe(c *context) string {
	s := l.name(c.account)
	if c.ip != 0 {
		s += ", " + l.t.Value(timeline.ColIP, c.ip)
	}
	if c.session != 0 {
		s += ", session " + l.t.Value(timeline.ColSession, c.session)
	}
	return s
}

// linksOf are the links of a group, in the order of their earlier contexts.
func (l *linker) linksOf(root int32) []Link {
	var list []Link
	for _, e := range l.links {
		if l.root(e.from) != root {
			continue
		}
		a, b := &l.list[e.from], &l.list[e.to]
		list = append(list, Link{l.describe(a), l.describe(b), e.tier, e.text, []int{a.row, b.row}})
	}
	return list
}

// groups are the roots of the groups that a sign rests on, by their first
// contexts.
func (l *linker) groups() []int32 {
	var roots []int32
	for i := range l.list {
		if l.suspect[i] && len(l.list[i].signs) > 0 {
			roots = append(roots, l.root(int32(i)))
		}
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

// hours is a threshold that is a span in hours.
func hours(p *analysis.Pass, t *analysis.Threshold) time.Duration {
	return time.Duration(p.Threshold(t) * float64(time.Hour))
}
