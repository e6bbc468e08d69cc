package estate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A course is when an attack happens, to whom and whence, as the seed has it.
func (t *tenant) course(r *rand.Rand, networks ...string) (victim *user, day int, from line) {
	staff := t.staff()
	victim = pick(r, staff[len(staff)-2:]) // nobody of whom an innocent thing is told
	day = 21 + r.IntN(4)                   // a Monday to a Thursday
	return victim, day, newLine(pick(r, networks), r)
}

// vouch lets the owner use an intruder's network on days before.
func (t *tenant) vouch(u *user, at line, day int) {
	r := t.draw("vouch", u.upn)
	for n := range t.options.Vouched {
		s := t.open(r, u, at, u.main, within(r, t.local(day-1-n, 20, 0), time.Hour))
		t.read(r, s, 1, 24*time.Hour)
	}
}

// lure sends one message of an actor to users.
func (t *tenant) lure(r *rand.Rand, a *actor, at time.Time, subject string, users ...*user) *message {
	var to []string
	for _, u := range users {
		to = append(to, u.upn)
	}
	from := "documents@" + pick(r, names()[2]) + "-signing.example"
	m := t.newMessage(r, at, from, subject, to...)
	m.server = newLine("cloud", r).ip
	m.mark = &mark{by: a, role: "delivery", kind: "phish", notes: []any{t.fraud(a, m, "phish")}}
	t.deliver(m)
	for _, u := range users {
		t.truth.PatientZero = append(t.truth.PatientZero, Lure{u.upn, m.id})
	}
	own := *m.mark
	own.mailbox = users[0]
	t.put("eml", "Mail/"+strings.ReplaceAll(strings.ToLower(subject), " ", "-")+".eml", at, mailText(m, to[0]), &own)
	return m
}

// mailText is a message as it was kept.
func mailText(m *message, to string) []byte {
	date := m.at.Format(time.RFC1123Z)
	return fmt.Appendf(nil, "Received: from mail.%s (%s) by mx.tenant.example with ESMTPS;\r\n %s\r\nAuthentication-Results: spf=pass smtp.mailfrom=%s; dkim=none; dmarc=none\r\nFrom: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlease see https://%s/view for the document.\r\n",
		m.from[strings.IndexByte(m.from, '@')+1:], m.server, date, m.from[strings.IndexByte(m.from, '@')+1:], m.from, to, m.subject, date, m.id, m.from[strings.IndexByte(m.from, '@')+1:])
}

// plunder looks for payments and opens messages.
func (t *tenant) plunder(r *rand.Rand, s *session, n int) {
	for _, query := range []string{"invoice", "bank details"} {
		s.wait(r, 2*time.Minute)
		t.search(s, query)
	}
	for _, m := range t.recent(s.mailbox, s.now, n) {
		s.wait(r, 3*time.Minute)
		t.view(s, m)
	}
}

// defraud hides the answers of a correspondent, sends bank details and
// deletes what was sent.
func (t *tenant) defraud(r *rand.Rand, s *session) *message {
	p := s.user.partners[0]
	s.wait(r, 5*time.Minute)
	t.makeRule(s, rule{name: ".", words: "invoice;payment;bank", folder: "RSS Feeds", markRead: true, stop: true})
	s.wait(r, 10*time.Minute)
	m := t.newMessage(r, s.now, s.user.upn, "RE: Statement of account - updated bank details", p.address)
	t.send(s, m)
	s.wait(r, 2*time.Minute)
	t.remove(s, m, "HardDelete")
	return m
}

// door is the owner's own act that lets an actor in.
func (t *tenant) door(u *user, what string, at time.Time) *Door {
	d := &Door{What: what, Mailbox: u.upn, T: at}
	t.doors = append(t.doors, d)
	return d
}
