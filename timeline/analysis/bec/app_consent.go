package bec

import (
	"fmt"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

var appConsent = &analysis.Analyzer{
	Name:  "app-consent",
	Title: "Application consents",
	Doc: analysis.Doc{
		Question: "Was an application given access to mail or other data, or used that intruders are known to use?",
		Method: "Operations of consent and grants of permissions, and the first use of each application of the table of abused applications in logons and mail access. A consent to an application of that table is critical, its use high; permissions on mail, files, chats, rules or the directory are high; a consent for all users, or to a name that looks like one of the table of imitated names but is not spelled so (see impersonation), is high; other consents are medium. " +
			"An act attributed to a suspicious actor weighs one step more. A consent to a mail program of phones, by its id, is medium, and only informs if no suspicious actor gave it. A consent of medium weight only informs if all permissions that it names are those of signing in, for whomever it is given, and the record has no address. So does one from a network that is usual for the account, with 20 active days of history, or where the account's own device was at the address within 12 hours, and with no suspicious logon in the 24 hours before, and so do failed operations, sign-ins that were stopped or interrupted, and applications that the examiner cleared. Records by one user within a minute are one consent.",
		Limits:   "A consent given before the log begins is seen only by the application's use. Permissions are read as the record lists them.",
		Innocent: "Users connect calendars, scanners and newsletters; administrators approve business applications.",
		Confirm:  "Who publishes the application; whether it was used afterwards, from where; the consenting user's account.",
	},
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id of the application", Kind: analysis.Text},
		{Name: "Operation", Doc: "the source's word, or first use", Kind: analysis.Text},
		{Name: "Permissions", Doc: "the permissions that the record names", Kind: analysis.List},
		{Name: "Why", Doc: "why it stands here, and what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Application", "Operation"},
	Needs:      []analysis.Need{analysis.Signs, actor.Actors, actor.Consents},
	Version:    2,
	Techniques: []string{"T1528", "T1098.003"},
	References: []string{"splunk/security_content fddad083", "elastic/detection-rules 0c3c80de", "randomaccess3/detections", "huntresslabs/rogueapps"},
	Settings:   []string{"known_good", "thresholds"},
	Acts:       runAppConsent,
}

func runAppConsent(p *analysis.Pass) (*analysis.Finding, error) {
	f := &analysis.Finding{}
	for _, c := range actor.Consents.Of(p) {
		f.Rows = append(f.Rows, c.Row)
	}
	given := len(f.Rows)
	uses := abusedUses(p)
	f.Rows = append(f.Rows, uses...)
	cite.ByTime(f.Rows)
	f.Notes = actor.AttributionNotes(p)
	f.Summary = fmt.Sprintf("%s to applications on record; %s of applications that intruders are known to use.", cite.Counted(given, "consent"), cite.Plural(len(uses), "use", "uses"))
	return f, nil
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
	var rows []analysis.Row
	for _, k := range order {
		r := cite.Citing(t, uses[k])
		r.Severity, r.Confidence = analysis.High, analysis.Likely
		operation, why := "used", cite.Counted(len(uses[k]), "record")+" of an application that is known from compromises; its consent may lie before the log begins"
		switch {
		case k.failed:
			r.Severity, operation = analysis.Info, "use that did not succeed"
			why = cite.Counted(len(uses[k]), "attempt") + " in vain to use an application that is known from compromises"
		case reference.ContainsAny(p.Settings.KnownGood.Apps, t.Value(timeline.ColAppID, k.app)):
			r.Severity = analysis.Info
			why += "; cleared by the examiner"
		}
		r.Cells = cite.Cells(names[t.Code(timeline.ColAppID, uses[k][0])], operation, nil, why)
		rows = append(rows, r)
	}
	return rows
}
