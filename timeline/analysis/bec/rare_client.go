package bec

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

var rareClient = &analysis.Analyzer{
	Name:  "rare-client",
	Title: "Rare clients",
	Doc:   explain("rare-client"),
	Columns: []analysis.Column{
		{Name: "Client", Doc: "client type"},
		{Name: "Verdict", Doc: "rare, uncommon, short history"},
		{Name: "k", Doc: "session-days with the client", Kind: analysis.Count},
		{Name: "n", Doc: "session-days of the user", Kind: analysis.Count},
		{Name: "Bound", Doc: "upper bound of the 95 % Wilson interval of k in n"},
		{Name: "Active days", Doc: "days on which the user was active", Kind: analysis.Count},
		{Name: "First day", Doc: "first day with the client"},
		{Name: "Last day", Doc: "last day with the client"},
		{Name: "Records", Doc: "records with the client", Kind: analysis.Count},
		{Name: "Networks", Doc: "networks it was used from", Kind: analysis.List},
		{Name: "Estate", Doc: "other users of the client type"},
		{Name: "Excuse", Doc: "what speaks for an innocent reading", Kind: analysis.List, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Client"},
	Needs:      []analysis.Need{logon.ClientUses, logon.Profiles},
	Thresholds: logon.RareThresholds,
	Version:    1,
	Techniques: []string{"T1078.004", "T1114.002"},
	References: []string{"CrowdStrike, Hiding in Plain Sight, 2018", "elastic/detection-rules 48819484"},
	Settings:   []string{"mailboxes", "office_networks", "known_good", "thresholds"},
	Family:     "how",
	Run:        runRareClient,
}

func runRareClient(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	table := logon.ClientUses.Of(p)
	if len(table.Uses) == 0 {
		return nil, analysis.Skip("no record names a user and a client; which programs were used cannot be told")
	}
	verdicts := map[*logon.ClientUse]logon.Verdict{}
	for _, use := range table.Uses {
		if v, ok := use.Judge(p, table.Of); ok {
			verdicts[use] = v
		}
	}
	rows := map[*logon.ClientUse][]int{}
	for row := range t.Timed() {
		if len(verdicts) == 0 {
			break
		}
		if user, client := logon.Used(t, row); user != 0 {
			if use := table.Index[logon.Pair(user, client)]; verdicts[use].Word != "" {
				rows[use] = append(rows[use], row)
			}
		}
	}
	f := &analysis.Finding{}
	for _, use := range table.Uses {
		if v := verdicts[use]; v.Word != "" {
			f.Rows = append(f.Rows, clientUseRow(use, p, table.Of, v, rows[use]))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of users and client types tested, on %d active days in all; %s suspicious, %s for information.",
		cite.Counted(len(table.Uses), "pair"), table.Of.Days, cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// clientUseRow cites the records of a rare use; of one that came from usual networks
// as well, those from elsewhere.
func clientUseRow(use *logon.ClientUse, p *analysis.Pass, of *logon.Habits, v logon.Verdict, rows []int) analysis.Row {
	t := p.Timeline
	h := of.Of[use.User]
	u := h.Values[uint64(use.Client)]
	explained := use.Explanations(p, of, v.Strong)
	all := rows
	if use.Usual > 0 && len(explained) == 0 {
		rows = awayClients(use, p, rows)
	}
	r := cite.Citing(t, rows)
	r.Severity, r.Confidence = v.Severity, analysis.Likely
	if len(explained) > 0 {
		r = cite.Informing(t, use.First, use.Last)
		r.Confidence = analysis.Likely
	}
	if v.Word == "short history" {
		r.Confidence = analysis.Unsure
	}
	r.User = t.Value(timeline.ColUser, use.User)
	e := of.Others(uint64(use.Client), use.User)
	r.Cells = cite.Cells(
		t.Value(timeline.ColClient, use.Client), v.Word, u.Sessions, h.Sessions, cite.Percent(v.Bound), len(h.Days),
		cite.Date(u.Days[0]), cite.Date(u.Days[len(u.Days)-1]), use.Records, clientUseNetworks(all, t),
		fmt.Sprintf("%s, a habit of %d", cite.Counted(e.Users, "other user"), e.Usual), explained,
	)
	return r
}

// awayClients are the rows from networks that are not usual for the user.
func awayClients(use *logon.ClientUse, p *analysis.Pass, rows []int) []int {
	t, pr := p.Timeline, logon.Profiles.Of(p)
	return slices.DeleteFunc(slices.Clone(rows), func(row int) bool {
		ip := t.Code(timeline.ColIP, row)
		return ip == 0 || pr.HomeAddress(t, use.User, ip)
	})
}

func clientUseNetworks(rows []int, t *timeline.Timeline) []string {
	seen := map[uint32]bool{}
	var words []string
	for _, row := range rows {
		ip := t.Code(timeline.ColIP, row)
		if ip == 0 {
			continue
		}
		if p := t.PlaceOf(ip); p.ASN != 0 && !seen[p.ASN] {
			seen[p.ASN] = true
			words = append(words, fmt.Sprintf("AS%d %s", p.ASN, p.Network))
		}
	}
	slices.Sort(words)
	return words
}
