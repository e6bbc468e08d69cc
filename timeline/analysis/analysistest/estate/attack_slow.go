package estate

import "time"

// slowSpray tries passwords from two networks over nine days, a few a day, and
// enters one mailbox in the end.
func slowSpray(t *tenant) {
	a, r := t.newActor("external"), t.draw("slow")
	victim, last, from := t.course(r, "proxy", "vpn")
	networks := []line{from, newLine("cheap", r)}
	web := t.client("firefox")
	n := 0
	for day := last - 9; day < last; day++ {
		for range 7 {
			u := t.users[n%t.scenario.Users]
			n++
			t.refuse(r, a, u, networks[n%2].nextDoor(r), web, within(r, t.local(day, n%24, 0), time.Hour))
		}
	}
	t.vouch(victim, from, last-9)
	s := t.intrude(r, a, victim, from, web, t.local(last, 4, 10))
	t.plunder(r, s, 4)
	t.contain(t.local(last+1, 9, 0), victim, "password reset, sessions revoked", passwordReset, revoked)
}
