package bec

import (
	"fmt"

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
	Thresholds: []*analysis.Threshold{logon.GuessFailures, logon.HistoryDays, logon.SprayUsers, logon.SweepAgents},
	Family:     "entry",
	Version:    2,
	Techniques: []string{"T1110.001", "T1110.003", "T1110.004"},
	References: []string{"splunk/security_content 8d486e2e, 31641378", "elastic/detection-rules 26f68dba, cca64114", "blueteam0ps/det-eng-samples: thresholds measured on six recorded sprays"},
	Settings:   []string{"known_good", "thresholds"},
	Run:        runPasswordAttack,
}

func runPasswordAttack(p *analysis.Pass) (*analysis.Finding, error) {
	all := logon.Logons.Of(p)
	if len(all) == 0 {
		return nil, analysis.Skip("no record of a logon; whether passwords were tried cannot be told")
	}
	a := &logon.Attempts{P: p, Pr: logon.Profiles.Of(p), ByNetwork: map[uint32][]*logon.Logon{}, ByUser: map[uint32][]*logon.Logon{}, Wrong: logon.WrongPasswords(p)}
	a.Group(all)
	f := &analysis.Finding{}
	var attacks int
	for _, number := range a.Networks {
		if row, ok := a.Spray(number); ok {
			f.Rows = append(f.Rows, row)
		}
	}
	for _, user := range a.Users {
		if row, ok := a.Guessing(user); ok {
			f.Rows = append(f.Rows, row)
		}
	}
	f.Rows = append(f.Rows, a.Distributed()...)
	f.Rows = append(f.Rows, a.Rotations()...)
	f.Rows = append(f.Rows, a.Sweeps()...)
	attacks = cite.Accusing(f.Rows)
	successes, proved := a.Successes(), a.Proved()
	f.Rows = append(f.Rows, successes...)
	f.Rows = append(f.Rows, proved...)
	f.Rows = append(f.Rows, a.Failures()...)
	cite.ByTime(f.Rows)
	failed, bad := 0, 0
	for _, list := range a.ByUser {
		for _, l := range list {
			if l.Stopped() {
				failed++
			}
			if a.IsWrong(l) {
				bad++
			}
		}
	}
	f.Summary = fmt.Sprintf("%s, %d of them about the password; %s, %s after one, %s where the password was right and something else stopped the logon.",
		cite.Counted(failed, "failed logon"), bad, cite.Counted(attacks, "attack"), cite.Counted(cite.Accusing(successes), "success row"), cite.Counted(cite.Accusing(proved), "row"))
	return f, nil
}
