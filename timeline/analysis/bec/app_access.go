package bec

import (
	"fmt"
	"strconv"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

var appAccess = &analysis.Analyzer{
	Name:  "app-access",
	Title: "Application access to mail",
	Doc: analysis.Doc{
		Question: "Did an application go through several people's mailboxes?",
		Method:   "Mail access by application id. An application that is not Microsoft's own and reaches more than 5 mailboxes within 10 minutes is medium, high if it does so on 3 days or fewer: one that does it every day is a business application's routine and only informs.",
		Limits:   "Only MailItemsAccessed tells of applications; it depends on licence and settings.",
		Innocent: "Backup, archiving, signature and security products read all mailboxes, day after day.",
		Confirm:  "Who registered the application, when it was consented to, and from where it connects.",
	},
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id", Kind: analysis.Text},
		{Name: "Mailboxes", Doc: "distinct mailboxes in the run of 10 minutes", Kind: analysis.Number},
		{Name: "Days", Doc: "on how many days the application did so", Kind: analysis.Number},
		{Name: "Records", Doc: "records of the run", Kind: analysis.Number},
	},
	Version:    1,
	Techniques: []string{"T1114.002", "T1550.001"},
	References: []string{"splunk/security_content 7cd853e9", "elastic/detection-rules e882e934"},
	Settings:   []string{"known_good", "thresholds"},
	Run:        runAppAccess,
}

// Thresholds of app-access (catalogue S08).
const (
	appMailboxes = 5
	appWithin    = 10 * time.Minute
	appRareDays  = 3
)

func runAppAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	rows := accessRows(t)
	if len(rows) == 0 {
		return nil, analysis.Skip("no MailItemsAccessed record: the licence, the audit settings or the export may lack them")
	}
	byApp := map[uint32][]int{}
	var order []uint32
	for _, row := range rows {
		app := t.Folded(timeline.ColAppID, row)
		if app == 0 || t.Has(row, timeline.Service) || row >= t.Timed() {
			continue
		}
		if byApp[app] == nil {
			order = append(order, app)
		}
		byApp[app] = append(byApp[app], row)
	}
	most := int(p.Settings.Threshold("app-access.mailboxes", appMailboxes))
	f := &analysis.Finding{}
	for _, app := range order {
		id := t.Value(timeline.ColAppID, app)
		known, ok := p.Reference.App(id)
		if ok && known.FirstParty || contains(p.Settings.KnownGood.Apps, id) {
			continue
		}
		runs := manyMailboxes(t, byApp[app], most)
		days := map[int32]bool{}
		for _, run := range runs {
			days[timeline.Day(nanosOf(t, run[0]))] = true
		}
		for _, run := range runs {
			r := citing(t, run)
			r.Severity, r.Confidence = analysis.Info, analysis.Likely
			if len(days) <= appRareDays {
				r.Severity = analysis.High
			} else if len(days) < historyDays {
				r.Severity = analysis.Medium
			}
			name := t.Text(timeline.ColApp, run[0])
			if name == "" {
				name = id
			}
			r.Cells = []string{name, strconv.Itoa(len(distinct(t, timeline.ColMailbox, run))), strconv.Itoa(len(days)), strconv.Itoa(len(run))}
			f.Rows = append(f.Rows, r)
		}
	}
	byTime(f.Rows)
	f.Summary = fmt.Sprintf("%s with access to mail; %s of more than %d mailboxes within %s.", counted(len(order), "application"), counted(len(f.Rows), "run"), most, appWithin)
	return f, nil
}

// manyMailboxes cuts an application's rows into runs of ten minutes and keeps
// those that reach more mailboxes than most.
func manyMailboxes(t *timeline.Timeline, rows []int, most int) [][]int {
	var runs [][]int
	for start := 0; start < len(rows); {
		end := start
		mailboxes := map[uint32]bool{}
		for end < len(rows) && nanosOf(t, rows[end])-nanosOf(t, rows[start]) <= int64(appWithin) {
			mailboxes[t.Folded(timeline.ColMailbox, rows[end])] = true
			end++
		}
		if len(mailboxes) > most {
			runs = append(runs, rows[start:end])
		}
		start = end
	}
	return runs
}
