package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

var lookalikeDomain = &analysis.Analyzer{
	Name:  "lookalike-domain",
	Title: "Lookalike domains",
	Doc: analysis.Doc{
		Question: "Which domains that mail came from or went to resemble the tenant's own or a known correspondent's?",
		Method: "Every external domain in senders, recipients, Reply-To headers and inbox rules is compared with the tenant's domains and with correspondents of at least 5 messages in both directions. " +
			"A domain resembles another if the two look the same once letters that can be taken for one another are made equal (UTS 39; rn for m, 1 for l, letters of other scripts, decoded from punycode), if one letter differs in a name of 5 or more or two in one of 9 or more, " +
			"if the name stands under another ending, or if a word is added to it, to a correspondent's name of less than 11 letters by a hyphen only. Domains at which anybody can have an address are left out. What resembles the tenant's own domains is always reported, what resembles a correspondent's only if it appears later and with less mail: less than the other for domains that look the same, less than a tenth or at most 5 messages else. " +
			"Domains that look the same, or differ by a letter, are high, critical where mail went to them or a rule names them; two letters are medium and high; a domain from which nothing came and that neither a rule nor a Reply-To header names is low at most, since addresses are mistyped, unless the two look the same; another ending or an added word informs, and is low where subjects speak of payments. " +
			"Where the record of mail does not reach back 7 days before the domain, severity falls by one step; with more than 5 messages a domain of such age only informs if two letters differ. Names that differ in their numbers alone are siblings.",
		Limits: "The exports name addresses, not display names, and only of the mail that they hold. A domain that was never a correspondent of this tenant cannot be recognised as imitated. " +
			"What the tenant's sister companies are called is known only if the examiner says so.",
		Innocent: "Sister companies, agencies and new brands of a correspondent; a correspondent who changes his domain; a typing error of one's own staff.",
		Confirm:  "The registration date and registrar of the domain; the correspondent, asked by telephone under a number known before.",
	},
	Columns: []analysis.Column{
		{Name: "Domain", Doc: "the domain that resembles another; in the characters a reader sees, with its coded form where that differs", Kind: analysis.Text},
		{Name: "Resembles", Doc: "the domain it resembles, and whose that is", Kind: analysis.Text},
		{Name: "Likeness", Doc: "in what they resemble one another", Kind: analysis.Text},
		{Name: "First seen", Doc: "when each of the two is first on record", Kind: analysis.Text},
		{Name: "Messages from", Doc: "messages from the domain", Kind: analysis.Number},
		{Name: "Messages to", Doc: "messages to the domain", Kind: analysis.Number},
		{Name: "Messages of the other", Doc: "messages from and to the domain it resembles", Kind: analysis.Number},
		{Name: "Addresses", Doc: "addresses at the domain", Kind: analysis.Text},
		{Name: "Correspondents", Doc: "the tenant's addresses that had mail from it or sent mail to it", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of the messages", Kind: analysis.Text},
		{Name: "Reasons", Doc: "what makes it graver, or excuses it", Kind: analysis.Prose},
	},
	Version:    2,
	Techniques: []string{"T1583.001", "T1656"},
	References: []string{"Unicode Technical Standard 39, Unicode Security Mechanisms", "RFC 3492 (punycode)", "publicsuffix.org (endings)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Thresholds: []analysis.Threshold{
		{Name: "lookalike-domain.share", Value: imitationShare, Doc: "share of the mail of what it resembles that an imitation has at most"},
		{Name: "lookalike-domain.messages", Value: fewMessages, Doc: "messages that an imitation has at most, whatever their share"},
		{Name: "lookalike-domain.history_days", Value: domainHistory.Hours() / 24, Doc: "days that the record reaches back before a domain that is new"},
	},
	Run: runLookalikeDomain,
}

const (
	// referenceMessages makes a domain one that is worth imitating: both sides
	// wrote, and more than a first exchange.
	referenceMessages = 5
	// imitationShare and fewMessages are how much mail a domain may have beside
	// the one it resembles: an imitation lives for one or two threads.
	imitationShare = 0.1
	fewMessages    = 5
	// domainHistory is how far the record must reach back before a domain for it
	// to be called new.
	domainHistory = 7 * 24 * time.Hour
	// maxReferences bounds the domains with which others are compared: the
	// tenant's, and the correspondents of most messages.
	maxReferences = 5000
)

// A lookalike is a domain with the one it resembles, and the judgement of it.
type lookalike struct {
	domain, of *domainUse
	how        likeness
	isNew      bool
	severity   analysis.Severity
	sure       analysis.Confidence
	subjects   []string
	reasons    []string
}

func runLookalikeDomain(p *analysis.Pass) (*analysis.Finding, error) {
	u := usesOf(p)
	if u.external() == 0 {
		return nil, analysis.Skip("no mail address outside the tenant in the evidence: lookalike domains cannot be looked for")
	}
	all := lookalikes(p)
	f := &analysis.Finding{}
	accused := 0
	for i := range all {
		r := all[i].finding(p, u)
		if r.Severity > analysis.Info {
			accused++
		}
		f.Rows = append(f.Rows, r)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s beside the tenant's; %d of them or of the tenant's worth imitating; %s, %d of them accused.",
		cite.Counted(u.external(), "domain"), len(u.references), cite.Plural(len(all), "domain resembles another", "domains resemble others"), accused)
	if u.cut > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("compared with the %d correspondents of most messages; %d more were left out", maxReferences, u.cut))
	}
	return f, nil
}

// hyphened reports whether a label is another with a word added by a hyphen:
// a short name stands in other words by chance, but not so.
func hyphened(label, of string) bool {
	return strings.HasPrefix(label, of+"-") || strings.HasSuffix(label, "-"+of)
}

type lookalikeKey struct{}

// lookalikes are the domains that resemble others, by first appearance.
func lookalikes(p *analysis.Pass) []lookalike {
	return analysis.Once(p, lookalikeKey{}, func() []lookalike {
		u := usesOf(p)
		names := make([]domainName, len(u.references))
		for i, r := range u.references {
			names[i] = r.domainName
		}
		like := newLikenesses(names)
		share := p.Threshold("lookalike-domain.share")
		few := p.Threshold("lookalike-domain.messages")
		history := int64(p.Threshold("lookalike-domain.history_days") * 24 * float64(time.Hour))
		var all []lookalike
		for _, d := range u.uses {
			if d.own || p.Reference.FreeMail(d.name) {
				continue
			}
			i, how := like.find(d.domainName, func(i int, how likeness) bool {
				r := u.references[i]
				if how == addedWord && !r.own && len(r.label) < oneEditFrom+affixFrom && !hyphened(d.label, r.label) {
					return false
				}
				return r.own || d.first > r.first && (how == confusable && d.messages() < r.messages() ||
					float64(d.messages()) <= few || float64(d.messages()) < share*float64(r.messages()))
			})
			if how != unlike {
				l := lookalike{domain: d, of: u.references[i], how: how, isNew: d.first-u.began >= history}
				l.judge(p, u)
				all = append(all, l)
			}
		}
		return all
	})
}

// judge weighs a lookalike.
func (l *lookalike) judge(p *analysis.Pass, u *domainUses) {
	d := l.domain
	for _, i := range d.letters {
		if s := u.post.letters[i].subject; s != "" && len(l.subjects) <= cite.Listed && !slices.Contains(l.subjects, s) {
			l.subjects = append(l.subjects, s)
		}
	}
	because := func(ok bool, reason string) bool {
		if ok {
			l.reasons = append(l.reasons, reason)
		}
		return ok
	}
	reached := because(d.received > 0, "mail went to the domain")
	reached = because(len(d.rules) > 0, "an inbox rule names the domain") || reached
	because(d.replyTo, "a Reply-To header names the domain")
	words := paymentWords(p, l.subjects)
	because(len(words) > 0, "words of payments in subjects: "+cite.List(words))
	l.severity, l.sure = l.gravity(reached, len(words) > 0), analysis.Likely
	if l.how == confusable {
		l.sure = analysis.Firm
	}
	if because(!l.isNew, "the record of mail begins too shortly before it: whether it is new is not known") {
		l.sure = analysis.Unsure
		if l.severity > analysis.Info {
			l.severity--
		}
	}
	switch {
	case because(d.cleared, "the examiner knows the domain as good"):
		l.severity = analysis.Info
	case because(!l.isNew && l.how != confusable && l.how != oneEdit && d.messages() > fewMessages, "as old as the record of mail, and more than a thread or two: consistent with a sister domain"):
		l.severity = analysis.Info
	case because(l.how != confusable && d.sent == 0 && len(d.rules) == 0 && !d.replyTo, "nothing came from the domain: consistent with an address mistyped"):
		l.severity = min(l.severity, analysis.Low)
	}
}

// gravity is the severity of a domain by its likeness, by whether mail went
// to it or a rule names it, and by whether its mail speaks of payments.
func (l *lookalike) gravity(reached, payments bool) analysis.Severity {
	s := analysis.High
	switch l.how {
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

// finding is the row of a lookalike.
func (l *lookalike) finding(p *analysis.Pass, u *domainUses) analysis.Row {
	d := l.domain
	rows := slices.Clone(d.rules)
	for _, i := range d.letters {
		rows = append(rows, u.post.letters[i].rows...)
	}
	slices.Sort(rows)
	r := d.citing(p.Timeline, rows, l.severity)
	r.Severity, r.Confidence = l.severity, l.sure
	whose := "a correspondent's"
	if l.of.own {
		whose = "the tenant's"
	}
	shown := d.name
	if coded, _, _ := strings.Cut(d.name, "."); d.shown != coded {
		shown = d.shown + "." + d.suffix + " (" + d.name + ")"
	}
	first := cite.NanosText(d.first)
	if l.of.first != 0 {
		first += "; the other " + cite.NanosText(l.of.first)
	}
	r.Cells = []string{
		shown, l.of.name + " (" + whose + ")", l.how.words(d.domainName, l.of.domainName), first,
		strconv.Itoa(d.sent), strconv.Itoa(d.received), strconv.Itoa(l.of.messages()),
		cite.List(d.addresses.Sorted()), cite.List(d.partners.Sorted()), cite.List(l.subjects), strings.Join(l.reasons, "; "),
	}
	return r
}

// citing is a row about a domain: it cites all records of its mail if it
// accuses, else the first and the last.
func (d *domainUse) citing(t *timeline.Timeline, rows []int, severity analysis.Severity) analysis.Row {
	var r analysis.Row
	switch {
	case len(rows) == 0:
	case severity == analysis.Info:
		r = cite.Informing(t, rows[0], rows[len(rows)-1])
	default:
		r = cite.Citing(t, rows)
	}
	r.User = ""
	r.Origins = append(r.Origins, d.origins...)
	if len(rows) == 0 && d.first != 0 {
		r.First = time.Unix(0, d.first).UTC()
		r.Last = r.First
	}
	return r
}

// paymentWords are the terms of payments and bank details in texts, each once.
func paymentWords(p *analysis.Pass, texts []string) []string {
	var words []string
	for _, text := range texts {
		for _, term := range p.Reference.SearchTerms(text) {
			if term.Weight >= paymentWeight && (term.Category == "payment" || term.Category == "bank-detail") && !slices.Contains(words, term.Text) {
				words = append(words, term.Text)
			}
		}
	}
	return words
}

// byVolume puts the tenant's domains first, then those of most messages.
func byVolume(a, b *domainUse) int {
	switch {
	case a.own != b.own && a.own:
		return -1
	case a.own != b.own:
		return 1
	}
	return cmp.Or(cmp.Compare(b.messages(), a.messages()), strings.Compare(a.name, b.name))
}
