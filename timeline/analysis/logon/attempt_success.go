package logon

import (
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// Thresholds of password-attack. Those of security operation centres (10
// users in 5 minutes) miss all recorded sprays of small tenants.
const (
	sprayWindow      = 30 * time.Minute
	slowWindow       = 7 * 24 * time.Hour
	slowTries        = 2
	slowFailed       = 0.8
	guessWindow      = 10 * time.Minute
	distributedPairs = 20
	distributedFrom  = 10
	distributedIn    = 60 * time.Minute
	successWithin    = 24 * time.Hour
)

var GuessFailures = &analysis.Threshold{Name: "password-attack.guess_failures", Value: 10, Doc: "failures on one user within the window of a guess"}

var SprayUsers = &analysis.Threshold{Name: "password-attack.spray_users", Value: 5, Doc: "users of one network within the window of a spray"}

// WrongPasswords says of each code of the error column whether it is about
// the password or the account.
func WrongPasswords(p *analysis.Pass) []bool {
	wrong := make([]bool, p.Timeline.Cardinality(timeline.ColError))
	for code := range wrong {
		text := p.Timeline.Value(timeline.ColError, uint32(code))
		class := p.Reference.ErrorClass(text, text)
		wrong[code] = class == "credential" || class == "lockout"
	}
	return wrong
}

// row cites failed and successful logons of an attack.
func (a *Attempts) row(kind string, severity analysis.Severity, tried []*Logon, evidence string) analysis.Row {
	t := a.P.Timeline
	rows := make([]int, len(tried))
	bad, successes := 0, 0
	var networks []string
	for i, l := range tried {
		rows[i] = l.Row
		switch {
		case l.Outcome == timeline.Success:
			successes++
		case a.IsWrong(l):
			bad++
		}
		if n := NetworkOf(l); n != "" && (i == 0 || tried[i-1].Ip != l.Ip) {
			networks = append(networks, l.Place.Country+" "+n)
		}
	}
	slices.Sort(networks)
	r := cite.Citing(t, rows)
	r.Severity, r.Confidence = severity, analysis.Likely
	r.Cells = cite.Cells(
		kind, cite.DistinctFolded(t, timeline.ColUser, rows), slices.Compact(networks), len(tried)-successes, bad, successes,
		cite.Distinct(t, timeline.ColError, rows), a.with(rows), evidence,
	)
	return r
}

// with lists what the attempts were made with.
func (a *Attempts) with(rows []int) []string {
	names := Agents.Of(a.P).Names
	of := Agents.Of(a.P).Of
	t := a.P.Timeline
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

// Successes are logons that followed an attack from its network, of users who
// are not known there.
func (a *Attempts) Successes() []analysis.Row {
	var rows []analysis.Row
	for _, user := range a.Users {
		var hits, failed []*Logon
		for _, l := range a.ByUser[user] {
			n := a.number(l)
			guessed := a.guessed[user]
			in := during(a.attacked[n], l.Time, successWithin) || len(guessed) > 0 && guessed[0].numbers[n] && during(guessed, l.Time, successWithin)
			switch {
			case !in || a.known(l) || a.carrier(l) || a.Pr.Cleared[l.Ip]:
			case l.Admitted():
				hits = append(hits, l)
			case l.Stopped():
				failed = append(failed, l)
			}
		}
		if len(hits) == 0 {
			continue
		}
		list := slices.Concat(failed, hits)
		slices.SortFunc(list, func(x, y *Logon) int { return x.Row - y.Row })
		r := a.row("success after an attack", analysis.Critical, list, "a successful logon from the attack's network within 24 hours of it, where this user is not known to log on from")
		r.Confidence = analysis.Firm
		rows = append(rows, r)
	}
	return rows
}

// Proved are logons that were stopped after the right password, by users who
// never got in from there.
func (a *Attempts) Proved() []analysis.Row {
	var rows []analysis.Row
	for _, user := range a.Users {
		var grave, rest []*Logon
		evidence, severity := "", analysis.Info
		for _, l := range a.ByUser[user] {
			if l.Outcome != timeline.PasswordProved || a.admits(l) {
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
func (a *Attempts) stopped(l *Logon) (analysis.Severity, string) {
	attacked, guessed := len(a.attacked[a.number(l)]) > 0, len(a.guessed[l.User]) > 0
	h := a.Pr.Countries.Of[l.User]
	strange := h != nil && len(h.Days) >= Enough(a.P) && l.Located() && !a.Pr.Countries.Usual(l.User, CountryValue(true, l.Place))
	switch {
	case a.Pr.Cleared[l.Ip] || a.Pr.Office[l.Ip]:
	case attacked || guessed:
		return analysis.High, "the password was right, and the network attacked others, or somebody guessed at the user's"
	case strange:
		return analysis.High, "the password was right, from a country that is not usual for this user"
	case Anonymous(l.Place):
		return analysis.Medium, "the password was right, from a network that hides who is behind it"
	}
	return analysis.Info, ""
}

// Failures are what is left: for information, one row a user.
func (a *Attempts) Failures() []analysis.Row {
	var rows []analysis.Row
	for _, user := range a.Users {
		var bad []*Logon
		for _, l := range a.ByUser[user] {
			if a.IsWrong(l) && !a.cited[l] {
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
