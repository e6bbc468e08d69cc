package estate

import "time"

// homeCountry comes from another provider of the owner's country, in the small
// hours, with webmail, reads on two nights and forwards everything. No sign of
// it is strong by itself.
func homeCountry(t *tenant) {
	a, r := t.newActor("external"), t.draw("home")
	victim, day, from := t.course(r, t.home+"-other")
	web := t.client("web")
	own := t.open(r, victim, victim.home, web, t.local(9, 19, 30))
	t.read(r, own, 1, 48*time.Hour)
	t.vouch(victim, from, day)
	first := t.intrude(r, a, victim, from, web, t.local(day, 2, 40))
	for i, m := range t.recent(victim, first.now, 5) {
		first.wait(r, 2*time.Minute)
		t.view(first, m)
		if i%2 == 0 {
			first.wait(r, time.Minute)
			t.attachment(first, m)
		}
	}
	second := t.intrude(r, a, victim, from, web, t.local(day+3, 3, 5))
	for _, m := range t.recent(victim, second.now, 3) {
		second.wait(r, 2*time.Minute)
		t.view(second, m)
	}
	second.wait(r, 3*time.Minute)
	t.forwardAll(second, "box"+victim.guid[:4]+"@gmail.com")
}

// forwardAll forwards what a mailbox receives from now on.
func (t *tenant) forwardAll(s *session, target string) {
	t.makeRule(s, rule{name: "copy", forward: target})
	for _, m := range t.inbox[s.mailbox] {
		if m.at.After(s.now) {
			copied := *m
			copied.from = s.mailbox.upn
			t.trace(&copied, target, m.at.Add(20*time.Second), &mark{by: s.by, role: "effect", kind: "forwarded", mailbox: s.mailbox})
		}
	}
}
