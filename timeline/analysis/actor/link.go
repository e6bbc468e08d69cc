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
	habit := l.acrossAccounts()
	l.oneAttack(habit)
	l.withinAccount()
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
