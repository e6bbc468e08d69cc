package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var appConsent = &analysis.Analyzer{
	Name:  "app-consent",
	Title: "Application consents",
	Doc:   explain("app-consent"),
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id of the application", Kind: analysis.Text},
		{Name: "Operation", Doc: "the source's word, or first use", Kind: analysis.Text},
		{Name: "Permissions", Doc: "the permissions that the record names", Kind: analysis.List},
		{Name: "Why", Doc: "why it stands here, and what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Application", "Operation"},
	Needs:      []analysis.Need{analysis.Signs, logon.Programs, actor.Actors, actor.Consents},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    6,
	Techniques: []string{"T1528", "T1098.003"},
	References: []string{"splunk/security_content fddad083", "elastic/detection-rules 0c3c80de", "randomaccess3/detections", "huntresslabs/rogueapps"},
	Settings:   []string{"known_good", "thresholds"},
	Family:     "persist",
	Run:        runAppConsent,
	Acts:       runAppConsent,
}

func runAppConsent(p *analysis.Pass) (*analysis.Finding, error) {
	f := &analysis.Finding{}
	for _, c := range actor.Consents.Of(p) {
		r := c.Row
		operations := cite.Operations(p.Timeline, c.Rows)
		slices.Sort(operations)
		r.Cells = cite.Cells(cite.Join(c.Names), cite.Join(operations), c.Scopes, strings.Join(r.Reasons, "; "))
		f.Rows = append(f.Rows, r)
	}
	given := len(f.Rows)
	uses := abusedUses(p)
	f.Rows = append(f.Rows, uses...)
	cite.ByTime(f.Rows)
	f.Notes = actor.AttributionNotes(p)
	f.Summary = fmt.Sprintf("%s to applications on record; %s of applications that are known from compromises.", cite.Counted(given, "consent"), cite.Plural(len(uses), "use", "uses"))
	return f, nil
}

// consentedApps are the applications to which a consent is on record, by folded
// code of the id, each with the weight of the heaviest.
func consentedApps(p *analysis.Pass) map[uint32]analysis.Severity {
	apps := map[uint32]analysis.Severity{}
	for _, c := range actor.Consents.Of(p) {
		for _, app := range logon.AppsNamed(p.Timeline, c.Texts) {
			apps[app] = max(apps[app], c.Row.Severity)
		}
	}
	return apps
}

// abusedUses are the uses of abused applications by each user.
func abusedUses(p *analysis.Pass) []analysis.Row {
	t := p.Timeline
	names := make([]string, t.Cardinality(timeline.ColAppID))
	for code := 1; code < len(names); code++ {
		if row, ok := p.Reference.Table(reference.AppsAbused).Find(t.Value(timeline.ColAppID, uint32(code))); ok {
			names[code] = row.Get("name")
		}
	}
	type use struct {
		app, user uint32
		failed    bool
	}
	uses := map[use][]int{}
	var order []use
	for row := range t.Len() {
		app := t.Code(timeline.ColAppID, row)
		if names[app] == "" {
			continue
		}
		k := use{t.Folded(timeline.ColAppID, row), t.Folded(timeline.ColUser, row), t.Outcome(row) != timeline.Success && t.Outcome(row) != timeline.Unknown}
		if uses[k] == nil {
			order = append(order, k)
		}
		uses[k] = append(uses[k], row)
	}
	consented := consentedApps(p)
	var rows []analysis.Row
	for _, k := range order {
		r := cite.Citing(t, uses[k])
		r.Severity, r.Confidence = analysis.High, analysis.Likely
		operation, why := "used", cite.Counted(len(uses[k]), "record")+" of an application that is known from compromises; its consent may lie before the log begins"
		switch {
		case k.failed:
			r.Severity, operation = analysis.Info, "use that did not succeed"
			why = cite.Counted(len(uses[k]), "attempt") + " without success to use an application that is known from compromises"
		case reference.ContainsFold(p.Settings.KnownGood.Apps, t.Value(timeline.ColAppID, k.app)):
			r.Severity = analysis.Info
			why += "; cleared by the examiner"
		default:
			program := logon.Programs.Of(p)[k.app]
			if !program.Used() {
				break
			}
			switch weight, known := consented[k.app]; {
			case known && weight <= analysis.Low, program.Days >= logon.Enough(p):
				r.Severity = analysis.Info
			default:
				r.Severity = analysis.Low
			}
			why = fmt.Sprintf("%s; used on %d days, only from where its users usually are", cite.Counted(len(uses[k]), "record"), program.Days)
		}
		r.Cells = cite.Cells(names[t.Code(timeline.ColAppID, uses[k][0])], operation, nil, why)
		rows = append(rows, r)
	}
	return rows
}
