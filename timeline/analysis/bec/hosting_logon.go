package bec

import (
	"fmt"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

var hostingLogon = &analysis.Analyzer{
	Name:  analysis.HostingLogonName,
	Title: "Logons from hosting and VPN",
	Doc: analysis.Doc{
		Question: "Was an account entered from a network that hides who is behind it: a hosting provider, a commercial VPN, Tor?",
		Method: "Successful logons of people whose address lies in a hosting, VPN or Tor network by the list of networks shipped with its date. They are judged for each user and network by session-days. " +
			"Usual, and for information only, is what the user does by habit: the network itself is usual (see foreign-logon), or such networks make 5 % or more of the user's session-days and are usual, and the client is the user's own; " +
			"so is a network that three users of the estate had for ten days each. " +
			"What remains is high with a client or user agent that the user does not have at home or with other evidence, medium where the record does not tell, low with the user's own client or where the network or such networks are a habit, and for information with the user's own device or from the address where that device was within 12 hours. " +
			"With fewer than 20 active days elsewhere it is medium at most, and only if the user was active elsewhere on 3 days or more and other evidence speaks against the logon.",
		Limits: "The list says what a network is used for most, not what this address was used for. Providers that the list does not name are missed, and an address may have changed hands since. " +
			"Virtual machines at Microsoft's own cloud are not judged: the service itself answers from there.",
		Innocent: "A private VPN subscription, a company VPN or gateway hosted with a provider, virtual desktops, security scanners that open links, services that act for the user.",
		Confirm:  "Ask the user for VPN use; compare device ids; the provider's customer records.",
	},
	Columns: visitColumns,
	Version: 4, Techniques: []string{"T1078.004", "T1090"},
	References: []string{"X4BNet lists_vpn", "SigmaHQ: sign-ins from anonymous addresses"},
	Settings:   []string{"from", "to", "known_good", "office_networks", "thresholds"},
	Thresholds: []analysis.Threshold{
		{Name: "hosting-logon.usual_share", Value: usualShare, Doc: "share of a user's session-days from which on hosting and VPN networks are a habit"},
	},
	Run: runHostingLogon,
}

// usualShare is the share of session-days from which on networks of that kind
// are part of a user's habit.
const usualShare = 0.05

func runHostingLogon(p *analysis.Pass) (*analysis.Finding, error) {
	pr := profileOf(p)
	if len(logons(p)) == 0 {
		return nil, analysis.Skip("no record of a logon: the exports hold no ServerLogon, UserLoggedIn, MailboxLogin or sign-in; where accounts were used from cannot be told")
	}
	f := &analysis.Finding{}
	seen, users := 0, 0
	for _, u := range pr.byUser {
		q := newPerson(p, pr, u)
		byASN := map[uint32][]*logon{}
		var order []uint32
		for _, l := range q.admitted {
			if !anonymous(l.place) || pr.office[l.ip] {
				continue
			}
			if byASN[l.place.ASN] == nil {
				order = append(order, l.place.ASN)
			}
			byASN[l.place.ASN] = append(byASN[l.place.ASN], l)
			seen++
		}
		if len(order) > 0 {
			users++
		}
		for _, asn := range order {
			v := &visit{person: q, logons: byASN[asn]}
			f.Rows = append(f.Rows, v.judgeHosting(asn))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of %s from hosting, VPN or Tor networks; %s accused, %s for information.",
		cite.Counted(seen, "successful logon"), cite.Counted(users, "user"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// judgeHosting weighs the logons of a user from one hosting network.
func (v *visit) judgeHosting(asn uint32) analysis.Row {
	v.beside = v.daysBeside(v.logons)
	v.others = v.located
	v.weigh()
	kinds, all := v.pr.hosting.of[v.Code], v.pr.asns.of[v.Code]
	such := kinds.usage(kindValue(true))
	usual, known := v.pr.asns.usual(v.Code, uint64(asn)), v.pr.familiarityOf(v.logons)
	habit := kinds.usual(kindValue(true)) && float64(such.sessions) >= v.p.Threshold("hosting-logon.usual_share")*float64(kinds.sessions)
	e := v.pr.asns.others(uint64(asn), v.Code)
	k := all.usage(uint64(asn))
	history := fmt.Sprintf("%d of %d session-days from this network, %d of %d from hosting or VPN networks at all", k.sessions, all.sessions, such.sessions, kinds.sessions)
	severity, confidence := analysis.High, analysis.Likely
	switch {
	case v.cleared():
		severity = analysis.Info
	case e.shared():
		severity = analysis.Info
		v.excuse = append(v.excuse, fmt.Sprintf("%s had this network for %d days or more: consistent with the estate's own gateway", cite.Counted(e.steady, "other user"), sharedDays))
	case usual && known != unfamiliar, usual && 2*k.sessions >= all.sessions, habit && known >= familiar:
		severity = analysis.Info
		v.excuse = append(v.excuse, "such networks are usual for this user")
	case known == ownDevice:
		severity = analysis.Info
	case v.beside < enough(v.p):
		severity, confidence = analysis.Info, analysis.Unsure
		history += fmt.Sprintf("; insufficient history: %s elsewhere, %d needed", cite.Counted(v.beside, "active day"), enough(v.p))
		if v.beside >= routineDays && len(v.against) > 0 {
			severity = analysis.Medium
		}
	case usual, habit:
		severity = analysis.Low
	case len(v.against) > 0:
		if len(v.against) > 1 {
			confidence = analysis.Firm
		}
	case known == familiar:
		severity = analysis.Low
	default:
		severity = analysis.Medium
	}
	return v.row(v.logons[0].place.Kind, severity, confidence, history)
}
