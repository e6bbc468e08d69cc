package bec

import (
	"fmt"
	"sort"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var mfaFatigue = &analysis.Analyzer{
	Name:  "mfa-fatigue",
	Title: "MFA fatigue",
	Doc:   explain("mfa-fatigue"),
	Columns: []analysis.Column{
		{Name: "Requests", Doc: "failed second factors of the run", Kind: analysis.Count},
		{Name: "Duration", Doc: "from the first to the last", Kind: analysis.Duration},
		{Name: "Errors", Doc: "as the records name them", Kind: analysis.List},
		{Name: "Network", Doc: "where the sign-ins came from", Kind: analysis.List},
		{Name: "Approved", Doc: "the sign-in that succeeded after the run", Kind: analysis.Moment},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser},
	Needs:      []analysis.Need{logon.Logons, logon.Networks, logon.Profiles},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, fatigueMinutes, fatigueRequests},
	Version:    1,
	Techniques: []string{"T1621"},
	References: []string{"splunk/security_content fd22124e, d0895c20", "requests and window: own judgement; published thresholds are of alarms in operation"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Family:     "door",
	Run:        runMFAFatigue,
}

// fatigueMinutes is the window of a run, and of the approval after it.
var fatigueMinutes = &analysis.Threshold{Name: "mfa-fatigue.minutes", Value: 30, Doc: "minutes within which the requests of a run lie, and after it the approval"}

// fatigueRequests are how many requests make a run.
var fatigueRequests = &analysis.Threshold{Name: "mfa-fatigue.requests", Value: 5, Doc: "failed requests of a second factor within the window of a run"}

func runMFAFatigue(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	if len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no record of a logon: whether anybody was asked to approve sign-ins cannot be told")
	}
	refused := make([]bool, t.Cardinality(timeline.ColError))
	for code := 1; code < len(refused); code++ {
		refused[code] = p.Reference.ErrorClass(t.Value(timeline.ColError, uint32(code)), "") == analysis.ClassMFA
	}
	pr := logon.Profiles.Of(p)
	least, within := int(p.Threshold(fatigueRequests)), p.Minutes(fatigueMinutes)
	f := &analysis.Finding{}
	requests := 0
	for _, u := range pr.ByUser {
		var failed []*logon.Logon
		for _, l := range u.Logons {
			if !l.Admitted() && refused[t.Code(timeline.ColError, l.Row)] {
				failed = append(failed, l)
			}
		}
		requests += len(failed)
		long := len(logon.ActiveDays(u.Logons)) >= logon.Enough(p)
		for _, run := range fatigueRuns(t, failed, least, within) {
			f.Rows = append(f.Rows, judgeFatigue(p, pr, u, run, within, long))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s failed at the second factor; %s of %d or more within %.0f minutes, %d suspicious.", cite.Counted(requests, "sign-in"), cite.Counted(len(f.Rows), "run"), least, within.Minutes(), cite.Accusing(f.Rows))
	return f, nil
}

// fatigueRuns cuts failures into runs, some of which must lie close enough
// together: a run goes on while the next failure follows within the window.
func fatigueRuns(t *timeline.Timeline, failed []*logon.Logon, least int, within time.Duration) [][]*logon.Logon {
	var runs [][]*logon.Logon
	for start := 0; start < len(failed); {
		end := start
		dense := false
		counts := map[string]int{}
		from := start
		for end < len(failed) && (end == start || failed[end].Time-failed[end-1].Time <= int64(within)) {
			source := t.Source(failed[end].Row).Source
			counts[source]++
			for failed[end].Time-failed[from].Time > int64(within) {
				counts[t.Source(failed[from].Row).Source]--
				from++
			}
			dense = dense || counts[source] >= least
			end++
		}
		if dense {
			runs = append(runs, failed[start:end])
		}
		start = end
	}
	return runs
}

func judgeFatigue(p *analysis.Pass, pr *logon.Estate, u logon.UserLogons, run []*logon.Logon, within time.Duration, long bool) analysis.Row {
	t := p.Timeline
	name := t.Value(timeline.ColUser, u.User)
	rows := make([]int, len(run))
	networks, bySource := map[uint64]bool{}, map[string]int{}
	home, cleared := long, true
	requests := 0
	for i, l := range run {
		rows[i] = l.Row
		networks[uint64(logon.Networks.Of(p).Number[l.IP])] = true
		home = home && l.IP != 0 && pr.AtHome(l)
		cleared = cleared && pr.Cleared[l.IP]
		source := t.Source(l.Row).Source
		bySource[source]++
		requests = max(requests, bySource[source])
	}
	delete(networks, 0)
	last := run[len(run)-1]
	severity, confidence, why := analysis.High, analysis.Likely, "repeated requests after the right password"
	var approved time.Time
	switch {
	case cleared || reference.ContainsFold(p.Settings.KnownGood.Users, name):
		severity, why = analysis.Info, "cleared by the examiner"
	case home:
		severity, why = analysis.Info, "from networks that are usual for the user: consistent with trouble with their own device"
	default:
		after := sort.Search(len(u.Logons), func(i int) bool { return u.Logons[i].Time >= last.Time })
		for _, l := range u.Logons[after:] {
			if l.Time-last.Time > int64(within) {
				break
			}
			if !l.Admitted() || !l.Interactive {
				continue
			}
			if networks[uint64(logon.Networks.Of(p).Number[l.IP])] || l.Located() && !pr.AtHome(l) {
				severity, confidence = analysis.Critical, analysis.Firm
				approved = t.Time(l.Row)
				why = fmt.Sprintf("a sign-in from %s succeeded %s after the last request", logon.SiteName(l), time.Duration(l.Time-last.Time).Round(time.Second))
				rows = append(rows, l.Row)
				break
			}
		}
	}
	r := cite.Citing(t, rows)
	r.User, r.Severity, r.Confidence = name, severity, confidence
	r.Cells = cite.Cells(
		requests, time.Duration(last.Time-run[0].Time),
		cite.Distinct(t, timeline.ColError, rows), logon.NetworkNames(t, rows), approved, why,
	)
	return r
}
