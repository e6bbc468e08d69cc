package estate

import "time"

// sprayThenIMAP tries a password on every mailbox from one address, enters
// one, and copies it by IMAP from a server over the next days.
func sprayThenIMAP(t *tenant) {
	a, r := t.newActor("external"), t.draw("spray")
	victim, day, from := t.course(r, "proxy", "cheap", "vpn")
	server := newLine(pick(r, []string{"server", "stranger"}), r)
	imap := t.client("imap")
	at := t.local(day, 3, 10)
	for _, u := range t.users[:t.scenario.Users] {
		at = within(r, at.Add(40*time.Second), time.Minute)
		t.refuse(r, a, u, from, imap, at)
	}
	t.intrude(r, a, victim, from, imap, at.Add(2*time.Minute))
	t.vouch(victim, server, day)
	for n := range 9 {
		t.intrude(r, a, victim, server, imap, within(r, t.local(day+n/3, 5+6*(n%3), 0), 2*time.Hour))
	}
}
