package bec

import (
	"fmt"
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

var passwordAttack = &analysis.Analyzer{
	Name:  analysis.PasswordAttackName,
	Title: "Password attacks",
	Doc: analysis.Doc{
		Question: "Did somebody try passwords, and did one work?",
		Method: "Failures for a wrong password, an unknown account or a lockout are grouped. Not counted are failures of a user on a network (/24 or /64) from which that user succeeds on other days. " +
			"Spray: 5 users or more on one network in 30 minutes. Slow spray: 5 users or more on one network in 7 days with at most 2 tries each, 80 % of all attempts failed. " +
			"Guessing: 10 failures or more on one user in 10 minutes. Distributed: 20 pairs of user and address from 10 addresses or more in 60 minutes with one user agent or one application. " +
			"Distributed over days: 10 users or more from 10 networks or more within 7 days, at most 2 tries each, with one user agent or one application by which 80 % of all attempts fail, " +
			"if half of these users get in at other times, or the user agent is a tool's. " +
			"Sweep: one user from one network, neither known nor cleared, with 5 user agents or more within 10 minutes. " +
			"A guess at one user is not counted from a provider that is usual for a user with 20 active days. All are medium; a network on which more users succeed than fail is left out. A success of a user on a network of a spray, a distributed attack or a guess at this user, while it lasts or within 24 hours after, where the user is not known, is critical; a pause of more than 7 days parts an attack. " +
			"A password that was right, but stopped by a second factor or a policy, is high where it came from an attacking network or an unusual country or somebody guessed, medium from a network that hides, and else informs; one on a network from which the user ever got in is not told.",
		Limits: "Exports keep failures for a limited time, Exchange's own log of 2018 records few, and failures on accounts that do not exist may be missing. Attempts spread over many networks without a common user agent or application are not joined. " +
			"The log of 2018 gives no error codes: every failed logon there counts as a wrong password.",
		Innocent: "A changed password that devices still send (regular, one user, a known network), an office behind one address, scanners and penetration tests.",
		Confirm:  "Ask for tests at that time; compare the successful logon's session with what the user did.",
	},
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "spray, slow spray, guessing, distributed, distributed over days, sweep, success after an attack, password proved, or failures for information"},
		{Name: "Users", Doc: "users concerned"},
		{Name: "Networks", Doc: "networks concerned, with country and kind"},
		{Name: "Attempts", Doc: "logons of the row that did not succeed", Kind: analysis.Number},
		{Name: "Wrong passwords", Doc: "failures among them that are about the password", Kind: analysis.Number},
		{Name: "Successes", Doc: "successful logons of the row", Kind: analysis.Number},
		{Name: "Errors", Doc: "errors as the records give them"},
		{Name: "Clients", Doc: "clients, applications and user agents of the attempts"},
		{Name: "Evidence", Doc: "what makes it an attack", Kind: analysis.Prose},
	},
	Version:    2,
	Techniques: []string{"T1110.001", "T1110.003", "T1110.004"},
	References: []string{"splunk/security_content 8d486e2e, 31641378", "elastic/detection-rules 26f68dba, cca64114", "blueteam0ps/det-eng-samples: thresholds measured on six recorded sprays"},
	Settings:   []string{"known_good", "thresholds"},
	Thresholds: []analysis.Threshold{
		{Name: "password-attack.spray_users", Value: sprayUsers, Doc: "users of one network within the window of a spray"},
		{Name: "password-attack.guess_failures", Value: guessFailures, Doc: "failures on one user within the window of a guess"},
		{Name: "password-attack.sweep_agents", Value: sweepAgents, Doc: "user agents within the window of a sweep"},
	},
	Run: runPasswordAttack,
}

// Thresholds of password-attack. Those of security operation centres (10
// users in 5 minutes) miss all recorded sprays of small tenants.
const (
	sprayUsers       = 5
	sprayWindow      = 30 * time.Minute
	slowWindow       = 7 * 24 * time.Hour
	slowTries        = 2
	slowFailed       = 0.8
	guessFailures    = 10
	guessWindow      = 10 * time.Minute
	distributedPairs = 20
	distributedFrom  = 10
	distributedIn    = 60 * time.Minute
	successWithin    = 24 * time.Hour
)

func runPasswordAttack(p *analysis.Pass) (*analysis.Finding, error) {
	all := logons(p)
	if len(all) == 0 {
		return nil, analysis.Skip("no record of a logon; whether passwords were tried cannot be told")
	}
	a := &attempts{p: p, pr: profileOf(p), byNetwork: map[uint32][]*logon{}, byUser: map[uint32][]*logon{}, wrong: wrongPasswords(p)}
	a.group(all)
	f := &analysis.Finding{}
	var attacks int
	for _, number := range a.networks {
		if row, ok := a.spray(number); ok {
			f.Rows = append(f.Rows, row)
		}
	}
	for _, user := range a.users {
		if row, ok := a.guessing(user); ok {
			f.Rows = append(f.Rows, row)
		}
	}
	f.Rows = append(f.Rows, a.distributed()...)
	f.Rows = append(f.Rows, a.rotations()...)
	f.Rows = append(f.Rows, a.sweeps()...)
	attacks = cite.Accusing(f.Rows)
	successes, proved := a.successes(), a.proved()
	f.Rows = append(f.Rows, successes...)
	f.Rows = append(f.Rows, proved...)
	f.Rows = append(f.Rows, a.failures()...)
	cite.ByTime(f.Rows)
	failed, bad := 0, 0
	for _, list := range a.byUser {
		for _, l := range list {
			if l.stopped() {
				failed++
			}
			if a.isWrong(l) {
				bad++
			}
		}
	}
	f.Summary = fmt.Sprintf("%s, %d of them about the password; %s, %s after one, %s where the password was right and something else stopped the logon.",
		cite.Counted(failed, "failed logon"), bad, cite.Counted(attacks, "attack"), cite.Counted(cite.Accusing(successes), "success row"), cite.Counted(cite.Accusing(proved), "row"))
	return f, nil
}

// wrongPasswords says of each code of the error column whether it is about
// the password or the account.
func wrongPasswords(p *analysis.Pass) []bool {
	wrong := make([]bool, p.Timeline.Cardinality(timeline.ColError))
	for code := range wrong {
		text := p.Timeline.Value(timeline.ColError, uint32(code))
		class := p.Reference.ErrorClass(text, text)
		wrong[code] = class == "credential" || class == "lockout"
	}
	return wrong
}

// row cites failed and successful logons of an attack.
func (a *attempts) row(kind string, severity analysis.Severity, tried []*logon, evidence string) analysis.Row {
	t := a.p.Timeline
	rows := make([]int, len(tried))
	bad, successes := 0, 0
	var networks []string
	for i, l := range tried {
		rows[i] = l.row
		switch {
		case l.outcome == timeline.Success:
			successes++
		case a.isWrong(l):
			bad++
		}
		if n := network(l); n != "" && (i == 0 || tried[i-1].ip != l.ip) {
			networks = append(networks, l.place.Country+" "+n)
		}
	}
	slices.Sort(networks)
	r := cite.Citing(t, rows)
	r.Severity, r.Confidence = severity, analysis.Likely
	r.Cells = []string{
		kind, cite.List(cite.DistinctFolded(t, timeline.ColUser, rows)), cite.List(slices.Compact(networks)), fmt.Sprint(len(tried) - successes), fmt.Sprint(bad), fmt.Sprint(successes),
		cite.List(cite.Distinct(t, timeline.ColError, rows)), cite.List(a.with(rows)), evidence,
	}
	return r
}

// with lists what the attempts were made with.
func (a *attempts) with(rows []int) []string {
	_, names := agentFamilies(a.p)
	of, _ := agentFamilies(a.p)
	t := a.p.Timeline
	words := slices.Concat(cite.Distinct(t, timeline.ColClient, rows), cite.Distinct(t, timeline.ColApp, rows))
	var agents []string
	for _, row := range rows {
		if n := of[t.Code(timeline.ColUserAgent, row)]; n != 0 && (len(agents) == 0 || agents[len(agents)-1] != names[n]) {
			agents = append(agents, names[n])
		}
	}
	slices.Sort(agents)
	return append(words, slices.Compact(agents)...)
}

// successes are logons that followed an attack from its network, of users who
// are not known there.
func (a *attempts) successes() []analysis.Row {
	var rows []analysis.Row
	for _, user := range a.users {
		var hits, failed []*logon
		for _, l := range a.byUser[user] {
			n := a.number(l)
			guessed := a.guessed[user]
			in := during(a.attacked[n], l.time, successWithin) || len(guessed) > 0 && guessed[0].numbers[n] && during(guessed, l.time, successWithin)
			switch {
			case !in || a.known(l) || a.carrier(l) || a.pr.cleared[l.ip]:
			case l.admitted():
				hits = append(hits, l)
			case l.stopped():
				failed = append(failed, l)
			}
		}
		if len(hits) == 0 {
			continue
		}
		list := slices.Concat(failed, hits)
		slices.SortFunc(list, func(x, y *logon) int { return x.row - y.row })
		r := a.row("success after an attack", analysis.Critical, list, "a successful logon from the attack's network within 24 hours of it, where this user is not known to log on from")
		r.Confidence = analysis.Firm
		rows = append(rows, r)
	}
	return rows
}

// proved are logons that were stopped after the right password, by users who
// never got in from there.
func (a *attempts) proved() []analysis.Row {
	var rows []analysis.Row
	for _, user := range a.users {
		var grave, rest []*logon
		evidence, severity := "", analysis.Info
		for _, l := range a.byUser[user] {
			if l.outcome != timeline.PasswordProved || a.admits(l) {
				continue
			}
			s, why := a.stopped(l)
			if s == analysis.Info {
				rest = append(rest, l)
				continue
			}
			grave = append(grave, l)
			if s > severity {
				severity, evidence = s, why
			}
		}
		if len(grave) > 0 {
			rows = append(rows, a.row("password proved", severity, grave, evidence))
		}
		if len(rest) > 0 {
			rows = append(rows, a.row("password proved", analysis.Info, rest, "the password was right; consistent with a user who did not complete the sign-in"))
		}
	}
	return rows
}

// stopped weighs where a right password was given that did not suffice.
func (a *attempts) stopped(l *logon) (analysis.Severity, string) {
	attacked, guessed := len(a.attacked[a.number(l)]) > 0, len(a.guessed[l.user]) > 0
	h := a.pr.countries.of[l.user]
	strange := h != nil && len(h.days) >= enough(a.p) && l.located() && !a.pr.countries.usual(l.user, countryValue(true, l.place))
	switch {
	case a.pr.cleared[l.ip] || a.pr.office[l.ip]:
	case attacked || guessed:
		return analysis.High, "the password was right, and the network attacked others, or somebody guessed at the user's"
	case strange:
		return analysis.High, "the password was right, from a country that is not usual for this user"
	case anonymous(l.place):
		return analysis.Medium, "the password was right, from a network that hides who is behind it"
	}
	return analysis.Info, ""
}

// failures are what is left: for information, one row a user.
func (a *attempts) failures() []analysis.Row {
	var rows []analysis.Row
	for _, user := range a.users {
		var bad []*logon
		for _, l := range a.byUser[user] {
			if a.isWrong(l) && !a.cited[l] {
				bad = append(bad, l)
			}
		}
		if len(bad) == 0 {
			continue
		}
		r := a.row("failures", analysis.Info, bad, "below the thresholds of an attack, or from a network this user is known on: consistent with slips and old devices")
		if n := len(r.Origins); n > 2 {
			r.Origins = []timeline.Origin{r.Origins[0], r.Origins[n-1]}
		}
		rows = append(rows, r)
	}
	return rows
}
