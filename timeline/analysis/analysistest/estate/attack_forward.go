package estate

import (
	"strings"
	"time"
)

// forwardAndFraud enters finance with a stolen password through a VPN,
// forwards, hides, and writes from a domain that looks like a correspondent's.
// A reset ends it.
func forwardAndFraud(t *tenant) {
	a, r := t.newActor("external"), t.draw("forward")
	_, day, from := t.course(r, "vpn", "stranger", "carrier")
	victim := t.as("finance")
	t.vouch(victim, from, day)
	s := t.intrude(r, a, victim, from, t.client("firefox"), t.local(day, 14, 20))
	t.plunder(r, s, 6)
	s.wait(r, 10*time.Minute)
	t.forwardAll(s, "archive"+victim.guid[:4]+"@outlook.com")
	later := t.intrude(r, a, victim, from.nextDoor(r), t.client("firefox"), t.local(day+2, 15, 10))
	t.plunder(r, later, 3)
	t.defraud(r, later)
	p := victim.partners[0]
	local, domain, _ := strings.Cut(p.address, "@")
	m := t.newMessage(r, t.local(day+3, 9, 40), local+"@"+strings.Replace(domain, "-", "--", 1), "RE: Statement of account - updated bank details", victim.upn)
	m.server = newLine("cheap", r).ip
	m.mark = &mark{by: a, role: "delivery", kind: "fraud_mail", notes: []any{t.fraud(a, m, "bank-change")}}
	t.deliver(m)
	t.contain(t.local(day+5, 11, 0), victim, "password reset, sessions revoked", passwordReset, revoked)
}
