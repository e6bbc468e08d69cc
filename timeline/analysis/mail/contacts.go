package mail

import (
	"maps"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Tenant are the tenant's own domains, its sisters included.
var Tenant = &analysis.Fact[map[string]bool]{
	Name: "domains of the tenant",
	Make: findTenant,
}

func findTenant(p *analysis.Pass) map[string]bool {
	own := maps.Clone(tenantDomains(p))
	for _, d := range p.Settings.SisterDomains {
		own[strings.ToLower(strings.TrimSpace(d))] = true
	}
	return own
}

// sameContact is how far the copies of one first message lie apart.
var sameContact = &analysis.Point{Name: "mail.same_contact_hours", Value: 1, Doc: "hours after the first message of a sender in which a message still counts as the first contact"}

// ContactHistory is how long the record must reach back before a sender can
// be called new: a month's correspondents are seen within two weeks.
var ContactHistory = &analysis.Threshold{Name: "contact_history_days", Value: 14, Doc: "days that the record reaches back before a correspondent who is new, in all analyses"}

// ContactBook are whom the estate has written with, and since when: by
// domain, by address where everybody can have one at the domain.
type ContactBook struct {
	p       *analysis.Pass
	history time.Duration // that the record must reach back before a sender who is new
	began   int64         // first record that names a sender; 0 if none does
	From    map[string]int64
	To      map[string]int64
	tenant  map[string]bool
}

// Contacts are the people and domains that the estate has exchanged mail with.
var Contacts = &analysis.Fact[*ContactBook]{
	Name:       "contacts",
	Needs:      []analysis.Need{analysis.Operations},
	Thresholds: []*analysis.Threshold{ContactHistory},
	Points:     []*analysis.Point{sameContact},
	Make:       findContacts,
}

func findContacts(p *analysis.Pass) *ContactBook {
	c := &ContactBook{p: p, history: p.Days(ContactHistory), From: map[string]int64{}, To: map[string]int64{}, tenant: tenantDomains(p)}
	t := p.Timeline
	classes := analysis.Operations.Of(p)
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
			earliest(c.From, c.Key(Address(t.Value(timeline.ColSender, sender))), at)
		}
		list := t.Code(timeline.ColRecipients, row)
		if list == 0 || recipients[list] {
			continue
		}
		class := classes[t.Code(timeline.ColOperation, row)]
		if class != analysis.ClassSend && (class != analysis.ClassTrace || !c.Own(Address(t.Value(timeline.ColSender, sender)))) {
			continue
		}
		recipients[list] = true
		for _, text := range ListParts(t.Value(timeline.ColRecipients, list)) {
			earliest(c.To, c.Key(Address(text)), at)
		}
	}
	return c
}

func earliest(m map[string]int64, key string, at int64) {
	if _, ok := m[key]; !ok && key != "" {
		m[key] = at
	}
}

// Key is what makes a correspondent known: the domain, or the address at a
// domain where anyone can have one.
func (c *ContactBook) Key(address string) string {
	domain := DomainOf(address)
	if domain == "" || c.p.Reference.FreeMail(domain) {
		return address
	}
	return domain
}

// Own reports whether an address is the tenant's.
func (c *ContactBook) Own(address string) bool { return InDomains(c.tenant, DomainOf(address)) }

// Correspondent reports whether an address is of the tenant's own domains or
// one that the estate has written to: a newsletter is neither.
func (c *ContactBook) Correspondent(own map[string]bool, address string) bool {
	if InDomains(own, DomainOf(address)) {
		return true
	}
	_, ok := c.To[c.Key(strings.ToLower(address))]
	return ok
}

// Cleared reports whether the examiner cleared the domain of an address.
func (c *ContactBook) Cleared(address string) bool {
	for _, domain := range c.p.Settings.KnownGood.Domains {
		if Under(DomainOf(address), strings.ToLower(domain)) {
			return true
		}
	}
	return false
}

// NewAt reports whether nobody of the estate had heard from the sender before,
// nor written to them; known is false where the record does not reach back far
// enough to tell.
func (c *ContactBook) NewAt(sender string, at int64) (isNew, known bool) {
	key := c.Key(sender)
	history := c.history
	if key == "" || c.began == 0 || at-c.began < int64(history) {
		return false, false
	}
	if c.Own(sender) {
		return false, true
	}
	for _, sister := range c.p.Settings.SisterDomains {
		if Under(DomainOf(sender), strings.ToLower(sister)) {
			return false, true
		}
	}
	heard, ok := c.From[key]
	if ok && heard < at-int64(sameContact.Value*float64(time.Hour)) {
		return false, true
	}
	wrote, ok := c.To[key]
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
			if d := DomainOf(name); d != "" && !IsGuest(name) {
				domains[d] = true
			}
		}
	}
	return domains
}

// IsGuest reports whether a user is a guest of the tenant, by the name.
func IsGuest(name string) bool { return strings.Contains(strings.ToLower(name), guestMark) }

// guestMark is in the names of guests of the tenant.
const guestMark = "#ext#"

// InDomains reports whether a domain is one of those, or below one.
func InDomains(domains map[string]bool, domain string) bool {
	for domain != "" {
		if domains[domain] {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}

// Under reports whether a domain is the parent or below it.
func Under(domain, parent string) bool {
	return domain == parent || parent != "" && strings.HasSuffix(domain, "."+parent)
}
