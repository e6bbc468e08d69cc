package bec

import (
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

const (
	// contactHistory is how long the record must reach back before a sender can
	// be called new: a month's correspondents are seen within two weeks.
	contactHistory = 14 * 24 * time.Hour
	// sameContact is how far the copies of one first message lie apart.
	sameContact = time.Hour
)

// correspondents are whom the estate has written with, and since when: by
// domain, by address where everybody can have one at the domain.
type correspondents struct {
	p      *analysis.Pass
	began  int64 // first record that names a sender; 0 if none does
	from   map[string]int64
	to     map[string]int64
	tenant map[string]bool
}

type correspondentKey struct{}

func correspondence(p *analysis.Pass) *correspondents {
	return analysis.Once(p, correspondentKey{}, func() *correspondents {
		c := &correspondents{p: p, from: map[string]int64{}, to: map[string]int64{}, tenant: tenantDomains(p)}
		t := p.Timeline
		classes := analysis.OperationClasses(p)
		senders := make([]bool, t.Cardinality(timeline.ColSender))
		recipients := make([]bool, t.Cardinality(timeline.ColRecipients))
		for row := range t.Timed() {
			at, _ := t.Nanos(row)
			sender := t.Code(timeline.ColSender, row)
			if sender != 0 && !senders[sender] {
				senders[sender] = true
				if c.began == 0 {
					c.began = at
				}
				earliest(c.from, c.key(address(t.Value(timeline.ColSender, sender))), at)
			}
			list := t.Code(timeline.ColRecipients, row)
			if list == 0 || recipients[list] {
				continue
			}
			class := classes[t.Code(timeline.ColOperation, row)]
			if class != analysis.ClassSend && (class != analysis.ClassTrace || !c.own(address(t.Value(timeline.ColSender, sender)))) {
				continue
			}
			recipients[list] = true
			for _, text := range listParts(t.Value(timeline.ColRecipients, list)) {
				earliest(c.to, c.key(address(text)), at)
			}
		}
		return c
	})
}

func earliest(m map[string]int64, key string, at int64) {
	if _, ok := m[key]; !ok && key != "" {
		m[key] = at
	}
}

// key is what makes a correspondent known: the domain, or the address at a
// domain where anybody can have one.
func (c *correspondents) key(address string) string {
	domain := domainOf(address)
	if domain == "" || c.p.Reference.FreeMail(domain) {
		return address
	}
	return domain
}

// own reports whether an address is the tenant's.
func (c *correspondents) own(address string) bool { return inDomains(c.tenant, domainOf(address)) }

// cleared reports whether the examiner cleared the domain of an address.
func (c *correspondents) cleared(address string) bool {
	for _, domain := range c.p.Settings.KnownGood.Domains {
		if under(domainOf(address), strings.ToLower(domain)) {
			return true
		}
	}
	return false
}

// newAt reports whether nobody of the estate had heard from the sender before,
// nor written to him; known is false where the record does not reach back far
// enough to tell.
func (c *correspondents) newAt(sender string, at int64) (isNew, known bool) {
	key := c.key(sender)
	history := time.Duration(c.p.Threshold("contact_history_days") * 24 * float64(time.Hour))
	if key == "" || c.began == 0 || at-c.began < int64(history) {
		return false, false
	}
	if c.own(sender) {
		return false, true
	}
	for _, sister := range c.p.Settings.SisterDomains {
		if under(domainOf(sender), strings.ToLower(sister)) {
			return false, true
		}
	}
	heard, ok := c.from[key]
	if ok && heard < at-int64(sameContact) {
		return false, true
	}
	wrote, ok := c.to[key]
	return !ok || wrote >= at, true
}

// tenantDomains are the accepted domains of the settings, by default the
// domains of the mailboxes, and of the users where no mailbox is named.
func tenantDomains(p *analysis.Pass) map[string]bool {
	domains := map[string]bool{}
	for _, d := range p.Settings.AcceptedDomains {
		domains[strings.ToLower(strings.TrimSpace(d))] = true
	}
	t := p.Timeline
	for _, c := range []timeline.Col{timeline.ColMailbox, timeline.ColUser} {
		if len(domains) > 0 {
			break
		}
		for code := 1; code < t.Cardinality(c); code++ {
			name := t.Value(c, uint32(code))
			if d := domainOf(name); d != "" && !strings.Contains(strings.ToLower(name), guestMark) {
				domains[d] = true
			}
		}
	}
	return domains
}

// guestMark is in the names of guests of the tenant.
const guestMark = "#ext#"

// inDomains reports whether a domain is one of those, or below one.
func inDomains(domains map[string]bool, domain string) bool {
	for domain != "" {
		if domains[domain] {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}

// under reports whether a domain is the parent or below it.
func under(domain, parent string) bool {
	return domain == parent || parent != "" && strings.HasSuffix(domain, "."+parent)
}
