package bec

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

var passwordAttack = &analysis.Analyzer{
	Name:  "password-attack",
	Title: "Password attacks",
	Doc:   explain("password-attack"),
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "spray, slow spray, guessing, distributed, distributed over days, sweep, success after an attack, password proved, or failures for information"},
		{Name: "Users", Doc: "users concerned", Kind: analysis.List},
		{Name: "Networks", Doc: "networks concerned, with country and kind", Kind: analysis.List},
		{Name: "Attempts", Doc: "logons of the row that did not succeed", Kind: analysis.Count},
		{Name: "Wrong passwords", Doc: "failures among them that are about the password", Kind: analysis.Count},
		{Name: "Successes", Doc: "successful logons of the row", Kind: analysis.Count},
		{Name: "Errors", Doc: "errors as the records give them", Kind: analysis.List},
		{Name: "Clients", Doc: "clients, applications and user agents of the attempts", Kind: analysis.List},
		{Name: "Evidence", Doc: "what makes it an attack", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Kind", analysis.KeyUser, "Networks"},
	Needs:      []analysis.Need{logon.Agents, logon.Logons, logon.Profiles},
	Thresholds: logon.AttemptThresholds,
	Version:    4,
	Techniques: []string{"T1110.001", "T1110.003", "T1110.004"},
	References: []string{"splunk/security_content 8d486e2e, 31641378", "elastic/detection-rules 26f68dba, cca64114", "blueteam0ps/det-eng-samples: thresholds measured on six recorded sprays"},
	Settings:   []string{"known_good", "thresholds"},
	Family:     "door",
	Run:        runPasswordAttack,
}

func runPasswordAttack(p *analysis.Pass) (*analysis.Finding, error) {
	if len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no record of a logon; whether passwords were tried cannot be told")
	}
	a := logon.NewAttempts(p)
	attacks := a.Attacks()
	successes, proved := a.Successes(attacks), a.Proved(attacks)
	all, made := slices.Concat(attacks, successes, proved, a.Failures(attacks)), cite.RowsOf(p.Timeline)
	f := &analysis.Finding{Rows: make([]analysis.Row, 0, len(all))}
	for _, one := range all {
		f.Rows = append(f.Rows, attemptRow(p, made, a, one))
	}
	cite.ByTime(f.Rows)
	failed, wrong := a.Count()
	f.Summary = fmt.Sprintf("%s, %d of them about the password; %s, %s after one, %s where the password was right and something else stopped the logon.",
		cite.Counted(failed, "failed logon"), wrong, cite.Counted(len(attacks), "attack"), cite.Counted(len(successes), "success row"), cite.Counted(aboveInfo(proved), "row"))
	return f, nil
}

// aboveInfo counts the attempts that do more than inform.
func aboveInfo(list []*logon.Attempt) int {
	n := 0
	for _, one := range list {
		if one.Severity > analysis.Info {
			n++
		}
	}
	return n
}

// attemptRow cites the logons of an attempt; of failures that only inform, the
// first and the last.
func attemptRow(p *analysis.Pass, made *cite.Rows, a *logon.Attempts, one *logon.Attempt) analysis.Row {
	t := p.Timeline
	rows := make([]int, len(one.Logons))
	wrong, successes := 0, 0
	var networks []string
	for i, l := range one.Logons {
		rows[i] = l.Row
		switch {
		case l.Outcome == timeline.Success:
			successes++
		case a.IsWrong(l):
			wrong++
		}
		if n := logon.NetworkOf(l); n != "" && (i == 0 || one.Logons[i-1].IP != l.IP) {
			networks = append(networks, l.Place.Country+" "+n)
		}
	}
	slices.Sort(networks)
	r := made.Citing(rows...)
	if n := len(r.Origins); one.Kind == logon.AttemptFailures && n > 2 {
		r.Origins = []timeline.Origin{r.Origins[0], r.Origins[n-1]}
	}
	r.Severity, r.Confidence = one.Severity, one.Confidence
	r.Cells = made.Cells(
		one.Kind, cite.DistinctFolded(t, timeline.ColUser, rows), slices.Compact(networks), len(rows)-successes, wrong, successes,
		cite.Distinct(t, timeline.ColError, rows), triedWith(p, rows), one.Evidence,
	)
	return r
}

// triedWith lists what attempts were made with: clients, applications and
// families of user agents.
func triedWith(p *analysis.Pass, rows []int) []string {
	t, families := p.Timeline, logon.Agents.Of(p)
	words := slices.Concat(cite.Distinct(t, timeline.ColClient, rows), cite.Distinct(t, timeline.ColApp, rows))
	var agents []string
	for _, row := range rows {
		if n := families.Of[t.Code(timeline.ColUserAgent, row)]; n != 0 && (len(agents) == 0 || agents[len(agents)-1] != families.Names[n]) {
			agents = append(agents, families.Names[n])
		}
	}
	slices.Sort(agents)
	return append(words, slices.Compact(agents)...)
}
