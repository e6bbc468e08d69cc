package estate

import "time"

// twoIntruders has one intruder look into a mailbox and another, who has
// nothing in common with the first, defraud from it days later.
func twoIntruders(t *tenant) {
	victim := t.as("finance")
	seller, r := t.newActor("external"), t.draw("seller")
	_, day, from := t.course(r, "proxy", "cheap", "vpn")
	t.vouch(victim, from, day-6)
	look := t.intrude(r, seller, victim, from, t.client("firefox"), t.local(day-6, 4, 20))
	for _, m := range t.recent(victim, look.now, 3) {
		look.wait(r, time.Minute)
		t.view(look, m)
	}
	buyer, r := t.newActor("external"), t.draw("buyer")
	phone := newLine(pick(r, []string{"carrier", "stranger"}), r)
	for n, later := range []int{0, 2, 3} {
		s := t.intrude(r, buyer, victim, phone.nextDoor(r), t.client("linux"), t.local(day+later, 12+n, 5))
		t.plunder(r, s, 4)
		if n == 2 {
			t.defraud(r, s)
		}
	}
	t.contain(t.local(day+7, 9, 30), victim, "password reset, sessions revoked", passwordReset, revoked)
}
