package estate

// relayedSignIn sends a lure to four users; one signs in through the page in
// the middle, whose session is then used from a household's address abroad.
func relayedSignIn(t *tenant) {
	a, r := t.newActor("external"), t.draw("relay")
	_, day, page := t.course(r, "cloud", "proxy", "cheap")
	victim := t.as("finance")
	t.lure(r, a, t.local(day, 9, 30), "Signature requested for agreement 5514", victim, t.as("director"), t.staff()[0], t.staff()[1])
	house := newLine(pick(r, []string{"stranger", t.home + "-other"}), r)
	t.vouch(victim, house, day)
	s := t.intrude(r, a, victim, page, t.client("portal"), t.local(day, 10, 3))
	s.at, s.with = house, t.client("linux")
	s.now = t.local(day, 10, 21)
	t.refresh(s)
	t.plunder(r, s, 5)
	s.now = t.local(day+1, 11, 0)
	t.refresh(s)
	t.defraud(r, s)
	t.contain(t.local(day+2, 9, 0), victim, "password reset, sessions revoked", passwordReset, revoked)
}
