package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var namesImpersonated = &analysis.Analyzer{
	Name:  "impersonation",
	Title: "Impersonation",
	Doc:   explain("impersonation"),
	Columns: []analysis.Column{
		{Name: "Name", Doc: "the name as written, or the address", Kind: analysis.Text},
		{Name: "Imitates", Doc: "whose name or which name it is", Kind: analysis.Text},
		{Name: "Kind", Doc: "person, account, address or application", Kind: analysis.Text},
		{Name: "Recipients", Doc: "the tenant's addresses that got mail under the name", Kind: analysis.List},
		{Name: "Subjects", Doc: "subjects of that mail", Kind: analysis.List},
		{Name: "Records", Doc: "records that hold the name", Kind: analysis.Count},
		{Name: "Operations", Doc: "operations of these records", Kind: analysis.List},
		{Name: "Points", Doc: "sum of what speaks against a person's namesake", Kind: analysis.Count},
		{Name: "Reasons", Doc: "what speaks against it, with points", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Name", "Imitates", "Kind"},
	Needs:      []analysis.Need{mail.Authentication, mail.Contacts, mail.Headers, mail.Lookalikes, mail.Messages, mail.Names, mail.People, mail.Tenant},
	Thresholds: append(impersonationBands.Thresholds(), severalRecipients),
	Points:     []*analysis.Point{pointsNewSender, pointsFreeMail, pointsSeveral, pointsPayment, pointsReplyTo, pointsFailed, pointsLikeDomain, mail.PaymentWeight, mail.ShortestImitation},
	Version:    1,
	Techniques: []string{"T1656", "T1036.010"},
	References: []string{"invictus-ir/o365_dataset", "Unicode Technical Standard 39, Unicode Security Mechanisms"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Run:        runImpersonation,
}

// Points of an address outside the tenant under the name of one of its users.
var (
	pointsNewSender  = &analysis.Point{Name: "impersonation.first_contact", Value: 1, Doc: "first contact with the sender"}
	pointsFreeMail   = &analysis.Point{Name: "impersonation.free_mail", Value: 1, Doc: "an address at a provider where anyone can open one"}
	pointsSeveral    = &analysis.Point{Name: "impersonation.several_recipients", Value: 1, Doc: "a message to several recipients"}
	pointsPayment    = &analysis.Point{Name: "impersonation.payments", Value: 2, Doc: "words of payments in a subject"}
	pointsReplyTo    = &analysis.Point{Name: "impersonation.reply_to", Value: 2, Doc: "answers go to another domain"}
	pointsFailed     = &analysis.Point{Name: "impersonation.authentication", Value: 2, Doc: "failed authentication"}
	pointsLikeDomain = &analysis.Point{Name: "impersonation.lookalike", Value: 2, Doc: "a domain that resembles a known one"}
)

// severalRecipients is how many recipients make a message one to several.
var severalRecipients = &analysis.Threshold{Name: "impersonation.recipients", Value: 3, Doc: "recipients from which on a message under another's name is one to several"}

// impersonationBands are the points of such an address.
var impersonationBands = cite.Bands{
	Low:    &analysis.Threshold{Name: "impersonation.low_points", Value: 3, Doc: "points from which on an address under a user's name is low"},
	Medium: &analysis.Threshold{Name: "impersonation.medium_points", Value: 4, Doc: "points from which on an address under a user's name is medium"},
	High:   &analysis.Threshold{Name: "impersonation.high_points", Value: 6, Doc: "points from which on an address under a user's name is high"},
}

const kindPerson = "person"

func runImpersonation(p *analysis.Pass) (*analysis.Finding, error) {
	if p.Timeline.Len() == 0 && len(p.Timeline.Context()) == 0 {
		return nil, analysis.Skip("no events")
	}
	f := &analysis.Finding{}
	f.Rows = append(impersonatedPeople(p), imitatedNames(p)...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of the tenant known by name; %s under one of their names or under a name made to look like another, %d with signs of impersonation.",
		cite.Plural(len(mail.People.Of(p).By), "person", "people"), cite.Counted(len(f.Rows), "name"), cite.Accusing(f.Rows))
	return f, nil
}

// A namesake is an address outside the tenant under the name of one inside.
type namesake struct {
	name, address, person string
	messages              []int
	headers               []*mail.Header
}

// impersonatedPeople are the rows of strangers under the names of the
// tenant's people.
func impersonatedPeople(p *analysis.Pass) []analysis.Row {
	t := p.Timeline
	who, messages, own := mail.People.Of(p), mail.Messages.Of(p), mail.Tenant.Of(p)
	by := map[string]*namesake{}
	var order []*namesake
	find := func(name, key, sender string) *namesake {
		person, ok := who.By[key]
		if key == "" || !ok || sender == "" || mail.InDomains(own, mail.DomainOf(sender)) || !strings.Contains(sender, "@") {
			return nil
		}
		n := by[sender]
		if n == nil {
			n = &namesake{name: name, address: sender, person: person}
			by[sender] = n
			order = append(order, n)
		}
		return n
	}
	for i := range messages.Messages {
		l := &messages.Messages[i]
		code := t.Code(timeline.ColSender, l.Rows[0])
		n := find(t.Value(timeline.ColSender, code), who.Names[code], l.Sender)
		if n == nil {
			n = find(l.Sender, mail.AddressKey(l.Sender), l.Sender)
		}
		if n != nil {
			n.messages = append(n.messages, i)
		}
	}
	for _, m := range mail.Headers.Of(p) {
		from := m.Headers.Get("From")
		n := find(from, mail.NameKey(mail.DisplayName(from)), m.Sender)
		if n == nil {
			n = find(m.Sender, mail.AddressKey(m.Sender), m.Sender)
		}
		if n != nil {
			n.headers = append(n.headers, m)
		}
	}
	checks := mail.Authentication.Of(p)
	like := mail.SuspectDomains(p)
	scale, several := impersonationBands.Of(p), p.Threshold(severalRecipients)
	rows := make([]analysis.Row, 0, len(order))
	for _, n := range order {
		rows = append(rows, n.finding(p, checks, like, scale, several))
	}
	return rows
}

// finding weighs a namesake.
func (n *namesake) finding(p *analysis.Pass, checks *mail.AuthenticationIndex, like map[string]bool, scale cite.Scale, several float64) analysis.Row {
	t, messages, c := p.Timeline, mail.Messages.Of(p), mail.Contacts.Of(p)
	var rows []int
	var origins []timeline.Origin
	var subjects []string
	var to cite.Sample
	most := 0
	first := int64(0)
	replies := ""
	note := func(at int64, subject string) {
		if at != 0 && (first == 0 || at < first) {
			first = at
		}
		if subject != "" && len(subjects) < cite.Sampled && !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
	}
	for _, i := range n.messages {
		l := &messages.Messages[i]
		rows = append(rows, l.Rows...)
		recipients := messages.Reached(l)
		most = max(most, len(recipients))
		for _, a := range recipients {
			to.Add(a)
		}
		if l.Timed {
			note(l.At, l.Subject)
		}
	}
	for _, m := range n.headers {
		origins = append(origins, m.Origins...)
		to.Add(strings.ToLower(m.Mailbox))
		if d := mail.DomainOf(m.ReplyTo); d != "" && !mail.Under(d, mail.DomainOf(m.Sender)) && !mail.Under(mail.DomainOf(m.Sender), d) {
			replies = d
		}
		at := int64(0)
		if !m.At.IsZero() {
			at = m.At.UnixNano()
		}
		note(at, m.Subject)
	}
	var against cite.Score
	isNew, known := c.NewAt(n.address, first)
	against.Add(isNew && known, pointsNewSender, "first contact with the sender")
	against.Add(p.Reference.FreeMail(n.address), pointsFreeMail, "an address that anyone can open")
	against.Add(float64(most) >= several, pointsSeveral, "to "+cite.Counted(most, "recipient"))
	words := mail.PaymentWords(p, subjects)
	against.Add(len(words) > 0, pointsPayment, "words of payments in subjects: "+cite.Join(words))
	against.Add(replies != "", pointsReplyTo, "answers go to another domain, "+replies)
	slices.Sort(rows)
	against.Add(slices.ContainsFunc(origins, func(o timeline.Origin) bool { return checks.Failed(o) }) ||
		slices.ContainsFunc(rows, func(row int) bool { return checks.Failed(t.Origin(row)) }), pointsFailed, "its authentication failed")
	against.Add(mail.InDomains(like, mail.DomainOf(n.address)), pointsLikeDomain, "its domain resembles a known one")
	points, reasons := against.Points(), against.String()
	severity := analysis.Info
	switch {
	case c.Cleared(n.address):
		reasons = cite.Also(reasons, "the examiner cleared the domain")
	case len(to.Values) == 1 && to.Values[0] == n.person:
		reasons = cite.Also(reasons, "only the user of that name got it: consistent with mail to oneself")
	default:
		severity = scale.Severity(points)
	}
	r := cite.About(t, rows, severity, timeline.Instant(first), origins)
	r.Confidence = analysis.Likely
	if severity == analysis.Info && len(r.Origins) > 2 {
		r.Origins = []timeline.Origin{r.Origins[0], r.Origins[len(r.Origins)-1]}
	}
	for _, row := range rows {
		origins = append(origins, t.Origin(row))
	}
	slices.SortFunc(origins, timeline.Origin.Compare)
	r.Cells = cite.Cells(
		n.name, n.person, kindPerson, to.Sorted(), subjects, len(slices.Compact(origins)), cite.Operations(t, rows),
		points, reasons,
	)
	return r
}

// imitatedNames are the rows of names of accounts, addresses and applications
// that look like a name of the table.
func imitatedNames(p *analysis.Pass) []analysis.Row {
	t := p.Timeline
	x := mail.NewImitations(p)
	columns := []timeline.Col{timeline.ColApp, timeline.ColUser, timeline.ColMailbox, timeline.ColTarget, timeline.ColSender, timeline.ColRecipients, timeline.ColRule}
	timeline.Scan(t, columns, x.Lookup, func(row int, _ timeline.Col, hit int) {
		m := x.All[hit]
		if n := len(m.Rows); n == 0 || m.Rows[n-1] != row {
			m.Rows = append(m.Rows, row)
		}
	})
	rows := make([]analysis.Row, 0, len(x.All))
	for _, m := range x.All {
		r := cite.Citing(t, m.Rows)
		r.Severity, r.Confidence = analysis.High, analysis.Firm
		if m.Kind == mail.KindForeignAddress {
			r.User, r.Mailbox = "", "" // those who wrote with the address do not own it
		}
		r.Cells = cite.Cells(m.Shown, m.Of, m.Kind, nil, nil, len(m.Rows), cite.Operations(t, m.Rows), nil, "it looks like "+cite.Quote(m.Of)+" but is spelled otherwise")
		rows = append(rows, r)
	}
	return rows
}
