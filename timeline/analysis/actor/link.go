package actor

import (
	"fmt"
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
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
	networks  []uint32            // number of the network, by code of ColIP
	families  []uint32            // of user agents, by code of ColUserAgent
	span      int64               // for which an address is an actor's, in nanoseconds
	parent    []int32             // union-find over contexts
	suspect   []bool              // contexts that belong to a group
	queue     []int32             // suspect contexts whose links are not yet followed
	done      map[contextKey]bool // sessions that were followed
	swept     []bool              // suspect contexts whose address was gone through since they are
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
		parent: make([]int32, len(c.list)), suspect: make([]bool, len(c.list)), swept: make([]bool, len(c.list)), done: map[contextKey]bool{},
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
func (l *linker) address(ip uint32) uint32 { return customer(l.t, l.networks, ip) }

// customer is address, given the numbers of networks by code of ColIP.
func customer(t *timeline.Timeline, networks []uint32, ip uint32) uint32 {
	if t.PlaceOf(ip).Addr.Is6() {
		return networks[ip] | 1<<31
	}
	return ip
}

// link joins the contexts. A session holds whatever was done in it; but what of
// it comes from where the owner is at home is the owner's.
func (l *linker) link() {
	for i := range l.list {
		if one := &l.list[i]; len(one.signs) > 0 && !l.owners(one, l.saysWhere(one)) {
			l.take(int32(i))
		}
	}
	l.follow()
	l.named()
	habit := l.acrossAccounts()
	l.follow()
	l.oneAttack(habit)
	l.withinAccount()
}

// follow follows the links of suspect contexts by session, device and address.
func (l *linker) follow() {
	text := fmt.Sprintf("one address and account within %.0f hours", time.Duration(l.span).Hours())
	for len(l.queue) > 0 {
		from := l.queue[0]
		l.queue = l.queue[1:]
		one := &l.list[from]
		if k := (contextKey{account: one.account, session: one.session}); one.session != 0 && !l.done[k] {
			l.done[k] = true
			l.linkSession(from, l.bySession[k])
		}
		if one.device != 0 {
			l.linkDevice(from, device{one.account, one.device})
		}
		if one.ip != 0 && !l.swept[from] {
			near := l.byAddress[contextKey{account: one.account, ip: l.address(one.ip)}]
			l.sweep(near, l.span, Strong, text, func(i int32) bool { return !l.owners(&l.list[i], true) })
			for _, i := range near {
				l.swept[i] = l.suspect[i] // whoever it is near has been joined
			}
		}
	}
}

// take makes a context a suspect one, whose links are to be followed.
func (l *linker) take(i int32) {
	if !l.suspect[i] {
		l.suspect[i] = true
		l.queue = append(l.queue, i)
	}
}

// linkSession joins what of a session is not its owner's.
func (l *linker) linkSession(from int32, all []int32) {
	strict := l.suspect[all[0]] // a session that began elsewhere was never its owner's
	shared := slices.ContainsFunc(all, func(i int32) bool { return l.owners(&l.list[i], strict) })
	for _, to := range all {
		ip := l.list[to].ip
		if to == from || l.owners(&l.list[to], strict) || shared && ip != 0 && servesMany(l.t.PlaceOf(ip)) {
			continue // what comes from an address of many may be either's
		}
		l.join(from, to, Certain, "one session")
		l.take(to)
	}
}

// linkDevice joins the uses of a device that the account had first in a suspect
// context.
func (l *linker) linkDevice(from int32, d device) {
	used := l.byDevice[d]
	if !l.suspect[used[0]] {
		return
	}
	l.byDevice[d] = used[:1] // once is enough
	for _, to := range used {
		if to != from && !l.owners(&l.list[to], true) {
			l.join(from, to, Certain, "one device, which the account had first there")
			l.take(to)
		}
	}
}

// sweep goes forth and back through contexts that are in the order of their
// first records, and joins to suspect ones what lies within a span of them and
// may be taken, until there is no more.
func (l *linker) sweep(list []int32, span int64, tier Tier, text string, may func(int32) bool) {
	var reach int32 // the suspect context that reaches furthest, -1 before the first
	visit := func(i int32, further func(a, b *context) bool) {
		near := reach >= 0 && l.near(&l.list[reach], &l.list[i], span)
		switch {
		case l.suspect[i] && near:
			l.join(reach, i, tier, text)
		case !l.suspect[i]:
			if !near || !may(i) {
				return
			}
			l.take(i)
			l.join(reach, i, tier, text)
		}
		if reach < 0 || further(&l.list[i], &l.list[reach]) {
			reach = i
		}
	}
	for taken := -1; taken < len(l.queue); {
		taken, reach = len(l.queue), -1
		for _, i := range list {
			visit(i, func(a, b *context) bool { return a.last > b.last })
		}
		reach = -1
		for _, i := range slices.Backward(list) {
			visit(i, func(a, b *context) bool { return a.first < b.first })
		}
	}
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
