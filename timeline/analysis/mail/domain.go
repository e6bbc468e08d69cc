package mail

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// A Domain is a registered domain with the mail it had with the tenant.
type Domain struct {
	DomainName
	Own      bool
	Cleared  bool // the examiner knows it as good
	First    int64
	Sent     int     // messages from the domain
	Received int     // messages to it
	Numbers  []int32 // of its messages in MessageIndex
	// Rules are rows of inbox rules that name an address at the domain, Origins
	// the records of Reply-To headers that do.
	Rules     []int
	Origins   []timeline.Origin
	replyTo   bool
	Addresses cite.Sample
	Partners  cite.Sample
}

// Messages counts the messages from and to the domain.
func (d *Domain) Messages() int { return d.Sent + d.Received }

// DomainIndex are all domains of the evidence's mail.
type DomainIndex struct {
	Messages   *MessageIndex
	began      int64 // the first message
	uses       []*Domain
	References []*Domain // worth imitating, the tenant's first
	Cut        int       // correspondents left out of references
	by         map[string]*Domain
	naming     *NameIndex
	own        map[string]bool
	good       []string
}

// Domains are those that mail came from or went to.
var Domains = &analysis.Fact[*DomainIndex]{
	Name:       "domains",
	Needs:      []analysis.Need{analysis.Operations, Headers, Messages, Names, Tenant},
	Thresholds: []*analysis.Threshold{correspondentMessages},
	Make:       useDomains,
}

func useDomains(p *analysis.Pass) *DomainIndex {
	u := &DomainIndex{Messages: Messages.Of(p), by: map[string]*Domain{}, naming: Names.Of(p), own: Tenant.Of(p)}
	for _, d := range p.Settings.KnownGood.Domains {
		u.good = append(u.good, strings.ToLower(strings.TrimSpace(d)))
	}
	for _, d := range cite.SortedSet(u.own) {
		u.Use("@" + d)
	}
	u.read()
	u.readRules(p)
	u.readReplies(p)
	u.choose(p.Threshold(correspondentMessages))
	return u
}

// Use is the domain of an address; nil if it has none.
func (u *DomainIndex) Use(address string) *Domain {
	domain := DomainOf(address)
	if domain == "" {
		return nil
	}
	if d, ok := u.by[domain]; ok {
		return d
	}
	n, ok := u.naming.domain(domain)
	if !ok {
		u.by[domain] = nil
		return nil
	}
	d := u.by[n.Name]
	if d == nil {
		d = &Domain{DomainName: n, Own: InDomains(u.own, domain) || InDomains(u.own, n.Name)}
		d.Cleared = slices.ContainsFunc(u.good, func(good string) bool { return Under(domain, good) })
		u.by[n.Name] = d
		u.uses = append(u.uses, d)
	}
	u.by[domain] = d
	return d
}

func (d *Domain) seen(at int64) {
	if at != 0 && (d.First == 0 || at < d.First) {
		d.First = at
	}
}

// read counts the messages of each domain.
func (u *DomainIndex) read() {
	for i := range u.Messages.Messages {
		l := &u.Messages.Messages[i]
		at := int64(0)
		if l.Timed {
			at = l.At
			if u.began == 0 && l.Sender != "" {
				u.began = at
			}
		}
		to := u.Messages.To(l)
		if d := u.Use(l.Sender); d != nil {
			d.Sent++
			d.seen(at)
			if !d.Own {
				d.Numbers = append(d.Numbers, int32(i))
				d.Addresses.Add(l.Sender)
				for _, a := range to {
					d.Partners.Add(a)
				}
			}
		}
		for _, a := range to {
			d := u.Use(a)
			if d == nil {
				continue
			}
			d.seen(at)
			if n := len(d.Numbers); n > 0 && d.Numbers[n-1] == int32(i) {
				continue
			}
			d.Received++
			if !d.Own {
				d.Numbers = append(d.Numbers, int32(i))
				d.Addresses.Add(a)
				d.Partners.Add(l.Sender)
			}
		}
	}
}

// readRules takes in the domains that inbox rules name.
func (u *DomainIndex) readRules(p *analysis.Pass) {
	t := p.Timeline
	named := make([][]*Domain, t.Cardinality(timeline.ColRule))
	done := make([]bool, len(named))
	for row := range analysis.RowsOf(p, analysis.ClassRule) {
		code := t.Code(timeline.ColRule, row)
		if code == 0 {
			continue
		}
		if !done[code] {
			done[code] = true
			for text := range strings.FieldsFuncSeq(t.Value(timeline.ColRule, code), notInAddress) {
				if _, domain, ok := strings.Cut(text, "@"); !ok || domain == "" {
					continue
				}
				if d := u.Use(text); d != nil && !d.Own && !slices.Contains(named[code], d) {
					d.Addresses.Add(strings.ToLower(text))
					named[code] = append(named[code], d)
				}
			}
		}
		for _, d := range named[code] {
			if at, ok := t.Nanos(row); ok {
				d.seen(at)
			}
			d.Rules = append(d.Rules, row)
		}
	}
}

// notInAddress parts the words of a rule's text.
func notInAddress(r rune) bool { return strings.ContainsRune(" \t\r\n\"'\\,;:<>()[]{}", r) }

// readReplies takes in the domains that Reply-To headers name.
func (u *DomainIndex) readReplies(p *analysis.Pass) {
	for _, m := range Headers.Of(p) {
		for _, a := range []string{m.Sender, m.ReplyTo} {
			d := u.Use(a)
			if d == nil || d.Own {
				continue
			}
			if !m.At.IsZero() {
				d.seen(m.At.UnixNano())
			}
			d.Addresses.Add(a)
			d.replyTo = d.replyTo || a == m.ReplyTo
			d.Origins = append(d.Origins, m.Origins...)
		}
	}
}

// choose finds the domains that are worth imitating: the tenant's, and those
// of correspondents with enough messages.
func (u *DomainIndex) choose(enough float64) {
	for _, d := range u.uses {
		if d.Own || d.Sent > 0 && d.Received > 0 && float64(d.Messages()) >= enough {
			u.References = append(u.References, d)
		}
	}
	slices.SortStableFunc(u.References, byVolume)
	if most := MaxReferences.Int(); len(u.References) > most {
		u.Cut, u.References = len(u.References)-most, u.References[:most]
	}
}

// External counts the domains that are not the tenant's.
func (u *DomainIndex) External() int {
	n := 0
	for _, d := range u.uses {
		if !d.Own {
			n++
		}
	}
	return n
}
