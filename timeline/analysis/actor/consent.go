package actor

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// A JudgedConsent is a consent with its row.
type JudgedConsent struct {
	change.Consent
	Row analysis.Row
}

// Consents are all consents on record, in time order.
var Consents = &analysis.Fact[[]JudgedConsent]{
	Name:       "consents",
	Needs:      []analysis.Need{analysis.Operations, mail.Names, mail.Tenant, logon.Networks, logon.Profiles, Actors, Suspicious},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Make:       judgeConsents,
}

func judgeConsents(p *analysis.Pass) []JudgedConsent {
	t := p.Timeline
	acts := Actors.Of(p)
	looks := mail.NewImitations(p)
	var all []JudgedConsent
	for _, rows := range change.Consents(p) {
		c := change.ConsentOf(p, rows)
		r := cite.Citing(t, rows)
		r.Severity, r.Confidence = analysis.Medium, analysis.Firm
		why := []string{"an application was given access"}
		if app, ok := change.Abused(p, c); ok {
			r.Severity = analysis.Critical
			why = append(why, app+" is known from compromises")
		}
		if len(c.Reaches) > 0 {
			r.Severity = max(r.Severity, analysis.High)
			why = append(why, "the permissions reach "+strings.Join(c.Reaches, ", "))
		}
		if c.ForAll && !c.SignInOnly() {
			r.Severity = max(r.Severity, analysis.High)
			why = append(why, "given for all users")
		}
		for _, name := range c.Names {
			if of := looks.Imitates(name); of != "" {
				r.Severity = max(r.Severity, analysis.High)
				why = append(why, "the name looks like "+cite.Quote(of)+" but is spelled otherwise")
			}
		}
		phone, isPhone := change.Named(p, reference.AppsPhoneMail, c.Texts)
		if isPhone {
			why = append(why, phone+" is a mail program of phones, by its id")
			r.Severity = analysis.Medium
		}
		before := r.Severity
		switch {
		case c.Failed:
			r.Severity = analysis.Info
			why = append(why, "the consent failed")
		case slices.ContainsFunc(c.Names, func(name string) bool { return reference.ContainsAny(p.Settings.KnownGood.Apps, name) }) || reference.ContainsAny(p.Settings.KnownGood.Apps, t.Text(timeline.ColAppID, rows[0])):
			r.Severity = analysis.Info
			why = append(why, "cleared by the examiner")
		default:
			AttributedTo(acts, rows[0], &r, &why)
			switch {
			case r.Severity != before || r.Severity > analysis.Medium:
			case isPhone:
				r.Severity = analysis.Info
			case c.SignInOnly() && t.Code(timeline.ColIP, rows[0]) == 0:
				r.Severity = analysis.Info
				why = append(why, "the permissions are those of signing in: they reach nobody's mail or files, and nothing says that somebody else gave them")
			case UsualNetwork(p, rows[0]):
				r.Severity = analysis.Info
				why = append(why, RoutineExcuse)
			}
		}
		r.Cells = cite.Cells(cite.Join(c.Names), cite.Join(cite.Distinct(t, timeline.ColOperation, rows)), c.Scopes, strings.Join(why, "; "))
		all = append(all, JudgedConsent{c, r})
	}
	return all
}
