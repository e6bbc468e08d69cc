package actor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// A Containment is what one person did within minutes to end an actor's access
// to one mailbox.
type Containment struct {
	At      time.Time // of its first record
	Mailbox string
	By      string // the account under which it was done
	What    []string
	Rows    []int // of its records, in time order
	Hold    Hold
	// SurvivedBy is how the actor went on, in words; empty unless it did.
	SurvivedBy string
	After      []int // the actor's acts after it that did not fail, in time order

	until int64 // of its last record
	kinds []string
}

// A Hold says whether containment held.
type Hold uint8

// Verdicts. Unknown is that of measures after which the records end too soon.
const (
	HoldUnknown Hold = iota
	Held
	Survived
)

// Bounds of containment.
var (
	togetherMinutes = &analysis.Point{Name: "containment.together_minutes", Value: 15, Doc: "minutes within which what one account does to contain an actor is one measure"}
	tokenMinutes    = &analysis.Threshold{Name: "containment.token_minutes", Value: 90, Doc: "minutes for which a token that was given before a measure may still be used"}
)

// Containments are the measures against each actor in band act or review, by
// the actor's place in Attribution.Actors, in time order.
var Containments = &analysis.Fact[[][]Containment]{
	Name:       "containment",
	Needs:      []analysis.Need{analysis.Operations, change.AccessChanges, change.Consents, change.ConsentedApps, logon.SignIns, Actors},
	Thresholds: []*analysis.Threshold{tokenMinutes},
	Points:     []*analysis.Point{togetherMinutes},
	Make:       findContainments,
}

func findContainments(p *analysis.Pass) [][]Containment {
	a := Actors.Of(p)
	all := make([][]Containment, len(a.Actors))
	for i, who := range a.Actors {
		if who.Band != BandListed {
			all[i] = newContained(p, who).measures()
		}
	}
	return all
}

// A contained is an actor with what measures against it may be about.
type contained struct {
	p        *analysis.Pass
	t        *timeline.Timeline
	who      *Actor
	admitted []int                 // acts that did not fail, in time order
	since    map[string]int64      // first of them, by mailbox in lower case
	devices  map[string]string     // the mailbox in which a device was used, by its id in lower case
	consents []change.AccessChange // by which its applications were let in
	apps     map[uint32]bool       // folded codes of its applications that a consent let in
}

func newContained(p *analysis.Pass, who *Actor) *contained {
	c := &contained{p: p, t: p.Timeline, who: who, since: map[string]int64{}, devices: map[string]string{}, apps: map[uint32]bool{}}
	consented := map[int]bool{}
	byApp := change.ConsentedApps.Of(p)
	list := change.Consents.Of(p)
	for _, row := range who.Rows {
		if c.t.Outcome(row) > timeline.Success {
			continue
		}
		c.admitted = append(c.admitted, row)
		for _, mailbox := range c.mailboxesOf(row) {
			if _, ok := c.since[mailbox]; !ok {
				c.since[mailbox] = timeline.UnixNano(c.t, row)
			}
			if d := strings.ToLower(c.t.Text(timeline.ColDevice, row)); d != "" && c.devices[d] == "" {
				c.devices[d] = mailbox
			}
		}
		app := c.t.Folded(timeline.ColAppID, row)
		for _, i := range byApp[app] {
			c.apps[app] = true
			for _, r := range list[i].Rows {
				consented[r] = true
			}
		}
	}
	for _, ch := range change.AccessChanges.Of(p) {
		if by, _ := Actors.Of(p).At(ch.Row); !ch.Ends && ch.Kind == change.AccessApplication && (consented[ch.Row] || by == who) {
			c.consents = append(c.consents, ch)
		}
	}
	return c
}

// mailboxesOf are the accounts that a record is of, in lower case.
func (c *contained) mailboxesOf(row int) []string {
	var names []string
	for _, col := range [...]timeline.Col{timeline.ColUser, timeline.ColMailbox} {
		if name := strings.ToLower(c.t.Text(col, row)); strings.Contains(name, "@") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// measures are those against the actor, each judged.
func (c *contained) measures() []Containment {
	var found []Containment
	together := int64(togetherMinutes.Int()) * int64(time.Minute)
	for _, ch := range change.AccessChanges.Of(c.p) {
		by, _ := Actors.Of(c.p).At(ch.Row)
		if !ch.Ends || by != nil && by.Band != BandListed {
			continue
		}
		mailbox, now := c.mailboxOf(&ch), timeline.UnixNano(c.t, ch.Row)
		if first, ok := c.since[mailbox]; !ok || now < first {
			continue
		}
		who := c.t.Text(timeline.ColUser, ch.Row)
		i := slices.IndexFunc(found, func(m Containment) bool {
			return m.Mailbox == mailbox && strings.EqualFold(m.By, who) && now-timeline.UnixNano(c.t, m.Rows[0]) <= together
		})
		if i < 0 {
			i = len(found)
			found = append(found, Containment{At: c.t.Time(ch.Row), Mailbox: mailbox, By: who})
		}
		m := &found[i]
		m.Rows, m.until = append(m.Rows, ch.Row), now
		if !slices.Contains(m.What, ch.What) {
			m.What = append(m.What, ch.What)
		}
		if !slices.Contains(m.kinds, ch.Kind) {
			m.kinds = append(m.kinds, ch.Kind)
		}
	}
	for i := range found {
		c.judge(&found[i])
	}
	return found
}

// mailboxOf is the actor's mailbox that a measure is about, in lower case;
// empty if it is about none.
func (c *contained) mailboxOf(m *change.AccessChange) string {
	switch m.Kind {
	case change.AccessDevice:
		for _, key := range m.Keys {
			if mailbox := c.devices[key]; mailbox != "" {
				return mailbox
			}
		}
		return ""
	case change.AccessApplication:
		for i := range c.consents {
			if m.SameObject(&c.consents[i]) {
				if account := c.consents[i].Account; c.since[account] != 0 {
					return account
				}
				return strings.ToLower(c.who.User)
			}
		}
		return ""
	case change.AccessRule, change.AccessForward, change.AccessDelegate, change.AccessFactor, change.AccessLink:
		if !c.madeBefore(m) {
			return ""
		}
	}
	for _, name := range cite.SortedSet(keysOf(c.since)) {
		if change.SameMailbox(name, m.Account) {
			return name
		}
	}
	return ""
}

func keysOf(times map[string]int64) map[string]bool {
	set := map[string]bool{}
	for name := range times {
		set[name] = true
	}
	return set
}

// madeBefore reports whether the actor, or a record that a sign of it cites,
// put in place before what a measure takes away.
func (c *contained) madeBefore(m *change.AccessChange) bool {
	a := Actors.Of(c.p)
	return slices.ContainsFunc(change.AccessChanges.Of(c.p), func(ch change.AccessChange) bool {
		if ch.Ends || ch.Row > m.Row || !ch.SameObject(m) {
			return false
		}
		by, _ := a.At(ch.Row)
		return by == c.who
	})
}

// judge says whether a measure held, by the actor's acts in the mailbox that did
// not fail: a sign-in after it, or an act beyond the life of a token that was
// given before it, shows that it did not.
func (c *contained) judge(m *Containment) {
	life := int64(c.p.Minutes(tokenMinutes))
	classes := analysis.Operations.Of(c.p)
	held, last := true, int64(0)
	seen := map[*timeline.Source]bool{}
	for _, row := range c.admitted {
		if !slices.Contains(c.mailboxesOf(row), m.Mailbox) {
			continue
		}
		if s := c.t.Source(row); !seen[s] {
			seen[s] = true
			last = max(last, recordOf(c.t, s).last)
		}
		after := timeline.UnixNano(c.t, row) - m.until
		if after <= 0 {
			continue
		}
		m.After = append(m.After, row)
		if after > life || classes[c.t.Code(timeline.ColOperation, row)] == analysis.ClassLogon {
			held = false
		}
	}
	switch {
	case !held:
		m.Hold, m.SurvivedBy = Survived, c.survival(m)
	case last >= m.until+life:
		m.Hold = Held
	}
}

// endsAccess reports whether a measure closes an account, a session or a way
// in, rather than taking away what was made through it.
func (m *Containment) endsAccess() bool {
	return slices.ContainsFunc(m.kinds, func(kind string) bool {
		switch kind {
		case change.AccessRule, change.AccessForward, change.AccessLink, change.AccessDelegate:
			return false
		}
		return true
	})
}

// survival says in words how an actor went on after a measure.
func (c *contained) survival(m *Containment) string {
	has := func(kind string) bool { return slices.Contains(m.kinds, kind) }
	sessions := map[uint32]bool{}
	for _, row := range c.admitted {
		if timeline.UnixNano(c.t, row) <= m.until {
			sessions[c.t.Folded(timeline.ColSession, row)] = true
		}
	}
	for _, row := range m.After {
		device := c.t.Text(timeline.ColDevice, row)
		token := logon.Letters(c.t.Text(timeline.ColTokenType, row))
		if !has(change.AccessDevice) && (device != "" || strings.Contains(token, "primaryrefreshtoken")) {
			return "a primary refresh token bound to a device" + named(device)
		}
	}
	for _, row := range m.After {
		if !has(change.AccessApplication) && c.apps[c.t.Folded(timeline.ColAppID, row)] {
			return "the grant of the application" + named(cmp.Or(c.t.Text(timeline.ColApp, row), c.t.Text(timeline.ColAppID, row)))
		}
	}
	for _, row := range m.After {
		if s := c.t.Folded(timeline.ColSession, row); s != 0 && sessions[s] {
			return "a session that began before it" + named(c.t.Text(timeline.ColSession, row))
		}
	}
	classes := analysis.Operations.Of(c.p)
	for _, row := range m.After {
		if classes[c.t.Code(timeline.ColOperation, row)] == analysis.ClassLogon {
			return fmt.Sprintf("a sign-in after it (%s): the password or another way in still worked", c.t.Origin(row))
		}
	}
	return "an access whose token is not on record"
}

// named puts a name behind a word.
func named(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}
