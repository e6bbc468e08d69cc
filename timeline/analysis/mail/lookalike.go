package mail

import (
	"cmp"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

var (
	// correspondentMessages makes a domain one that is worth imitating: both
	// sides wrote, and more than a first exchange.
	correspondentMessages = &analysis.Threshold{Name: "lookalike-domain.correspondent_messages", Value: 5, Doc: "messages with a domain, in both directions together, from which on it is worth imitating"}
	// MaxReferences bounds the domains with which others are compared: the
	// tenant's, and the correspondents of most messages.
	MaxReferences = &analysis.Point{Name: "lookalike-domain.compared", Value: 5000, Doc: "most domains with which others are compared"}
)

// domainHistory is how far the record must reach back before a domain for it
// to be called new.
var domainHistory = &analysis.Threshold{Name: "lookalike-domain.history_days", Value: 7, Doc: "days that the record reaches back before a domain that is new"}

// fewMessages is how much mail an imitation has at most, whatever its share.
var fewMessages = &analysis.Threshold{Name: "lookalike-domain.messages", Value: 5, Doc: "messages that an imitation has at most, whatever their share"}

// imitationShare is how much mail an imitation has at most beside the domain
// that it resembles: it lives for one or two threads.
var imitationShare = &analysis.Threshold{Name: "lookalike-domain.share", Value: 0.1, Doc: "share of the mail of what it resembles that an imitation has at most"}

// An imitation lives for a thread or two: a domain with which people of the
// tenant have written for longer, both ways, is consistent with a sister domain.
// A name that differs in letters must also be as old as the record.
var (
	sisterDays        = &analysis.Threshold{Name: "lookalike-domain.sister_days", Value: 5, Doc: "days with mail from and to a domain that has the name with a word added or another ending, over more than a week and with several people, from which on it is consistent with a sister domain"}
	correspondentDays = &analysis.Threshold{Name: "lookalike-domain.correspondent_days", Value: 20, Doc: "days with mail from and to a domain whose name differs in letters, as old as the record and with several people, from which on it is consistent with a correspondent"}
)

// A Lookalike is a domain with the one it resembles, and the verdict on it.
type Lookalike struct {
	Domain, Of *Domain
	How        Likeness
	isNew      bool
	Sister     bool // mail goes both ways for so long that it is consistent with a sister domain or a correspondent
	Severity   analysis.Severity
	Sure       analysis.Confidence
	Subjects   []string
	Reasons    []string
}

// hyphened reports whether a label is another with a word added by a hyphen:
// a short name stands in other words by chance, but not so.
func hyphened(label, of string) bool {
	return strings.HasPrefix(label, of+"-") || strings.HasSuffix(label, "-"+of)
}

// Lookalikes are the domains that resemble others, by first appearance.
var Lookalikes = &analysis.Fact[[]Lookalike]{
	Name:       "lookalikes",
	Needs:      []analysis.Need{Domains},
	Thresholds: []*analysis.Threshold{domainHistory, fewMessages, imitationShare, sisterDays, correspondentDays},
	Points:     []*analysis.Point{PaymentWeight, MaxReferences, oneEditFrom, twoEditsFrom, affixFrom, affixAlone},
	Make:       findLookalikes,
}

func findLookalikes(p *analysis.Pass) []Lookalike {
	u := Domains.Of(p)
	names := make([]DomainName, len(u.References))
	for i, r := range u.References {
		names[i] = r.DomainName
	}
	like := newLikenesses(names)
	share := p.Threshold(imitationShare)
	few := p.Threshold(fewMessages)
	history := int64(p.Days(domainHistory))
	alone := affixAlone.Int()
	var all []Lookalike
	for _, d := range u.uses {
		if d.Own || p.Reference.FreeMail(d.Name) {
			continue
		}
		i, how := like.find(d.DomainName, func(i int, how Likeness) bool {
			r := u.References[i]
			if how == addedWord && !r.Own && len(r.label) < alone && !hyphened(d.label, r.label) {
				return false
			}
			return r.Own || d.First > r.First && (how == confusable && d.Messages() < r.Messages() ||
				float64(d.Messages()) <= few || float64(d.Messages()) < share*float64(r.Messages()))
		})
		if how != unlike {
			l := Lookalike{Domain: d, Of: u.References[i], How: how, isNew: d.First-u.began >= history}
			l.judge(p, u, few)
			all = append(all, l)
		}
	}
	return all
}

// judge weighs a lookalike.
func (l *Lookalike) judge(p *analysis.Pass, u *DomainIndex, few float64) {
	d := l.Domain
	for _, i := range d.Numbers {
		if s := u.Messages.Messages[i].Subject; s != "" && len(l.Subjects) <= analysis.Shown && !slices.Contains(l.Subjects, s) {
			l.Subjects = append(l.Subjects, s)
		}
	}
	because := func(ok bool, reason string) bool {
		if ok {
			l.Reasons = append(l.Reasons, reason)
		}
		return ok
	}
	reached := because(d.Received > 0, "mail went to the domain")
	reached = because(len(d.Rules) > 0, "an inbox rule names the domain") || reached
	because(d.replyTo, "a Reply-To header names the domain")
	words := PaymentWords(p, l.Subjects)
	because(len(words) > 0, "words of payments in subjects: "+cite.Join(words))
	l.Severity, l.Sure = l.gravity(reached, len(words) > 0), analysis.Likely
	if l.How == confusable {
		l.Sure = analysis.Firm
	}
	if because(!l.isNew, "the record of mail begins too shortly before it: whether it is new is not known") {
		l.Sure = analysis.Unsure
		if l.Severity > analysis.Info {
			l.Severity--
		}
	}
	l.Sister = l.settled(p, u)
	switch {
	case because(d.Cleared, "the examiner knows the domain as good"):
		l.Severity = analysis.Info
	case because(l.Sister, "mail goes both ways over weeks, with several people: consistent with a sister domain or a correspondent"):
		l.Severity = analysis.Info
	case because(!l.isNew && l.How != confusable && l.How != oneEdit && float64(d.Messages()) > few, "as old as the record of mail, and more than a thread or two: consistent with a sister domain"):
		l.Severity = analysis.Info
	case because(l.How != confusable && d.Sent == 0 && len(d.Rules) == 0 && !d.replyTo, "nothing came from the domain: consistent with an address mistyped"):
		l.Severity = min(l.Severity, analysis.Low)
	}
}

// settled reports whether people of the tenant have written with a domain for
// so long that it is no imitation's. What looks the same always is one, and so
// is what a rule or a Reply-To names.
func (l *Lookalike) settled(p *analysis.Pass, u *DomainIndex) bool {
	d, least := l.Domain, sisterDays
	switch l.How {
	case confusable:
		return false
	case oneEdit, twoEdits:
		least = correspondentDays
	}
	if d.Sent == 0 || d.Received == 0 || d.replyTo || len(d.Rules) > 0 || least == correspondentDays && l.isNew {
		return false
	}
	people, days := map[string]bool{}, map[int32]bool{}
	first, last := int64(0), int64(0)
	for _, i := range d.Numbers {
		m := &u.Messages.Messages[i]
		if !m.Timed {
			continue
		}
		if first == 0 {
			first = m.At
		}
		last = m.At
		days[timeline.Day(m.At)] = true
		for _, a := range append(u.Messages.To(m), m.Sender) {
			if InDomains(u.own, DomainOf(a)) {
				people[a] = true
			}
		}
	}
	return float64(len(days)) >= p.Threshold(least) && last-first >= int64(p.Days(domainHistory)) && len(people) > 1
}

// gravity is the severity of a domain by its likeness, by whether mail went
// to it or a rule names it, and by whether its mail speaks of payments.
func (l *Lookalike) gravity(reached, payments bool) analysis.Severity {
	s := analysis.High
	switch l.How {
	case confusable, oneEdit:
	case twoEdits:
		s = analysis.Medium
	default:
		if payments {
			return analysis.Low
		}
		return analysis.Info
	}
	if reached {
		s++
	}
	return s
}

// PaymentWords are the terms of payments and bank details in texts, each once.
func PaymentWords(p *analysis.Pass, texts []string) []string {
	var words []string
	for _, text := range texts {
		for _, term := range p.Reference.SearchTerms(text) {
			if term.Weight >= PaymentWeight.Int() && (term.Category == "payment" || term.Category == "bank-detail") && !slices.Contains(words, term.Text) {
				words = append(words, term.Text)
			}
		}
	}
	return words
}

// byVolume puts the tenant's domains first, then those of most messages.
func byVolume(a, b *Domain) int {
	switch {
	case a.Own != b.Own && a.Own:
		return -1
	case a.Own != b.Own:
		return 1
	}
	return cmp.Or(cmp.Compare(b.Messages(), a.Messages()), strings.Compare(a.Name, b.Name))
}
