package estate

import (
	"math/rand/v2"
	"time"
)

// A session is somebody in an account, from one address with one client.
type session struct {
	user, mailbox *user // the account, and whose mail it opens
	at            line
	with          *client
	id, token     string
	device        string // registered; empty if the device is unknown
	deviceName    string
	began, now    time.Time
	by            *actor // nil for the owner
	ids           *rand.Rand
	entry         entry
}

// An entry is what is particular about a sign-in.
type entry struct {
	protocol, transfer, incoming string
	resource, resourceID         string
	single                       bool // one factor
	door                         *Door
}

// wait lets at most so much time pass, and some seconds at least.
func (s *session) wait(r *rand.Rand, longest time.Duration) {
	s.now = within(r, s.now.Add(5*time.Second), longest)
}

// mark is the mark of a record of what the session does.
func (s *session) mark(kind string) *mark {
	if s.by == nil {
		if s.entry.door != nil {
			return &mark{notes: []any{s.entry.door}}
		}
		return nil
	}
	return &mark{by: s.by, role: "actor", kind: kind, mailbox: s.mailbox, account: s.user, session: s.id, at: s.at}
}

// begin is a session that has not signed in.
func (t *tenant) begin(r *rand.Rand, u *user, at line, with *client, when time.Time) *session {
	s := &session{user: u, mailbox: u, at: at, with: with, id: guid(r), token: token(r), began: when, now: when, ids: r}
	if with == u.main || with.name == "web" {
		s.device, s.deviceName = u.device, u.laptop
	}
	return s
}

// open is a session that the owner signs in to.
func (t *tenant) open(r *rand.Rand, u *user, at line, with *client, when time.Time) *session {
	s := t.begin(r, u, at, with, when)
	t.enter(s)
	return s
}

// intrude is a session of an actor, which no device vouches for.
func (t *tenant) intrude(r *rand.Rand, a *actor, u *user, at line, with *client, when time.Time) *session {
	s := t.begin(r, u, at, with, when)
	s.by, s.device, s.deviceName = a, "", ""
	a.sessions = append(a.sessions, s)
	t.enter(s)
	return s
}

// newActor is the next actor of the tenant.
func (t *tenant) newActor(kind string) *actor {
	a := &actor{name: "A" + string(rune('1'+len(t.actors))), kind: kind}
	t.actors = append(t.actors, a)
	return a
}

func token(r *rand.Rand) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := make([]byte, 22)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

// enter signs in.
func (t *tenant) enter(s *session) {
	if t.scenario.Era == Activities {
		t.serverLogon(s, true)
		return
	}
	t.signIn(s, true, 0)
}

// refuse is an attempt with a wrong password.
func (t *tenant) refuse(r *rand.Rand, a *actor, u *user, at line, with *client, when time.Time) {
	s := t.begin(r, u, at, with, when)
	s.by, s.device, s.deviceName = a, "", ""
	if t.scenario.Era == Activities {
		t.serverLogon(s, false)
		return
	}
	t.signIn(s, true, wrongPassword)
}

// wrongPassword is the error of a sign-in with a wrong password.
const wrongPassword = 50126

// refresh is a token that a client gets without asking its user.
func (t *tenant) refresh(s *session) { t.signIn(s, false, 0) }

// view opens a message; for an actor it becomes proved accessed.
func (t *tenant) view(s *session, m *message) {
	mk := s.mark("view")
	if s.by != nil {
		mk.notes = append(mk.notes, t.accessed(s.mailbox, m))
	}
	if t.scenario.Era == Activities {
		t.readingPane(s, m, mk)
		return
	}
	if mk != nil {
		mk.kind = "bind"
	}
	t.bind(s, m, mk)
}

// accessed is the entry of a message in the truth.
func (t *tenant) accessed(u *user, m *message) *Accessed {
	if m.note == nil {
		m.note = &Accessed{IMID: m.id, Subject: m.subject}
		t.notes = append(t.notes, accessedIn{u, m.note})
	}
	return m.note
}

// search looks for something in the mailbox.
func (t *tenant) search(s *session, query string) {
	if t.scenario.Era == Activities {
		t.searchResult(s, query)
		return
	}
	t.searchQuery(s, query)
}

// send sends a message.
func (t *tenant) send(s *session, m *message) {
	if s.by != nil {
		f := t.fraud(s.by, m, "bank-change")
		m.mark = &mark{by: s.by, role: "delivery", kind: "fraud_mail", notes: []any{f}}
	}
	if t.scenario.Era == Activities {
		t.messageSent(s, m)
	} else {
		t.sent(s, m)
	}
	t.deliver(m)
}

// fraud is the entry of an actor's message in the truth.
func (t *tenant) fraud(a *actor, m *message, kind string) *Fraud {
	f := &Fraud{IMID: m.id, Subject: m.subject, From: m.from, To: m.to, Actor: a.name, Kind: kind}
	t.frauds = append(t.frauds, f)
	return f
}

// remove deletes a message, by the audit log's word for how.
func (t *tenant) remove(s *session, m *message, how string) {
	if t.scenario.Era == Activities {
		t.deleted(s, m, how)
		return
	}
	t.affected(s, m, how)
}
