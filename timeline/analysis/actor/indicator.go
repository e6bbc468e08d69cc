package actor

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
)

// An Indicator is a value by which an actor in band act or review is known
// again: one that acts of the actor bear and no owner does, or a message that
// came before its entry and that something speaks against.
type Indicator struct {
	Type, Value string // the types are those of an indicator file
	Actor       *Actor
	First, Last time.Time // of the acts that bear it; zero if none has a time
	Count       int       // of acts, whatever number of records tells of them
	Origins     []timeline.Origin
}

// Indicators are those of all actors in band act or review, by actor, type,
// time and value. An owner's is what a record bears that is no actor's act,
// that did not fail and on which no sign rests; Microsoft's own applications
// and servers are nobody's. A session is the actor's even where the owner
// opened it: it is what has to be revoked. A user agent is its owner's in every
// version, an address of version 6 in its whole /64.
var Indicators = &analysis.Fact[[]Indicator]{
	Name:  "indicators",
	Needs: []analysis.Need{analysis.Operations, analysis.Signs, Actors, Acts, Entries, change.Consents, change.Forwards, logon.Agents, logon.Networks, mail.Tenant, mail.Lookalikes},
	Make:  findIndicators,
}

// indicatorOrder is the order of types in every output.
var indicatorOrder = map[string]int{
	analysis.IndicatorIP: 1, analysis.IndicatorNetwork: 2, analysis.IndicatorASN: 3, analysis.IndicatorAgent: 4, analysis.IndicatorJA4: 5,
	analysis.IndicatorDomain: 6, analysis.IndicatorAddress: 7, analysis.IndicatorApp: 8, analysis.IndicatorSession: 9, analysis.IndicatorDevice: 10, analysis.IndicatorMessageID: 11,
}

func findIndicators(p *analysis.Pass) []Indicator {
	var all []Indicator
	var x *indicatorIndex
	acts, entries := Acts.Of(p), Entries.Of(p)
	for i, who := range Actors.Of(p).Actors {
		if who.Band == BandListed {
			continue
		}
		if x == nil {
			x = indexIndicators(p)
		}
		all = append(all, x.of(who, acts[i], entries[i])...)
	}
	return all
}

// An indicatorIndex knows what owners have, and what single records say of
// addresses outside.
type indicatorIndex struct {
	p       *analysis.Pass
	t       *timeline.Timeline
	classes []string

	agents   []uint32        // families, by code of ColUserAgent
	networks []uint32        // numbers, by code of ColIP
	ips      map[uint32]bool // that owners have, by customer
	asns     map[uint32]bool
	families []bool // that owners have
	owned    map[timeline.Col][]bool

	forwards map[int][]string // targets outside of the tenant, by row
	names    map[int][]string // of applications that a consent names, by its first row
	alike    map[string]bool  // domains that resemble others
}

// ownedColumns are the columns whose values are an owner's by the value alone.
var ownedColumns = [...]timeline.Col{timeline.ColTLS, timeline.ColAppID, timeline.ColDevice}

func indexIndicators(p *analysis.Pass) *indicatorIndex {
	t := p.Timeline
	x := &indicatorIndex{
		p: p, t: t, classes: analysis.Operations.Of(p), agents: logon.Agents.Of(p).Of, networks: logon.Networks.Of(p).Number,
		ips: map[uint32]bool{}, asns: map[uint32]bool{}, families: make([]bool, len(logon.Agents.Of(p).Names)), owned: map[timeline.Col][]bool{},
		forwards: map[int][]string{}, names: map[int][]string{}, alike: map[string]bool{},
	}
	for _, c := range ownedColumns {
		x.owned[c] = make([]bool, t.Cardinality(c))
	}
	attribution, signs := Actors.Of(p), analysis.Signs.Of(p)
	for row := range t.Len() {
		if attribution.Owner(row) != 0 || t.Outcome(row) == timeline.Failure || t.Outcome(row) == timeline.PasswordProved || len(signs.At(t.Origin(row))) > 0 {
			continue
		}
		if ip := t.Code(timeline.ColIP, row); ip != 0 {
			x.ips[customer(t, x.networks, ip)] = true
			x.asns[t.PlaceOf(ip).ASN] = true
		}
		x.families[x.agents[t.Code(timeline.ColUserAgent, row)]] = true
		for _, c := range ownedColumns {
			x.owned[c][t.Folded(c, row)] = true
		}
	}
	for _, f := range change.Forwards.Of(p) {
		if f.Outside {
			x.forwards[f.Row] = append(x.forwards[f.Row], mail.Address(f.Target))
		}
	}
	for _, c := range change.Consents.Of(p) {
		x.names[c.Rows[0]] = append(x.names[c.Rows[0]], c.Names...)
	}
	for _, l := range mail.Lookalikes.Of(p) {
		if l.Severity > analysis.Info {
			x.alike[strings.ToLower(l.Domain.Name)] = true
		}
	}
	return x
}

// of are the indicators of one actor.
func (x *indicatorIndex) of(who *Actor, acts []Act, entries []Entry) []Indicator {
	type key struct{ kind, value string }
	found := map[key]*Indicator{}
	for _, act := range slices.Concat(lureActs(entries), acts) {
		bears := map[key][]timeline.Origin{}
		for _, row := range act.Rows {
			borne := x.borne
			if act.Phase == lured {
				borne = x.lure
			}
			for _, b := range borne(who, row) {
				k := key{b.Type, b.Value}
				bears[k] = append(bears[k], x.t.Origin(row))
			}
		}
		for k, origins := range bears {
			i := found[k]
			if i == nil {
				i = &Indicator{Type: k.kind, Value: k.value, Actor: who, First: act.At}
				found[k] = i
			}
			i.Count++
			if !act.At.IsZero() {
				if i.First.IsZero() || act.At.Before(i.First) {
					i.First = act.At
				}
				if act.At.After(i.Last) {
					i.Last = act.At
				}
			}
			i.Origins = append(i.Origins, origins...)
		}
	}
	list := make([]Indicator, 0, len(found))
	for _, i := range found {
		slices.SortFunc(i.Origins, timeline.Origin.Compare)
		i.Origins = slices.Compact(i.Origins)
		list = append(list, *i)
	}
	slices.SortFunc(list, func(a, b Indicator) int {
		return cmp.Or(cmp.Compare(indicatorOrder[a.Type], indicatorOrder[b.Type]), a.First.Compare(b.First), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// borne are the types and values that a record of an actor bears.
func (x *indicatorIndex) borne(who *Actor, row int) []analysis.Indicator {
	t := x.t
	var all []analysis.Indicator
	add := func(kind, value string) {
		if value != "" {
			all = append(all, analysis.Indicator{Type: kind, Value: value})
		}
	}
	if ip := t.Code(timeline.ColIP, row); ip != 0 {
		x.address(ip, add)
	}
	if agent := t.Code(timeline.ColUserAgent, row); agent != 0 && !x.families[x.agents[agent]] && x.tells(t.Value(timeline.ColUserAgent, agent)) {
		add(analysis.IndicatorAgent, t.Value(timeline.ColUserAgent, agent))
	}
	if id := t.Text(timeline.ColAppID, row); id != "" && !x.owned[timeline.ColAppID][t.Folded(timeline.ColAppID, row)] {
		if app, _ := x.p.Reference.App(id); !app.FirstParty {
			add(analysis.IndicatorApp, id)
		}
	}
	for _, one := range [...]struct {
		col  timeline.Col
		kind string
	}{{timeline.ColTLS, analysis.IndicatorJA4}, {timeline.ColDevice, analysis.IndicatorDevice}} {
		if code := t.Folded(one.col, row); !x.owned[one.col][code] {
			add(one.kind, t.Value(one.col, code))
		}
	}
	if session := t.Text(timeline.ColSession, row); slices.Contains(who.Sessions, session) && !t.Inferred(timeline.ColSession, row) {
		add(analysis.IndicatorSession, session)
	}
	for _, name := range x.names[row] {
		add(analysis.IndicatorApp, name)
	}
	for _, target := range x.forwards[row] {
		add(analysis.IndicatorAddress, target)
		if domain := mail.DomainOf(target); domain != "" && !x.p.Reference.FreeMail(domain) {
			add(analysis.IndicatorDomain, domain)
		}
	}
	if x.classes[t.Code(timeline.ColOperation, row)] == analysis.ClassSend && !t.Inferred(timeline.ColMessageID, row) {
		add(analysis.IndicatorMessageID, t.Text(timeline.ColMessageID, row))
	}
	for _, column := range [...]timeline.Col{timeline.ColSender, timeline.ColRecipients} {
		for _, address := range mail.Addresses(t.Text(column, row)) {
			if domain := strings.ToLower(mail.DomainOf(address)); x.alike[domain] {
				add(analysis.IndicatorDomain, domain)
				add(analysis.IndicatorAddress, address)
			}
		}
	}
	return all
}

// lured is the phase of a message that came before an entry and that something
// speaks against.
const lured Phase = "lure"

// lureActs are such messages of an actor's entries, each once.
func lureActs(entries []Entry) []Act {
	var acts []Act
	seen := map[int]bool{}
	for _, e := range entries {
		if l := e.Lure; l != nil && l.Against && !seen[l.Message.Rows[0]] {
			seen[l.Message.Rows[0]] = true
			acts = append(acts, Act{At: timeline.Instant(l.Message.At), Phase: lured, Rows: l.Message.Rows})
		}
	}
	return acts
}

// lure are the types and values that a record of a lure bears: its id, and its
// sender if that is outside and no free mail provider alone.
func (x *indicatorIndex) lure(_ *Actor, row int) []analysis.Indicator {
	all := []analysis.Indicator{}
	if id := x.t.Text(timeline.ColMessageID, row); id != "" && !x.t.Inferred(timeline.ColMessageID, row) {
		all = append(all, analysis.Indicator{Type: analysis.IndicatorMessageID, Value: id})
	}
	sender := mail.Address(x.t.Text(timeline.ColSender, row))
	domain := strings.ToLower(mail.DomainOf(sender))
	if domain == "" || !mail.External(mail.Tenant.Of(x.p), sender) {
		return all
	}
	all = append(all, analysis.Indicator{Type: analysis.IndicatorAddress, Value: sender})
	if !x.p.Reference.FreeMail(domain) {
		all = append(all, analysis.Indicator{Type: analysis.IndicatorDomain, Value: domain})
	}
	return all
}

// address adds an address, its /64 and the network that announces it.
func (x *indicatorIndex) address(ip uint32, add func(kind, value string)) {
	place := x.t.PlaceOf(ip)
	if x.ips[customer(x.t, x.networks, ip)] || place.Class != "" || place.Kind == logon.KindService || !place.Addr.IsValid() {
		return
	}
	add(analysis.IndicatorIP, x.t.Value(timeline.ColIP, ip))
	if place.Addr.Is6() {
		const ofCustomer = 64
		add(analysis.IndicatorNetwork, netip.PrefixFrom(place.Addr, ofCustomer).Masked().String())
	}
	if place.ASN != 0 && !x.asns[place.ASN] {
		add(analysis.IndicatorASN, "AS"+strconv.FormatUint(uint64(place.ASN), 10))
	}
}

// tells reports whether a user agent says more than the name of a browser: a
// version, or a program that the tables list.
func (x *indicatorIndex) tells(agent string) bool {
	_, listed := x.p.Reference.UserAgent(agent)
	return listed || strings.ContainsAny(agent, "0123456789")
}
