package estate

// twoIntruders has one intruder look into a mailbox and another, who has
// nothing in common with the first, defraud from it days later.
func twoIntruders(t *tenant) {
	victim := t.as("finance")
	seller, r := t.newActor("external"), t.draw("seller")
	from := newLine("proxy", r)
	t.vouch(victim, from, 17)
	look := t.intrude(r, seller, victim, from, t.client("firefox"), t.local(17, 4, 20))
	for _, m := range t.recent(victim, look.now, 3) {
		look.wait(r, 60e9)
		t.view(look, m)
	}
	buyer, r := t.newActor("external"), t.draw("buyer")
	phone := newLine("carrier", r)
	for n, day := range []int{23, 25, 26} {
		s := t.intrude(r, buyer, victim, phone.nextDoor(r), t.client("linux"), t.local(day, 12+n, 5))
		t.plunder(r, s, 4)
		if n == 2 {
			t.defraud(r, s)
		}
	}
	t.contain(t.local(30, 9, 30), victim, "password reset, sessions revoked", passwordReset, revoked)
}
