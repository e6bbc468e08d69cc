package bec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var teamsLure = &analysis.Analyzer{
	Name:  "teams-lure",
	Title: "Lures by chat",
	Doc:   explain("teams-lure"),
	Columns: []analysis.Column{
		{Name: "Stranger", Doc: "address of the person outside"},
		{Name: "Name", Doc: "as the records show it"},
		{Name: "Approached", Doc: "users of the tenant", Kind: analysis.List},
		{Name: "Operations", Doc: "what was done", Kind: analysis.List},
		{Name: "Links", Doc: "as the records name them", Kind: analysis.List},
		{Name: "Sign-in", Doc: "sign-in of an approached user that followed, with its record", Kind: analysis.Text},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Stranger"},
	Needs:      []analysis.Need{analysis.Operations, logon.Logons, logon.Profiles, logon.SignIns, mail.Tenant},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, lureHours},
	Points:     []*analysis.Point{logon.RoutineDays},
	Family:     "door",
	Version:    1,
	Techniques: []string{"T1566.003", "T1204.001"},
	References: []string{"elastic/detection-rules e8e7b6b6", "Microsoft, Midnight Blizzard over Teams, 2023-08; Storm-1811, 2024-05"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "office_networks", "thresholds"},
	Run:        runTeamsLure,
}

// lureHours is how soon a sign-in follows a lure.
var lureHours = &analysis.Threshold{Name: "teams-lure.hours", Value: 24, Doc: "hours after a chat from outside in which a strange sign-in of who was approached follows from it"}

// A stranger is a person outside with the records of what they did in chats.
type stranger struct {
	address, name string
	rows          []int
	approached    []string
	links         []string
	call          bool
}

// A chat is what one record says of a chat.
type chat struct {
	Members []struct {
		UPN, DisplayName, OrganizationID string
	}
	MessageURLs       []string
	OrganizationID    string
	SenderDisplayName string
}

// chatClass is the class of chats among operations.
const chatClass = "chat"

func runTeamsLure(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	var rows []int
	for row := range analysis.RowsOf(p, chatClass) {
		if _, timed := t.Nanos(row); timed && !t.Has(row, timeline.Service) {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil, analysis.Skip("no record of a chat: whether somebody outside approached users by Teams cannot be told")
	}
	byAddress := map[string]*stranger{}
	var order []*stranger
	timeline.EachWide(t, rows, timeline.WideDetails, func(_ int, w timeline.WideValues) chat {
		var c chat
		_ = json.Unmarshal([]byte(w.Details), &c) // what is no chat names nobody
		return c
	}, func(row int, c chat) {
		who, ok := c.stranger(p, row)
		if !ok {
			return
		}
		key := strings.ToLower(who.address)
		s := byAddress[key]
		if s == nil {
			s = &stranger{address: who.address}
			byAddress[key] = s
			order = append(order, s)
		}
		s.rows = append(s.rows, row)
		s.name = cmp.Or(s.name, who.name)
		s.call = s.call || who.call
		s.approached, s.links = append(s.approached, who.approached...), append(s.links, who.links...)
	})
	f := &analysis.Finding{}
	for _, s := range order {
		f.Rows = append(f.Rows, s.row(p))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s outside approached users by chat; %s suspicious, %s for information.", cite.Plural(len(order), "person", "people"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// callOperation is the operation of who took part in a call.
const callOperation = "CallParticipantDetail"

// stranger is who outside the tenant did what a record tells of, and whom they
// approached.
func (c *chat) stranger(p *analysis.Pass, row int) (stranger, bool) {
	t, own := p.Timeline, mail.Tenant.Of(p)
	s := stranger{address: cmp.Or(t.Text(timeline.ColSender, row), t.Text(timeline.ColUser, row)), name: c.SenderDisplayName, links: c.MessageURLs}
	s.call = strings.EqualFold(t.Text(timeline.ColOperation, row), callOperation)
	outside := !mail.InDomains(own, mail.DomainOf(s.address))
	for _, m := range c.Members {
		foreign := !mail.InDomains(own, mail.DomainOf(m.UPN))
		if m.OrganizationID != "" && c.OrganizationID != "" {
			foreign = !strings.EqualFold(m.OrganizationID, c.OrganizationID)
		}
		switch {
		case strings.EqualFold(m.UPN, s.address):
			s.name, outside = cmp.Or(s.name, m.DisplayName), foreign
		case !foreign:
			s.approached = append(s.approached, strings.ToLower(m.UPN))
		}
	}
	for address := range strings.SplitSeq(t.Text(timeline.ColRecipients, row), ";") {
		if address = strings.ToLower(strings.TrimSpace(address)); mail.InDomains(own, mail.DomainOf(address)) {
			s.approached = append(s.approached, address)
		}
	}
	return s, outside && strings.Contains(s.address, "@") && len(s.approached) > 0
}

// row weighs what a person outside did.
func (s *stranger) row(p *analysis.Pass) analysis.Row {
	t := p.Timeline
	slices.Sort(s.approached)
	s.approached = slices.Compact(s.approached)
	slices.Sort(s.links)
	s.links = slices.Compact(s.links)
	disguise := s.disguise(p)
	reasons := slices.Clone(disguise)
	asks := len(s.links) > 0 || s.call
	for _, link := range s.links {
		if kind, meaning := p.Reference.LureHost(link); kind != "" {
			disguise = append(disguise, kind)
			reasons = append(reasons, "a link whose host is of a kind that lures use: "+meaning)
		}
	}
	if s.call {
		reasons = append(reasons, "a call")
	}
	followed := s.followed(p)
	severity, confidence := analysis.Info, analysis.Unsure
	switch {
	case len(disguise) > 0 && followed != nil:
		severity, confidence = analysis.High, analysis.Likely
	case len(disguise) > 0 && asks:
		severity, confidence = analysis.Medium, analysis.Likely
	case len(disguise) > 0, asks && followed != nil:
		severity = analysis.Low
	}
	signIn := ""
	rows := slices.Clone(s.rows)
	if followed != nil {
		signIn = fmt.Sprintf("%s, %s at %s", logon.SiteName(followed), t.Origin(followed.Row), cite.Stamp(t.Time(followed.Row)))
		reasons = append(reasons, "a sign-in of an approached user followed that is not from where they are at home, or by device code")
		rows = append(rows, followed.Row)
	}
	days := map[int32]bool{}
	for _, row := range s.rows {
		days[timeline.Day(timeline.UnixNano(t, row))] = true
	}
	switch {
	case reference.ContainsFold(p.Settings.KnownGood.Users, s.address), reference.ContainsFold(p.Settings.KnownGood.Domains, mail.DomainOf(s.address)):
		severity, reasons = analysis.Info, []string{"cleared by the examiner"}
	case severity > analysis.Info && followed == nil && len(days) >= logon.RoutineDays.Int():
		severity, reasons = analysis.Info, append(reasons, fmt.Sprintf("in chats on %d days: consistent with a correspondent", len(days)))
	case severity == analysis.Info && len(reasons) == 0:
		reasons = append(reasons, "nothing beside the chat speaks of a lure")
	}
	slices.Sort(rows)
	var r analysis.Row
	if severity == analysis.Info {
		r = cite.Informing(t, rows[0], rows[len(rows)-1])
	} else {
		r = cite.Citing(t, rows)
	}
	r.Severity, r.Confidence, r.User = severity, confidence, ""
	if len(s.approached) == 1 {
		r.User = s.approached[0]
	}
	r.Cells = cite.Cells(s.address, s.name, s.approached, cite.Operations(t, s.rows), s.links, signIn, strings.Join(reasons, "; "))
	return r
}

// firstDomain ends the domains that every tenant has from the start; a firm
// writes under its own.
const firstDomain = ".onmicrosoft.com"

// disguise is what of a stranger's name and address asks for trust.
func (s *stranger) disguise(p *analysis.Pass) []string {
	var list []string
	local, _, _ := strings.Cut(s.address, "@")
	for _, text := range [...]string{s.name, local, mail.DomainOf(s.address)} {
		if found := p.Reference.LureNames(text); len(found) > 0 && !(text == mail.DomainOf(s.address) && strings.HasSuffix(text, "microsoft.com")) {
			list = append(list, "the name "+cite.Quote(text)+" is one that asks for trust")
			break
		}
	}
	if strings.HasSuffix(mail.DomainOf(s.address), firstDomain) {
		list = append(list, "the address is under a tenant's first domain, which firms do not write from")
	}
	return list
}

// followed is the first sign-in of an approached user soon after the chat that
// is by device code or not from where they are at home; nil if there isn't one.
func (s *stranger) followed(p *analysis.Pass) *logon.Logon {
	t, pr := p.Timeline, logon.Profiles.Of(p)
	within := int64(p.Threshold(lureHours) * float64(time.Hour))
	var first *logon.Logon
	for _, u := range pr.ByUser {
		if !reference.ContainsFold(s.approached, t.Value(timeline.ColUser, u.User)) {
			continue
		}
		for _, l := range u.Logons {
			if !l.Admitted() || !pr.Elsewhere(l) && logon.CodeEntered(p, l) == "" || pr.HadDevice(l) {
				continue
			}
			after := slices.ContainsFunc(s.rows, func(row int) bool {
				apart := l.Time - timeline.UnixNano(t, row)
				return apart >= 0 && apart <= within
			})
			if after && (first == nil || l.Row < first.Row) {
				first = l
			}
		}
	}
	return first
}
