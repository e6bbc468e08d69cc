package estate

import "time"

// stolenCookie lets an intruder use the session in which the owner works in
// webmail, from a rented server, while the owner goes on in it.
func stolenCookie(t *tenant) {
	a, r := t.newActor("external"), t.draw("cookie")
	victim := t.as("finance")
	own := t.open(r, victim, t.office, t.client("web"), t.local(23, 9, 10))
	t.read(r, own, 2, 24*time.Hour)
	from := newLine("cheap", r)
	t.vouch(victim, from, 23)
	s := t.begin(r, victim, from, t.client("linux"), t.local(23, 10, 2))
	s.id, s.by, s.device, s.deviceName = own.id, a, "", ""
	s.entry.incoming = "none"
	t.refresh(s)
	t.plunder(r, s, 5)
	own.now = t.local(23, 14, 30)
	t.read(r, own, 2, 24*time.Hour)
	s.now = t.local(24, 10, 40)
	t.refresh(s)
	t.defraud(r, s)
	t.contain(t.local(25, 9, 0), victim, "sessions revoked", revoked)
}
