package estate

import "time"

// stolenCookie lets an intruder use the session in which the owner works in
// webmail, from a rented server, while the owner goes on in it.
func stolenCookie(t *tenant) {
	a, r := t.newActor("external"), t.draw("cookie")
	_, day, from := t.course(r, "cheap", "proxy", "vpn", "stranger")
	victim := t.as("finance")
	own := t.open(r, victim, t.office, t.client("web"), t.local(day, 9, 10))
	t.read(r, own, 2, 24*time.Hour)
	t.vouch(victim, from, day)
	s := t.begin(r, victim, from, t.client("linux"), t.local(day, 10, 2))
	s.id, s.by, s.device, s.deviceName = own.id, a, "", ""
	s.entry.incoming = "none"
	t.refresh(s)
	t.plunder(r, s, 5)
	own.now = t.local(day, 14, 30)
	t.read(r, own, 2, 24*time.Hour)
	s.now = t.local(day+1, 10, 40)
	t.refresh(s)
	t.defraud(r, s)
	t.contain(t.local(day+2, 9, 0), victim, "sessions revoked", revoked)
}
