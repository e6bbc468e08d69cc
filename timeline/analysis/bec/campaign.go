package bec

import (
	"cmp"
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

var campaign = &analysis.Analyzer{
	Name:  "campaign",
	Title: "Several users, one actor",
	Doc:   explain("campaign"),
	Columns: []analysis.Column{
		{Name: "Shared", Doc: "the network, or the user agent with its provider"},
		{Name: "Users", Doc: "who was entered, by first logon", Kind: analysis.List},
		{Name: "Count", Doc: "users", Kind: analysis.Count},
		{Name: "Suspicious", Doc: "users of them whose logons other analyses find suspicious", Kind: analysis.Count},
		{Name: "Logons", Doc: "logons of the row", Kind: analysis.Count},
		{Name: "Attempted", Doc: "other users on whom logons from there failed", Kind: analysis.Count},
		{Name: "Network", Doc: "the provider", Kind: analysis.List},
		{Name: "Clients", Doc: "clients of the logons", Kind: analysis.List},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Shared"},
	Needs:      []analysis.Need{analysis.Signs, logon.Agents, logon.Logons, logon.Networks, logon.Profiles},
	Thresholds: []*analysis.Threshold{logon.CampaignDays, manyVictims},
	Version:    3,
	Techniques: []string{"T1078.004"},
	References: []string{"own judgement: infrastructure of one campaign reaches its victims within days"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Acts:       runCampaign,
}

// manyVictims are so many users with suspicious logons behind one network
// that chance does not bring them together.
var manyVictims = &analysis.Threshold{Name: "campaign.many_users", Value: 3, Doc: "users with suspicious logons from which on a group is critical"}

// A haunt is what logons of several users share.
type haunt struct {
	name      string
	logons    []*logon.Logon
	attempted map[uint32]bool
}

func runCampaign(p *analysis.Pass) (*analysis.Finding, error) {
	if len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no record of a logon: whether several users were entered from one place cannot be told")
	}
	t := p.Timeline
	pr, signs := logon.Profiles.Of(p), analysis.Signs.Of(p)
	networks, families := logon.Networks.Of(p), agentNames(p)
	byNetwork, byAgent := map[uint64]*haunt{}, map[uint64]*haunt{}
	var places, agents []*haunt
	all := logon.Logons.Of(p)
	for i := range all {
		l := &all[i]
		if l.User == 0 || l.IP == 0 || l.Service || pr.Cleared[l.IP] || pr.Office[l.IP] || l.Place.Class != "" || l.Place.Kind == logon.KindService || l.Place.Kind == logon.KindRelay {
			continue
		}
		if st := pr.ASNs.Standings[uint64(l.Place.ASN)]; st != nil && st.Shared() {
			continue
		}
		number := uint64(networks.Number[l.IP])
		if st := pr.Networks.Standings[number]; st != nil && st.Usual > 0 {
			continue
		}
		places = gatherAt(byNetwork, places, number, l.Network().String(), l, p, pr, signs)
		if l.Agent != 0 && l.Place.ASN != 0 {
			agents = gatherAt(byAgent, agents, logon.Pair(l.Place.ASN, l.Agent), fmt.Sprintf("%s in AS%d", families[l.Agent], l.Place.ASN), l, p, pr, signs)
		}
	}
	f := &analysis.Finding{}
	shown := map[*logon.Logon]bool{}
	days, many := int32(p.Threshold(logon.CampaignDays)), int(p.Threshold(manyVictims))
	for _, h := range slices.Concat(places, agents) {
		for _, group := range h.campaigns(days) {
			if !slices.ContainsFunc(group, func(l *logon.Logon) bool { return !shown[l] }) {
				continue
			}
			for _, l := range group {
				shown[l] = true
			}
			f.Rows = append(f.Rows, h.row(t, group, usersOf(group), signs, many))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s with suspicious or unfamiliar logons looked at; %s of several users, %d suspicious.", cite.Plural(len(places), "network", "networks"), cite.Counted(len(f.Rows), "group"), cite.Accusing(f.Rows))
	return f, nil
}

// agentNames are the names of the families of user agents.
func agentNames(p *analysis.Pass) []string {
	names := logon.Agents.Of(p).Names
	return names
}

// gatherAt adds a logon to what it shares, if it is suspicious and not made with
// the user's own client and user agent, or was made from elsewhere than home
// with something that its user does not have there.
func gatherAt(of map[uint64]*haunt, order []*haunt, key uint64, name string, l *logon.Logon, p *analysis.Pass, pr *logon.Estate, signs *analysis.SignIndex) []*haunt {
	strange := pr.Familiar(l) == logon.Unfamiliar
	joins := signs.At(p.Timeline.Origin(l.Row)) != nil && l.Opened() && (strange || l.Agent == 0) || l.Admitted() && strange && !pr.AtHome(l)
	failed := l.Outcome == timeline.Failure
	if !joins && !failed {
		return order
	}
	h := of[key]
	if h == nil {
		h = &haunt{name: name, attempted: map[uint32]bool{}}
		of[key] = h
		order = append(order, h)
	}
	if joins {
		h.logons = append(h.logons, l)
	} else {
		h.attempted[l.User] = true
	}
	return order
}

// campaigns cuts the logons into groups of several users, of whom each came
// within days of the one before.
func (h *haunt) campaigns(days int32) [][]*logon.Logon {
	var groups [][]*logon.Logon
	first := map[uint32]bool{}
	group := map[uint32]int{}
	last := int64(0)
	for _, l := range h.logons {
		if !first[l.User] {
			first[l.User] = true
			if len(groups) == 0 || timeline.Day(l.Time)-timeline.Day(last) > days {
				groups = append(groups, nil)
			}
			last = l.Time
			group[l.User] = len(groups) - 1
		}
		groups[group[l.User]] = append(groups[group[l.User]], l)
	}
	return slices.DeleteFunc(groups, func(g []*logon.Logon) bool { return len(usersOf(g)) < 2 })
}

// usersOf are the users of logons, by first logon.
func usersOf(logons []*logon.Logon) []uint32 {
	var users []uint32
	seen := map[uint32]bool{}
	for _, l := range logons {
		if !seen[l.User] {
			seen[l.User] = true
			users = append(users, l.User)
		}
	}
	return users
}

func (h *haunt) row(t *timeline.Timeline, group []*logon.Logon, users []uint32, signs *analysis.SignIndex, many int) analysis.Row {
	slices.SortFunc(group, func(a, b *logon.Logon) int { return cmp.Compare(a.Row, b.Row) })
	rows := make([]int, len(group))
	suspicious, entered := map[uint32]bool{}, map[uint32]bool{}
	for i, l := range group {
		rows[i] = l.Row
		entered[l.User] = true
		if signs.At(t.Origin(l.Row)) != nil {
			suspicious[l.User] = true
		}
	}
	attempted := 0
	for user := range h.attempted {
		if !entered[user] {
			attempted++
		}
	}
	severity, confidence, why := analysis.High, analysis.Likely, "new to these users, nobody's habit, and suspicious for at least one"
	switch {
	case len(suspicious) == 0:
		severity, why = analysis.Info, "no logon among these is suspicious by itself: consistent with colleagues in one place"
	case len(suspicious) >= many:
		severity, confidence, why = analysis.Critical, analysis.Firm, fmt.Sprintf("suspicious for %d users", len(suspicious))
	case len(suspicious) > 1:
		confidence = analysis.Firm
	}
	var r analysis.Row
	if severity == analysis.Info {
		r = cite.Informing(t, rows[0], rows[len(rows)-1])
	} else {
		r = cite.Citing(t, rows)
	}
	names := make([]string, len(users))
	for i, user := range users {
		names[i] = t.Value(timeline.ColUser, user)
	}
	r.User, r.Mailbox, r.Severity, r.Confidence = "", "", severity, confidence
	r.Cells = cite.Cells(
		h.name, names, len(users), len(suspicious), len(rows), attempted,
		logon.NetworkNames(t, rows), cite.Distinct(t, timeline.ColClient, rows), why,
	)
	return r
}
