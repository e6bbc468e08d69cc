package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var appAccess = &analysis.Analyzer{
	Name:  "app-access",
	Title: "Application access to mail",
	Doc:   explain("app-access"),
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id", Kind: analysis.Text},
		{Name: "Mailboxes", Doc: "distinct mailboxes that it reached so on the day; over all days for a routine and after a consent", Kind: analysis.Count},
		{Name: "Days", Doc: "on how many days the application did so, of those with mail access on record", Kind: analysis.Text},
		{Name: "Records", Doc: "records of the day; of all days for a routine and after a consent", Kind: analysis.Count},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Application", analysis.KeyMailbox},
	Needs:      []analysis.Need{analysis.Operations, change.ConsentedApps, actor.Consents},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, appMailboxes, appMinutes, appRareDays},
	Version:    6,
	Techniques: []string{"T1114.002", "T1550.001"},
	References: []string{"splunk/security_content 7cd853e9", "elastic/detection-rules e882e934"},
	Settings:   []string{"known_good", "thresholds"},
	Acts:       runAppAccess,
}

// Bounds of app-access (catalogue S08).
var (
	appMailboxes = &analysis.Threshold{Name: "app-access.mailboxes", Value: 5, Doc: "mailboxes that an application's access must exceed to be wide"}
	appMinutes   = &analysis.Threshold{Name: "app-access.minutes", Value: 10, Doc: "minutes within which it must reach them"}
	appRareDays  = &analysis.Threshold{Name: "app-access.rare_days", Value: 3, Doc: "most days with wide access that are no routine"}
)

func runAppAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	records := 0
	apps := map[uint32]bool{}   // whether one is not Microsoft's own
	byApp := map[uint32][]int{} // of those
	var order []uint32
	recorded := map[int32]bool{}
	for row := range mail.AccessRows(p) {
		records++
		if row >= t.Timed() {
			continue
		}
		recorded[timeline.Day(timeline.UnixNano(t, row))] = true
		app := t.Folded(timeline.ColAppID, row)
		if app == 0 || t.Has(row, timeline.Service) {
			continue
		}
		foreign, met := apps[app]
		if !met {
			known, ok := p.Reference.App(t.Value(timeline.ColAppID, app))
			foreign = !ok || !known.FirstParty
			apps[app] = foreign
			if foreign {
				order = append(order, app)
			}
		}
		if foreign {
			byApp[app] = append(byApp[app], row)
		}
	}
	most, span := int(p.Threshold(appMailboxes)), p.Minutes(appMinutes)
	f := &analysis.Finding{Rows: consentedUses(p, len(recorded))}
	consented := len(f.Rows)
	if records+consented == 0 {
		return nil, analysis.Skip("no MailItemsAccessed record: the licence, the audit settings or the export may lack them")
	}
	wide, allowed := 0, allowedApps(p)
	for _, app := range order {
		days := daysOfMany(t, byApp[app], most, span)
		if len(days) == 0 {
			continue
		}
		wide++
		f.Rows = append(f.Rows, appRows(p, app, days, len(recorded), allowed[app])...)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s with access to mail; %d of them, not Microsoft's own, reached more than %d mailboxes within %.0f minutes; %s acted to which a consent of high severity was given.", cite.Counted(len(apps), "application"), wide, most, span.Minutes(), cite.Counted(consented, "application"))
	return f, nil
}

// appRows are the rows of an application that reached many mailboxes, given
// the records of each such day: one a day where it is a sign, one in all where
// it only informs.
func appRows(p *analysis.Pass, app uint32, days [][]int, recorded int, allowed bool) []analysis.Row {
	t := p.Timeline
	id := t.Value(timeline.ColAppID, app)
	severity, why := analysis.Medium, "neither a single sweep nor a routine"
	history := logon.Enough(p)
	switch n := len(days); {
	case reference.ContainsFold(p.Settings.KnownGood.Apps, id):
		severity, why = analysis.Info, "cleared by the examiner"
	case allowed:
		severity, why = analysis.Info, "an administrator allowed the application for all users, from a usual place and with nothing suspicious before (see app-consent)"
	case n >= history:
		severity, why = analysis.Info, "a routine by all that is on record"
	case recorded < history && n == recorded:
		severity, why = analysis.Low, "on each day of a record too short to know a routine"
	case recorded >= history && n <= int(p.Threshold(appRareDays)):
		severity, why = analysis.High, "no routine of the application"
	}
	count := fmt.Sprintf("%d of %d", len(days), recorded)
	if severity == analysis.Info {
		days = [][]int{slices.Concat(days...)}
	}
	var rows []analysis.Row
	for _, list := range days {
		r := cite.Citing(t, list)
		if severity == analysis.Info {
			r = cite.Informing(t, list[0], list[len(list)-1])
		}
		r.Severity, r.Confidence = severity, analysis.Likely
		name := t.Text(timeline.ColApp, list[0])
		if name == "" {
			name = id
		}
		r.Cells = cite.Cells(name, len(cite.Distinct(t, timeline.ColMailbox, list)), count, len(list), why)
		rows = append(rows, r)
	}
	return rows
}

// daysOfMany are the rows of an application, day by day, that lie in a span in
// which it reached more mailboxes than most.
func daysOfMany(t *timeline.Timeline, rows []int, most int, span time.Duration) [][]int {
	var days [][]int
	count := map[uint32]int{}
	lo, taken := 0, 0
	for hi, row := range rows {
		count[t.Folded(timeline.ColMailbox, row)]++
		for timeline.UnixNano(t, row)-timeline.UnixNano(t, rows[lo]) > int64(span) {
			logon.Drop(count, t.Folded(timeline.ColMailbox, rows[lo]))
			lo++
		}
		if len(count) <= most {
			continue
		}
		for taken = max(taken, lo); taken <= hi; taken++ {
			last := len(days) - 1
			if last < 0 || timeline.Day(timeline.UnixNano(t, days[last][0])) != timeline.Day(timeline.UnixNano(t, rows[taken])) {
				days = append(days, nil)
				last++
			}
			days[last] = append(days[last], rows[taken])
		}
	}
	return days
}

// consentedUses are what applications did to which a consent of high severity
// was given: a row for each application, of its acts from the consent on.
func consentedUses(p *analysis.Pass, recorded int) []analysis.Row {
	t := p.Timeline
	classes := analysis.Operations.Of(p)
	consent := consentsByApp(p)
	acts := map[uint32][]int{}
	var order []uint32
	for row := range t.Timed() {
		app := t.Folded(timeline.ColAppID, row)
		c := consent[app]
		if c == nil || t.Outcome(row) == timeline.Failure || t.Has(row, timeline.Service) || classes[t.Code(timeline.ColOperation, row)] == analysis.ClassConsent || t.Time(row).Before(c.Row.First) {
			continue
		}
		if acts[app] == nil {
			order = append(order, app)
		}
		acts[app] = append(acts[app], row)
	}
	var rows []analysis.Row
	for _, app := range order {
		done, c := acts[app], consent[app]
		days := map[int32]bool{}
		for _, row := range done {
			days[timeline.Day(timeline.UnixNano(t, row))] = true
		}
		r := cite.Citing(t, done)
		r.Severity, r.Confidence = c.Row.Severity, analysis.Likely
		r.Origins = append(r.Origins, c.Row.Origins...)
		name := strings.Join(c.Names, "; ")
		if name == "" {
			name = t.Value(timeline.ColAppID, app)
		}
		r.Cells = cite.Cells(
			name, len(cite.Distinct(t, timeline.ColMailbox, done)), fmt.Sprintf("%d of %d", len(days), max(recorded, len(days))), len(done),
			fmt.Sprintf("after the consent at %s, which is %s (see app-consent): %s", cite.Stamp(c.Row.First), c.Row.Severity, cite.Join(cite.Operations(t, done))),
		)
		rows = append(rows, r)
	}
	return rows
}

// allowedApps are the applications, by code of the id, that were allowed for all
// users by a consent that weighs low at most, and by none that weighs more.
func allowedApps(p *analysis.Pass) map[uint32]bool {
	all := actor.Consents.Of(p)
	allowed := map[uint32]bool{}
	for app, consents := range change.ConsentedApps.Of(p) {
		grave := slices.ContainsFunc(consents, func(i int) bool { return all[i].Row.Severity > analysis.Low })
		allowed[app] = !grave && slices.ContainsFunc(consents, func(i int) bool { return all[i].ForAll && !all[i].Failed })
	}
	return allowed
}

// consentsByApp are the consents of high severity by the code of the
// application's id, the first of each.
func consentsByApp(p *analysis.Pass) map[uint32]*actor.WeighedConsent {
	all := actor.Consents.Of(p)
	byApp := map[uint32]*actor.WeighedConsent{}
	for app, consents := range change.ConsentedApps.Of(p) {
		for _, i := range consents {
			if all[i].Row.Severity >= analysis.High {
				byApp[app] = &all[i]
				break
			}
		}
	}
	return byApp
}
