package actor

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// A Warning is somebody outside who got mail, links or invitations from an
// actor in band act or review, and must be told. People of the accepted and
// sister domains are not among them.
type Warning struct {
	Address     string // in lower case
	Messages    int    // different mails, links and invitations
	First, Last time.Time
	Why         string // what they got, under whose account
	Origins     []timeline.Origin
}

// A WarningList is whom to warn.
type WarningList struct {
	People []Warning // by address
	// Unaddressed counts the messages that an actor sent of which no record
	// tells the recipients: the list is short by these.
	Unaddressed int
}

// Warnings are the people outside whom an actor wrote to or invited.
var Warnings = &analysis.Fact[*WarningList]{
	Name:  "warnings",
	Needs: []analysis.Need{analysis.Operations, mail.Messages, mail.Tenant, Actors, WrittenMessages, Threads},
	Make:  findWarnings,
	None:  func(*analysis.Pass) *WarningList { return &WarningList{} },
}

// kindsGot are what people outside get, one and several.
var kindsGot = [...][2]string{{"message", "messages"}, {"link to a file or folder", "links to files or folders"}, {"invitation as a guest", "invitations as a guest"}}

// Places in kindsGot.
const (
	gotMail = iota
	gotLink
	gotInvitation
)

// A warned is what one address got.
type warned struct {
	rows  [len(kindsGot)][]int // a row for each
	users map[string]bool
	cited []int
}

func findWarnings(p *analysis.Pass) *WarningList {
	t, by, list := p.Timeline, Actors.Of(p), &WarningList{}
	own := mail.Tenant.Of(p)
	people := map[string]*warned{}
	got := func(who *Actor, kind int, address string, row int, cited []int) {
		if address == "" {
			return
		}
		w := people[address]
		if w == nil {
			w = &warned{users: map[string]bool{}}
			people[address] = w
		}
		w.rows[kind] = append(w.rows[kind], row)
		w.users[who.User] = true
		w.cited = append(w.cited, cited...)
	}
	threads := Threads.Of(p)
	for _, s := range WrittenMessages.Of(p).All {
		if s.Actor.Band == BandListed || !s.Sent || Failed(t, s.Rows) {
			continue
		}
		to := threads.Recipients(s)
		if len(to) == 0 {
			list.Unaddressed++
		}
		cited := threads.WithTransport(s)
		for _, address := range to {
			got(s.Actor, gotMail, outside(own, address), s.Rows[0], cited)
		}
	}
	classes, shared := analysis.Operations.Of(p), map[sharedWith]bool{}
	for row, who := range by.Rows() {
		if who.Band == BandListed || t.Outcome(row) > timeline.Success || !t.IsAct(row) {
			continue
		}
		op := t.Text(timeline.ColOperation, row)
		switch {
		case classes[t.Code(timeline.ColOperation, row)] == analysis.ClassShare && !strings.HasSuffix(strings.ToLower(op), "used"):
			for _, name := range mail.ListParts(t.Text(timeline.ColRecipients, row)) {
				// One share leaves several records.
				k := sharedWith{outside(own, name), t.Text(timeline.ColTarget, row)}
				if !shared[k] {
					shared[k] = true
					got(who, gotLink, k.address, row, t.Act(row).Rows)
				}
			}
		case strings.HasPrefix(op, opInvite):
			name, _, _ := strings.Cut(t.Text(timeline.ColTarget, row), " ")
			got(who, gotInvitation, outside(own, name), row, t.Act(row).Rows)
		}
	}
	for address, w := range people {
		list.People = append(list.People, w.warning(t, address))
	}
	slices.SortFunc(list.People, func(a, b Warning) int { return strings.Compare(a.Address, b.Address) })
	return list
}

// A sharedWith is one file or folder shared with one person.
type sharedWith struct{ address, target string }

// opInvite begins the names of the directory's operation of inviting a guest.
const opInvite = "Invite external user"

// warning sums up what an address got.
func (w *warned) warning(t *timeline.Timeline, address string) Warning {
	one := Warning{Address: address}
	var parts []string
	for kind, rows := range w.rows {
		if len(rows) == 0 {
			continue
		}
		one.Messages += len(rows)
		parts = append(parts, cite.Plural(len(rows), kindsGot[kind][0], kindsGot[kind][1]))
		for _, row := range rows {
			if at := t.Time(row); !at.IsZero() && (one.First.IsZero() || at.Before(one.First)) {
				one.First = at
			}
			if at := t.Time(row); at.After(one.Last) {
				one.Last = at
			}
		}
	}
	slices.Sort(w.cited)
	one.Origins = cite.Origins(t, slices.Compact(w.cited))
	one.Why = "got " + strings.Join(parts, ", ") + " under the account of " + strings.Join(cite.SortedSet(w.users), ", ")
	return one
}

// outside is the address of somebody outside whom a record names, by it or by
// the name of the guest account: ann_example.net#ext#@tenant; empty of others.
func outside(own map[string]bool, name string) string {
	name = mail.Address(name)
	if guest, _, ok := strings.Cut(name, guestName); ok {
		if i := strings.LastIndexByte(guest, '_'); i > 0 {
			guest = guest[:i] + "@" + guest[i+1:]
		}
		name = guest
	}
	if !strings.Contains(name, "@") || !mail.External(own, name) {
		return ""
	}
	return name
}

// guestName is in the names of guests of the tenant.
const guestName = "#ext#"
