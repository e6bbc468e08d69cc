package estate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A message is one mail, whoever holds a copy.
type message struct {
	id, subject, from, name string
	to                      []string
	server                  string
	attachment              string
	at                      time.Time
	item                    string
	mark                    *mark // of its deliveries
	note                    *Accessed
}

func (t *tenant) newMessage(r *rand.Rand, at time.Time, from, subject string, to ...string) *message {
	domain := from[strings.IndexByte(from, '@')+1:]
	return &message{
		id: fmt.Sprintf("<%08x.%07d@%s>", r.Uint32(), r.IntN(1e7), domain), subject: subject, from: from, to: to, at: at,
		item: fmt.Sprintf("AAMkAD%08x%08xAAAAAAEMAAD%08xAAA=", r.Uint32(), r.Uint32(), r.Uint32()),
	}
}

// deliver files a message in the mailboxes inside and in the trace.
func (t *tenant) deliver(m *message) {
	for i, address := range m.to {
		u := t.byAddress(address)
		mk := m.mark
		if mk != nil {
			own := *mk
			own.mailbox, mk = u, &own
		}
		at := m.at.Add(time.Duration(i+2) * time.Second)
		if u != nil {
			i, _ := slices.BinarySearchFunc(t.inbox[u], m, func(a, b *message) int { return a.at.Compare(b.at) })
			t.inbox[u] = slices.Insert(t.inbox[u], i, m)
			if t.scenario.Era == Activities {
				t.delivered(u, m, at, mk)
			}
		}
		t.trace(m, address, at, mk)
	}
}

func (t *tenant) trace(m *message, to string, at time.Time, mk *mark) {
	server := m.server
	if server == "" && t.byAddress(m.from) == nil {
		server = "198.51.100.7"
	}
	r := t.draw("trace", m.id, to)
	t.put("trace", "MessageTrace/MessageTrace.csv", at, []string{
		m.id, guid(r), at.Format("1/2/2006 3:04:05 PM"), strings.ToLower(m.from), strings.ToLower(to), m.subject, "Delivered", "", server, fmt.Sprint(9000 + r.IntN(60000)),
	}, mk)
}

// fromPartner is a message of a correspondent to a user.
func (t *tenant) fromPartner(r *rand.Rand, p *partner, u *user, at time.Time) *message {
	subject := pick(r, subjects())
	if r.IntN(3) == 0 {
		subject += fmt.Sprintf(" %d", 1000+r.IntN(9000))
	}
	m := t.newMessage(r, at, p.address, subject, u.upn)
	m.name, m.server = p.name, p.server
	if r.IntN(4) == 0 {
		m.attachment = "pdf;ByValue"
	}
	return m
}

// recent are the last n messages that a mailbox received before a moment.
func (t *tenant) recent(u *user, before time.Time, n int) []*message {
	var found []*message
	box := t.inbox[u]
	for i := len(box) - 1; i >= 0 && len(found) < n; i-- {
		if box[i].at.Before(before) {
			found = append(found, box[i])
		}
	}
	return found
}
