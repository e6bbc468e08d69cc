package bec

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var legacyLogon = &analysis.Analyzer{
	Name:  "legacy-logon",
	Title: "Legacy logons",
	Doc:   explain("legacy-logon"),
	Columns: []analysis.Column{
		{Name: "Protocol", Doc: "client, or how the password was handed over"},
		{Name: "Logons", Doc: "successful logons of the row", Kind: analysis.Count},
		{Name: "Days", Doc: "distinct UTC dates of the protocol for this user", Kind: analysis.Count},
		{Name: "Share", Doc: "session-days with the protocol of all the user's, with the upper bound of its share (Wilson, 95 %)"},
		{Name: "Network", Doc: "where from", Kind: analysis.List},
		{Name: "User agents", Doc: "as written", Kind: analysis.List},
		{Name: "Proof", Doc: "what beside the logon shows the client"},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Protocol", "Network"},
	Needs:      []analysis.Need{logon.Logons, logon.MailboxClients, logon.Profiles, logon.SignIns},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    2,
	Techniques: []string{"T1078.004"},
	References: []string{"SigmaHQ/sigma 53bb4f7f", "elastic/detection-rules 3d753eb2, 8d696bd0, 0b7dbb27", "CrowdStrike, Unclear Mailbox Sync"},
	Settings:   []string{"known_good", "office_networks", "mailboxes", "thresholds"},
	Family:     "how",
	Run:        runLegacyLogon,
}

// A legacyUse is the logons of one user with one protocol.
type legacyUse struct {
	protocol uint64
	logons   []*logon.Logon
}

func runLegacyLogon(p *analysis.Pass) (*analysis.Finding, error) {
	if len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no record of a logon: by which protocols accounts were used cannot be told")
	}
	pr := logon.Profiles.Of(p)
	protocol := logon.LegacyProtocols(p)
	habits := logon.HabitsOf(p, logon.Logons.Of(p), protocol)
	proof := logon.MailboxClients.Of(p)
	f := &analysis.Finding{}
	found, users, failed := 0, 0, 0
	for _, u := range pr.ByUser {
		uses := map[uint64]*legacyUse{}
		var order []*legacyUse
		for _, l := range u.Logons {
			is := protocol(l)
			if is == 0 {
				continue
			}
			if !l.Admitted() {
				failed++
				continue
			}
			if uses[is] == nil {
				uses[is] = &legacyUse{protocol: is}
				order = append(order, uses[is])
			}
			uses[is].logons = append(uses[is].logons, l)
			found++
		}
		if len(order) > 0 {
			users++
		}
		for _, use := range order {
			j := legacyJudge{p: p, pr: pr, user: u, use: use, habit: habits.Of[u.User], protocol: protocol, proof: proof}
			f.Rows = append(f.Rows, j.rows()...)
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of %s by legacy protocols; %s suspicious, %s for information.", cite.Counted(found, "successful logon"), cite.Counted(users, "user"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	if failed > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%s by legacy protocols did not succeed or state no outcome, and are not shown.", cite.Counted(failed, "logon")))
	}
	return f, nil
}

type legacyJudge struct {
	p        *analysis.Pass
	pr       *logon.Estate
	user     logon.UserLogons
	use      *legacyUse
	habit    *logon.Habit
	protocol func(*logon.Logon) uint64
	proof    map[uint64]bool
}

// rows are one for the logons that have an explanation, which informs, and one for
// the others.
func (j *legacyJudge) rows() []analysis.Row {
	name := j.p.Timeline.Value(timeline.ColUser, j.user.User)
	short := len(logon.ActiveDays(j.user.Logons)) < logon.Enough(j.p)
	if why := j.habitual(name, short); why != "" {
		return []analysis.Row{j.row(j.use.logons, analysis.Info, analysis.Firm, why)}
	}
	known, countries := j.ownNetworks(), j.ownCountries()
	var home, away []*logon.Logon
	for _, l := range j.use.logons {
		switch {
		case j.pr.Cleared[l.IP] || j.pr.Office[l.IP] || l.Place.Class == "private" || l.Place.Kind == logon.KindService:
			home = append(home, l)
		case j.mobile() && countries[l.Country()] && !logon.Anonymous(l.Place): // what any new phone does
			home = append(home, l)
		case known[l.Place.ASN], !short && j.pr.AtHome(l):
			home = append(home, l)
		default:
			away = append(away, l)
		}
	}
	var rows []analysis.Row
	if len(home) > 0 {
		rows = append(rows, j.row(home, analysis.Info, analysis.Likely, "from a usual, cleared or Microsoft network, or by ActiveSync from the user's own country: consistent with a new device or program of the user's"))
	}
	if len(away) == 0 {
		return rows
	}
	severity, confidence, why := analysis.Critical, analysis.Likely, "first use of the protocol by this user, and not from a usual network"
	switch {
	case j.mobile():
		severity, why = analysis.Medium, "ActiveSync, new to this user and not from a usual network: a new phone on a journey does the same"
	case short:
		severity, why = analysis.High, fmt.Sprintf("insufficient history: fewer than %d active days; no other client of the user came from this network on %d days", logon.Enough(j.p), logon.RoutineDays.Int())
	}
	switch {
	case short:
		confidence = analysis.Unsure
	case j.shown():
		confidence = analysis.Firm
	}
	return append(rows, j.row(away, severity, confidence, why))
}

// habitual says why the protocol is the user's own, empty if it is not known
// to be.
func (j *legacyJudge) habitual(name string, short bool) string {
	good := &j.p.Settings.KnownGood
	u := j.habit.Values[j.use.protocol]
	switch {
	case reference.ContainsFold(good.Users, name):
		return "the examiner holds the account for good"
	case j.use.protocol != logon.ProtocolROPC && reference.ContainsFold(j.p.Settings.For(name).Clients, j.client()):
		return "the examiner names the client for this mailbox"
	case u == nil || len(u.Days) < logon.RoutineDays.Int():
		return ""
	case !short && j.habit.Usual(j.use.protocol):
		return "a habit of this user: consistent with a service, a scanner or an old mail program"
	case short && j.asOld(u):
		return fmt.Sprintf("in use from the user's first days on record on, and only where they also log on by other clients; the history is too short (fewer than %d active days) to call it new", logon.Enough(j.p))
	case short && 2*u.Sessions >= j.habit.Sessions:
		return fmt.Sprintf("half or more of all that this user does; the history is too short (fewer than %d active days) to tell more", logon.Enough(j.p))
	}
	return ""
}

// asOld reports whether a protocol was in use from the user's first days on
// record on, through no network that hides who is behind it and only from
// countries in which they log on by other clients on several days.
func (j *legacyJudge) asOld(u *logon.Use) bool {
	if u.Days[0]-j.habit.Days[0] >= int32(logon.RoutineDays.Int()) {
		return false
	}
	countries := j.ownCountries()
	return !slices.ContainsFunc(j.use.logons, func(l *logon.Logon) bool {
		return logon.Anonymous(l.Place) || !countries[l.Country()]
	})
}

// ownCountries are those from which the user logged on by other clients on
// several days.
func (j *legacyJudge) ownCountries() map[uint64]bool {
	days, last := map[uint64]int{}, map[uint64]int32{}
	own := map[uint64]bool{}
	for _, l := range j.user.Logons {
		c := l.Country()
		if c != 0 && l.Admitted() && j.protocol(l) == 0 && (days[c] == 0 || last[c] != l.Day()) {
			days[c]++
			last[c] = l.Day()
			own[c] = days[c] >= logon.RoutineDays.Int()
		}
	}
	return own
}

// ownNetworks are the networks from which the user logged on by other clients
// on several days, those that hide who is behind them left out.
func (j *legacyJudge) ownNetworks() map[uint32]bool {
	days, last := map[uint32]int{}, map[uint32]int32{}
	own := map[uint32]bool{}
	for _, l := range j.user.Logons {
		if asn := l.Place.ASN; l.Admitted() && asn != 0 && !logon.Anonymous(l.Place) && j.protocol(l) == 0 && (days[asn] == 0 || last[asn] != l.Day()) {
			days[asn]++
			last[asn] = l.Day()
			own[asn] = days[asn] >= logon.RoutineDays.Int() && !j.pr.ForeignTo(l)
		}
	}
	return own
}

func (j *legacyJudge) mobile() bool {
	return j.use.protocol != logon.ProtocolROPC && j.client() == logon.ClientMobile
}

func (j *legacyJudge) client() string {
	return j.p.Timeline.Value(timeline.ColClient, j.use.logons[0].Client)
}

// shown reports whether the mailbox's own records show the client.
func (j *legacyJudge) shown() bool {
	t := j.p.Timeline
	mailbox := j.use.logons[0].Mailbox
	if mailbox == 0 {
		code, _ := t.Find(timeline.ColMailbox, t.Value(timeline.ColUser, j.user.User))
		mailbox = t.Fold(timeline.ColMailbox)[code]
	}
	return mailbox != 0 && j.proof[logon.Pair(mailbox, j.use.logons[0].Client)]
}

func (j *legacyJudge) row(logons []*logon.Logon, severity analysis.Severity, confidence analysis.Confidence, why string) analysis.Row {
	t := j.p.Timeline
	rows := make([]int, len(logons))
	var networks []string
	for i, l := range logons {
		rows[i] = l.Row
		if s := logon.NetworkOf(l); s != "" {
			networks = append(networks, s)
		}
	}
	slices.Sort(networks)
	r := cite.Citing(t, rows)
	if severity == analysis.Info {
		r = cite.Informing(t, rows[0], rows[len(rows)-1])
	}
	r.User, r.Severity, r.Confidence = t.Value(timeline.ColUser, j.user.User), severity, confidence
	name, proof := "password grant (ROPC)", "the logon alone"
	if j.use.protocol != logon.ProtocolROPC {
		name = j.client()
	}
	if j.shown() {
		proof = "the mailbox's own records show the client"
	}
	u := j.habit.Values[j.use.protocol]
	r.Cells = cite.Cells(
		name, len(logons), len(u.Days),
		fmt.Sprintf("%d of %d, at most %s", u.Sessions, j.habit.Sessions, cite.Percent(logon.Wilson(u.Sessions, j.habit.Sessions))),
		slices.Compact(networks), cite.Distinct(t, timeline.ColUserAgent, rows), proof, why,
	)
	return r
}
