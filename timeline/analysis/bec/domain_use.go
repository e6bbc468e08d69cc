package bec

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// A domainUse is a registered domain with the mail it had with the tenant.
type domainUse struct {
	domainName
	own      bool
	cleared  bool // the examiner knows it as good
	first    int64
	sent     int // messages from the domain
	received int // messages to it
	letters  []int32
	// rules are rows of inbox rules that name an address at the domain, origins
	// the records of Reply-To headers that do.
	rules     []int
	origins   []timeline.Origin
	replyTo   bool
	addresses cite.Sample
	partners  cite.Sample
}

func (d *domainUse) messages() int { return d.sent + d.received }

// domainUses are all domains of the evidence's mail.
type domainUses struct {
	post       *post
	began      int64 // the first letter
	uses       []*domainUse
	references []*domainUse // worth imitating, the tenant's first
	cut        int          // correspondents left out of references
	by         map[string]*domainUse
	naming     *naming
	own        map[string]bool
	good       []string
}

type domainUseKey struct{}

func usesOf(p *analysis.Pass) *domainUses {
	return analysis.Once(p, domainUseKey{}, func() *domainUses {
		u := &domainUses{post: postOf(p), by: map[string]*domainUse{}, naming: namingOf(p), own: ownDomains(p)}
		for _, d := range p.Settings.KnownGood.Domains {
			u.good = append(u.good, strings.ToLower(strings.TrimSpace(d)))
		}
		for _, d := range cite.SortedSet(u.own) {
			u.use("@" + d)
		}
		u.read()
		u.readRules(p)
		u.readReplies(p)
		u.choose()
		return u
	})
}

// use is the domain of an address; nil if it has none.
func (u *domainUses) use(address string) *domainUse {
	domain := domainOf(address)
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
	d := u.by[n.name]
	if d == nil {
		d = &domainUse{domainName: n, own: inDomains(u.own, domain) || inDomains(u.own, n.name)}
		d.cleared = slices.ContainsFunc(u.good, func(good string) bool { return under(domain, good) })
		u.by[n.name] = d
		u.uses = append(u.uses, d)
	}
	u.by[domain] = d
	return d
}

func (d *domainUse) seen(at int64) {
	if at != 0 && (d.first == 0 || at < d.first) {
		d.first = at
	}
}

// read counts the letters of each domain.
func (u *domainUses) read() {
	for i := range u.post.letters {
		l := &u.post.letters[i]
		at := int64(0)
		if l.timed {
			at = l.at
			if u.began == 0 && l.sender != "" {
				u.began = at
			}
		}
		to := u.post.to(l)
		if d := u.use(l.sender); d != nil {
			d.sent++
			d.seen(at)
			if !d.own {
				d.letters = append(d.letters, int32(i))
				d.addresses.Add(l.sender)
				for _, a := range to {
					d.partners.Add(a)
				}
			}
		}
		for _, a := range to {
			d := u.use(a)
			if d == nil {
				continue
			}
			d.seen(at)
			if n := len(d.letters); n > 0 && d.letters[n-1] == int32(i) {
				continue
			}
			d.received++
			if !d.own {
				d.letters = append(d.letters, int32(i))
				d.addresses.Add(a)
				d.partners.Add(l.sender)
			}
		}
	}
}

// readRules takes in the domains that inbox rules name.
func (u *domainUses) readRules(p *analysis.Pass) {
	t := p.Timeline
	named := make([][]*domainUse, t.Cardinality(timeline.ColRule))
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
				if d := u.use(text); d != nil && !d.own && !slices.Contains(named[code], d) {
					d.addresses.Add(strings.ToLower(text))
					named[code] = append(named[code], d)
				}
			}
		}
		for _, d := range named[code] {
			if at, ok := t.Nanos(row); ok {
				d.seen(at)
			}
			d.rules = append(d.rules, row)
		}
	}
}

// notInAddress parts the words of a rule's text.
func notInAddress(r rune) bool { return strings.ContainsRune(" \t\r\n\"'\\,;:<>()[]{}", r) }

// readReplies takes in the domains that Reply-To headers name.
func (u *domainUses) readReplies(p *analysis.Pass) {
	for _, m := range mailsOf(p) {
		for _, a := range []string{m.sender, m.replyTo} {
			d := u.use(a)
			if d == nil || d.own {
				continue
			}
			if !m.at.IsZero() {
				d.seen(m.at.UnixNano())
			}
			d.addresses.Add(a)
			d.replyTo = d.replyTo || a == m.replyTo
			d.origins = append(d.origins, m.origins...)
		}
	}
}

// choose finds the domains that are worth imitating.
func (u *domainUses) choose() {
	for _, d := range u.uses {
		if d.own || d.sent > 0 && d.received > 0 && d.messages() >= referenceMessages {
			u.references = append(u.references, d)
		}
	}
	slices.SortStableFunc(u.references, byVolume)
	if over := len(u.references) - maxReferences; over > 0 {
		u.cut, u.references = over, u.references[:maxReferences]
	}
}

// external counts the domains that are not the tenant's.
func (u *domainUses) external() int {
	n := 0
	for _, d := range u.uses {
		if !d.own {
			n++
		}
	}
	return n
}
