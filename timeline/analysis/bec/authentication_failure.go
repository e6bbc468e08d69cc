package bec

import (
	"fmt"
	"strconv"
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var authenticationFailure = &analysis.Analyzer{
	Name:  "authentication-failure",
	Title: "Mail authentication failures",
	Doc:   explain("authentication-failure"),
	Columns: []analysis.Column{
		{Name: "Subject", Doc: "subject of the message", Kind: analysis.Text},
		{Name: "Sender", Doc: "address of From", Kind: analysis.Text},
		{Name: "Reply-To", Doc: "address to which answers go, where the message names one", Kind: analysis.Text},
		{Name: "Failed", Doc: "the methods that failed, with their results", Kind: analysis.Text},
		{Name: "SPF", Doc: "result, and the domain asked for", Kind: analysis.Text},
		{Name: "DKIM", Doc: "result, and the signing domain", Kind: analysis.Text},
		{Name: "DMARC", Doc: "result, and the domain asked for", Kind: analysis.Text},
		{Name: "Composite", Doc: "Microsoft's composite authentication with its reason code", Kind: analysis.Text},
		{Name: "Read from", Doc: "the header the results were read from", Kind: analysis.Text},
		{Name: "Reasons", Doc: "what else speaks against the message", Kind: analysis.Text, Wrap: true},
		{Name: "Message ID", Doc: "internet message id", Kind: analysis.Text},
	},
	Key:        []string{analysis.KeyMailbox, "Message ID", "Sender"},
	Needs:      []analysis.Need{mail.Authentication, mail.Headers},
	Version:    3,
	Techniques: []string{"T1566", "T1672"},
	References: []string{"RFC 8601", "Microsoft Learn, Anti-spam message headers in Microsoft 365", "rf-peixoto/phishing_pot 8e207b5 (measured: of 7,871 phishing messages with such a header 8 % failed DMARC, 25 % failed a check and 20 % passed all)", "CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Run:        runAuthenticationFailure,
}

func runAuthenticationFailure(p *analysis.Pass) (*analysis.Finding, error) {
	all := mail.Headers.Of(p)
	if len(all) == 0 {
		return nil, analysis.Skip("no message headers in the evidence: the exports name messages but do not hold their headers")
	}
	checks := mail.Authentication.Of(p)
	f := &analysis.Finding{}
	for i := range checks.Verdicts {
		v := &checks.Verdicts[i]
		if len(v.Failed) == 0 {
			continue
		}
		m := v.Header
		r := analysis.Row{Severity: v.Severity, Confidence: analysis.Unsure, Mailbox: m.Mailbox, First: m.At, Last: m.At, Origins: m.Origins}
		if v.Severity == analysis.Medium {
			r.Confidence = analysis.Likely
		}
		r.Cells = cite.Cells(
			m.Subject, m.Sender, m.ReplyTo, strings.Join(v.Failed, ", "), result(v.SPF, v.MailFrom), result(v.DKIM, v.Signed), result(v.DMARC, v.HeaderFrom),
			strings.TrimSpace(v.Compauth+" "+v.Reason), v.By, strings.Join(v.Reasons, "; "), m.MessageID,
		)
		f.Rows = append(f.Rows, r)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s with headers, %s with results of authentication; %d failed.", cite.Counted(len(all), "message"), strconv.Itoa(checks.Judged), len(f.Rows))
	if checks.Judged < len(all) {
		f.Notes = append(f.Notes, cite.Counted(len(all)-checks.Judged, "message")+" without results of authentication: not judged")
	}
	return f, nil
}

func result(verdict, domain string) string {
	if domain == "" {
		return verdict
	}
	return verdict + " (" + domain + ")"
}
