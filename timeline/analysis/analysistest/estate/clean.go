package estate

import (
	"fmt"
	"strings"
	"time"
)

// journeys takes two users away: one abroad, one to a hotel with a VPN.
func journeys(t *tenant) {
	r := t.draw("journeys")
	staff := t.staff()
	abroad, hotel := newLine("abroad", r), newLine("hotel", r)
	t.away = map[*user]map[int]line{staff[0]: {}, staff[1]: {}}
	for day := 15; day < 20; day++ {
		t.away[staff[0]][day] = abroad
	}
	t.away[staff[1]][22], t.away[staff[1]][23] = hotel, hotel
	t.innocent("ordinary_travel", "a business trip with the usual devices", staff[0])
	t.innocent("hotel_vpn", "two days through a hotel's network", staff[1])
}

func (t *tenant) innocent(name, note string, users ...*user) {
	c := Confounder{Name: name, Note: note}
	for _, u := range users {
		c.Users = append(c.Users, u.upn)
	}
	t.truth.BenignConfounders = append(t.truth.BenignConfounders, c)
}

func quiet2018(t *tenant) {
	newsletters(t)
	rota(t)
	merger(t)
}

func quiet2025(t *tenant) {
	newsletters(t)
	rota(t)
	resets(t)
	migration(t)
	leaver(t)
	scanner(t)
}

func quiet2026(t *tenant) {
	newsletters(t)
	merger(t)
	resets(t)
	leaver(t)
	scanner(t)
	laptop(t)
}

// everyday2025 and everyday2026 are what goes on beside an attack.
func everyday2025(t *tenant) {
	newsletters(t)
	rota(t)
	resets(t)
	scanner(t)
}

func everyday2026(t *tenant) {
	newsletters(t)
	resets(t)
	leaver(t)
	laptop(t)
}

// newsletters are filed by rules of their readers.
func newsletters(t *tenant) {
	r := t.draw("newsletters")
	for i, u := range t.staff()[2:4] {
		s := t.open(r, u, t.office, t.client("web"), t.local(10+i, 11, 20))
		s.wait(r, time.Minute)
		t.makeRule(s, rule{name: "Trade weekly", from: "weekly@trade-review.example", folder: "Newsletters", stop: true})
		t.innocent("newsletter_rule", "a rule that files a newsletter", u)
	}
}

// rota is forwarded to a private address by its user.
func rota(t *tenant) {
	r := t.draw("rota")
	u := t.staff()[4]
	s := t.open(r, u, t.office, t.client("web"), t.local(8, 12, 40))
	s.wait(r, time.Minute)
	t.makeRule(s, rule{name: "Rota home", words: "rota", forward: u.local() + "@gmail.com"})
	t.innocent("rota_forward", "the own rota forwarded to a private address", u)
}

// merger brings correspondents of a bought company, and their bank.
func merger(t *tenant) {
	r := t.draw("merger")
	finance := t.as("finance")
	address := "accounts@" + strings.Replace(t.domain, ".example", "-group.example", 1)
	for day := 20; day < 34; day += 3 {
		m := t.newMessage(r, t.local(day, 9, 15), address, "After the merger: our new bank details", finance.upn, t.as("director").upn)
		m.server = newLine("server", r).ip
		t.deliver(m)
		s := t.open(r, finance, t.office, finance.main, t.local(day, 9, 40))
		t.view(s, m)
		s.wait(r, 10*time.Minute)
		t.send(s, t.newMessage(r, s.now, finance.upn, "RE: After the merger: our new bank details", address))
	}
	t.innocent("merger", "a bought company announces its bank", finance)
}

// resets are the help desk's daily work.
func resets(t *tenant) {
	r := t.draw("resets")
	help := t.as("helpdesk")
	for i, u := range t.staff()[:6] {
		s := t.open(r, help, t.office, t.client("web"), t.local(8+3*i, 10, 5))
		for n, c := range []change{passwordReset, revoked} {
			c.category, c.by, c.target = "User", s, u
			t.directory(s.now.Add(time.Duration(n+1)*time.Minute), c, nil)
		}
		own := t.open(r, u, t.office, u.main, s.now.Add(9*time.Minute))
		t.directory(own.now.Add(time.Minute), change{activity: "Change user password", category: "User", by: own, target: u}, nil)
		t.innocent("help_desk_reset", "a forgotten password", u)
	}
}

// migration reads every mailbox by an application that the help desk allowed.
func migration(t *tenant) {
	r := t.draw("migration")
	help := t.as("helpdesk")
	id, principal := guid(r), guid(r)
	const name = "Mailbox Mover"
	s := t.open(r, help, t.office, t.client("web"), t.local(11, 9, 0))
	granted := []object{was("ConsentContext.IsAdminConsent", "True"), was("ConsentAction.Permissions", "[[Id: x, ClientId: "+principal+", ConsentType: AllPrincipals, Scope: Mail.Read]]"), was("TargetId.ServicePrincipalNames", id)}
	t.directory(s.now.Add(time.Minute), change{activity: "Consent to application", category: "ServicePrincipal", by: s, target: help, object: name, objectID: principal, modified: granted}, nil)
	from := newLine("cloud", r)
	app := &client{name: "app", info: "Client=REST;;", appID: id, app: name}
	for night := 12; night < 16; night++ {
		for _, u := range t.users[:t.scenario.Users] {
			work := t.begin(r, u, from, app, t.local(night, 23, 0))
			for _, m := range t.recent(u, work.now, 2) {
				work.wait(r, time.Minute)
				t.view(work, m)
			}
		}
	}
	t.innocent("migration", "an application allowed by the help desk copies all mailboxes", help)
}

// leaver has the help desk open the mailbox of somebody who left to the
// director.
func leaver(t *tenant) {
	r := t.draw("leaver")
	help, director, gone := t.as("helpdesk"), t.as("director"), t.staff()[5]
	s := t.open(r, help, t.office, t.client("web"), t.local(28, 10, 0))
	s.mailbox = gone
	s.wait(r, time.Minute)
	t.command(s, "Add-MailboxPermission", gone.local(), "", pair("Identity", gone.upn), pair("User", director.upn), pair("AccessRights", "FullAccess"), pair("InheritanceType", "All"))
	for day := 29; day < 32; day++ {
		read := t.open(r, director, t.office, director.main, t.local(day, 15, 0))
		read.mailbox = gone
		for _, m := range t.recent(gone, read.now, 2) {
			read.wait(r, time.Minute)
			t.view(read, m)
		}
	}
	t.innocent("leaver", "the mailbox of somebody who left, opened to the director", gone, director)
}

// scanner is an office machine that sends without authentication.
func scanner(t *tenant) {
	r := t.draw("scanner")
	for day := range t.scenario.Days {
		if t.weekend(day) {
			continue
		}
		u := pick(r, t.users[:t.scenario.Users])
		m := t.newMessage(r, within(r, t.local(day, 9, 0), 7*time.Hour), "scanner@"+t.domain, fmt.Sprintf("Scan %d", 100+day), u.upn)
		m.server = t.office.ip
		t.deliver(m)
	}
	t.innocent("scanner", "an office machine sends without authentication")
}

// laptop is a user's new device.
func laptop(t *tenant) {
	r := t.draw("laptop")
	u := t.staff()[6]
	t.registerDevice(t.local(18, 10, 30), u, fmt.Sprintf("LT-%05d", r.IntN(1e5)), guid(r), "10.0.26100.4950", func() *mark { return nil })
	s := t.open(r, u, t.office, u.main, t.local(18, 10, 45))
	t.read(r, s, 1, 24*time.Hour)
	t.innocent("new_laptop", "a device registered by its user", u)
}
