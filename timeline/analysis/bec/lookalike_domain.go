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

var lookalikeDomain = &analysis.Analyzer{
	Name:  "lookalike-domain",
	Title: "Lookalike domains",
	Doc:   explain("lookalike-domain"),
	Columns: []analysis.Column{
		{Name: "Domain", Doc: "the domain that resembles another; in the characters a reader sees, with its coded form where that differs", Kind: analysis.Text},
		{Name: "Resembles", Doc: "the domain it resembles, and whose that is", Kind: analysis.Text},
		{Name: "Likeness", Doc: "in what they resemble one another", Kind: analysis.Text},
		{Name: "First seen", Doc: "when each of the two is first on record", Kind: analysis.Text},
		{Name: "Messages from", Doc: "messages from the domain", Kind: analysis.Count},
		{Name: "Messages to", Doc: "messages to the domain", Kind: analysis.Count},
		{Name: "Messages of the other", Doc: "messages from and to the domain it resembles", Kind: analysis.Count},
		{Name: "Addresses", Doc: "addresses at the domain", Kind: analysis.List},
		{Name: "Correspondents", Doc: "the tenant's addresses that had mail from it or sent mail to it", Kind: analysis.List},
		{Name: "Subjects", Doc: "subjects of the messages", Kind: analysis.List},
		{Name: "Reasons", Doc: "what makes it graver or explains it", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Domain", "Resembles"},
	Needs:      []analysis.Need{mail.Domains, mail.Lookalikes},
	Version:    3,
	Techniques: []string{"T1583.001", "T1656"},
	References: []string{"Unicode Technical Standard 39, Unicode Security Mechanisms", "RFC 3492 (punycode)", "publicsuffix.org (endings)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Run:        runLookalikeDomain,
}

func runLookalikeDomain(p *analysis.Pass) (*analysis.Finding, error) {
	u := mail.Domains.Of(p)
	if u.External() == 0 {
		return nil, analysis.Skip("no mail address outside the tenant in the evidence: lookalike domains cannot be looked for")
	}
	all := mail.Lookalikes.Of(p)
	f := &analysis.Finding{}
	signs := 0
	for i := range all {
		r := lookalikeRow(&all[i], p, u)
		if r.Severity > analysis.Info {
			signs++
		}
		f.Rows = append(f.Rows, r)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s beside the tenant's; %d of them or of the tenant's worth imitating; %s, %d of them with signs of imitation.",
		cite.Counted(u.External(), "domain"), len(u.References), cite.Plural(len(all), "domain resembles another", "domains resemble others"), signs)
	if u.Cut > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("compared with the %d correspondents of most messages; %d more were left out", mail.MaxReferences.Int(), u.Cut))
	}
	return f, nil
}

// lookalikeRow is the row of a lookalike.
func lookalikeRow(l *mail.Lookalike, p *analysis.Pass, u *mail.DomainIndex) analysis.Row {
	d := l.Domain
	rows := slices.Clone(d.Rules)
	for _, i := range d.Numbers {
		rows = append(rows, u.Messages.Messages[i].Rows...)
	}
	slices.Sort(rows)
	r := cite.About(p.Timeline, rows, l.Severity, timeline.Instant(d.First), d.Origins)
	r.Confidence = l.Sure
	whose := "a correspondent's"
	if l.Of.Own {
		whose = "the tenant's"
	}
	shown := d.Name
	if coded, _, _ := strings.Cut(d.Name, "."); d.Shown != coded {
		shown = d.Shown + "." + d.Suffix + " (" + d.Name + ")"
	}
	first := cite.Stamp(timeline.Instant(d.First))
	if l.Of.First != 0 {
		first += "; the other " + cite.Stamp(timeline.Instant(l.Of.First))
	}
	r.Cells = cite.Cells(
		shown, l.Of.Name+" ("+whose+")", l.How.Words(d.DomainName, l.Of.DomainName), first,
		d.Sent, d.Received, l.Of.Messages(),
		d.Addresses.Sorted(), d.Partners.Sorted(), l.Subjects, strings.Join(l.Reasons, "; "),
	)
	return r
}
