package logon

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// Shown is what evidence shows of a tenant, as proposals for a case file: where
// its mailboxes are and where its users log on from. Nothing rests on it.
var Shown = &analysis.Fact[analysis.Proposals]{
	Name:  "what evidence shows of the tenant",
	Needs: []analysis.Need{Logons},
	Make:  propose,
}

// homePercent is the part of the days of users' logons from which on a country
// is proposed as home: low enough for a site with a few people in a second
// country, and above what a journey or an intruder makes of months of logons.
const homePercent = 10

func propose(p *analysis.Pass) analysis.Proposals {
	mailboxes, domains := mailboxesShown(p.Timeline)
	return analysis.Proposals{Mailboxes: mailboxes, AcceptedDomains: domains, HomeCountries: countriesShown(p.Timeline, Logons.Of(p))}
}

// mailboxesShown lists the mailboxes by name, and the domains of mailboxes and
// users. The domains of mailboxes are proposed; without a mailbox, those of
// users who are no guests.
func mailboxesShown(t *timeline.Timeline) (mailboxes []string, domains []analysis.Proposal) {
	type use struct{ mailboxes, users int }
	uses := map[string]*use{}
	used := func(name string) *use {
		domain := mail.DomainOf(name)
		if domain == "" || mail.IsGuest(name) {
			return &use{}
		}
		if uses[domain] == nil {
			uses[domain] = &use{}
		}
		return uses[domain]
	}
	for _, name := range spellings(t, timeline.ColMailbox) {
		if strings.Contains(name, "@") {
			mailboxes = append(mailboxes, name)
			used(name).mailboxes++
		}
	}
	for _, name := range spellings(t, timeline.ColUser) {
		used(name).users++
	}
	for _, domain := range slices.Sorted(maps.Keys(uses)) {
		u := uses[domain]
		domains = append(domains, analysis.Proposal{
			Value: domain, Good: u.mailboxes > 0 || len(mailboxes) == 0,
			Why: cite.Plural(u.mailboxes, "mailbox", "mailboxes") + ", " + cite.Counted(u.users, "user"),
		})
	}
	return mailboxes, domains
}

// spellings are the values of a column in lower case, once each, in order.
func spellings(t *timeline.Timeline, c timeline.Col) []string {
	var names []string
	for code := 1; code < t.Cardinality(c); code++ {
		names = append(names, strings.ToLower(t.Value(c, uint32(code))))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// countriesShown counts for each country the days on which users who are no
// guests logged on from there, by networks that don't hide where they are.
func countriesShown(t *timeline.Timeline, logons []Logon) []analysis.Proposal {
	type userDay struct {
		user    uint32
		day     int64
		country string
	}
	type userIn struct {
		user    uint32
		country string
	}
	days, users := map[userDay]bool{}, map[userIn]bool{}
	inCountry, people := map[string]int{}, map[string]int{}
	for _, l := range logons {
		if !l.Opened() || l.Service || !l.Located() || Anonymous(l.Place) || l.Place.Kind == KindRelay || mail.IsGuest(t.Value(timeline.ColUser, l.User)) {
			continue
		}
		country := l.Place.Country
		if d := (userDay{l.User, l.Time / int64(24*time.Hour), country}); !days[d] {
			days[d] = true
			inCountry[country]++
		}
		if u := (userIn{l.User, country}); !users[u] {
			users[u] = true
			people[country]++
		}
	}
	var shown []analysis.Proposal
	byDays := slices.SortedFunc(maps.Keys(inCountry), func(a, b string) int { return cmp.Or(inCountry[b]-inCountry[a], cmp.Compare(a, b)) })
	for _, country := range byDays {
		n := inCountry[country]
		shown = append(shown, analysis.Proposal{
			Value: country, Good: 100*n >= homePercent*len(days),
			Why: cite.Counted(n, "day") + " of logons by " + cite.Counted(people[country], "user") + ", of " + strconv.Itoa(len(days)) + " such days in all",
		})
	}
	return shown
}
