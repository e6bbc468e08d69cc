package actor

import (
	"fmt"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// familyWhen is the family of what was done at hours that are not the owner's.
const familyWhen = "when"

// clock counts the acts of accounts by hour of the day, UTC.
type clock map[account]*[24]int

func (c clock) add(who account, at time.Time) {
	if c[who] == nil {
		c[who] = &[24]int{}
	}
	c[who][at.UTC().Hour()]++
}

// strange reports whether an account does nothing at an hour of the day, nor at
// the hours beside it.
func (c clock) strange(who account, at time.Time) bool {
	hours := c[who]
	if hours == nil {
		return false
	}
	h := at.UTC().Hour()
	return hours[h]+hours[(h+1)%24]+hours[(h+23)%24] == 0
}

// weak are reasons that no analysis gives a sign for: logons to the actor's
// first account from a network, with a program or at an hour that the account
// does not have otherwise. Each says little; together they may say something.
func (a *Attribution) weak(l *linker, who *Actor) []Reason {
	t, user := l.t, who.accounts[0]
	if habit := l.pr.Networks.Of[uint32(user)]; habit == nil || len(habit.Days) < logon.Enough(l.p) {
		return nil
	}
	usual := map[uint32]bool{}
	for i := range l.list {
		if c := &l.list[i]; c.account == user && !l.suspect[i] && c.opened {
			usual[c.agent] = true
		}
	}
	var where, how, when []int
	for _, row := range who.Logons {
		if l.accountOf(row) != user {
			continue
		}
		if ip := t.Code(timeline.ColIP, row); ip != 0 && !l.pr.Networks.Usual(uint32(user), uint64(l.networks[ip])) {
			where = append(where, row)
		}
		if agent := l.families[t.Code(timeline.ColUserAgent, row)]; agent != 0 && !usual[agent] {
			how = append(how, row)
		}
		if a.hours.strange(user, t.Time(row)) {
			when = append(when, row)
		}
	}
	var list []Reason
	for _, w := range []struct {
		family, text string
		rows         []int
	}{
		{familyWhere, "from a network that the account was not used from otherwise", where},
		{familyHow, "with a program that the account was not used with otherwise", how},
		{familyWhen, "at an hour at which the account was not used otherwise", when},
	} {
		if len(w.rows) > 0 {
			list = append(list, Reason{
				Family: w.family, Points: round(weightLow.Value * proofLikely.Value), First: t.Time(w.rows[0]), Last: t.Time(w.rows[len(w.rows)-1]), Origins: cite.Origins(t, w.rows),
				Text: fmt.Sprintf("%s %s: %s × %s, as no analysis gives a sign for it", cite.Counted(len(w.rows), "logon"), w.text, plain(weightLow.Value), plain(proofLikely.Value)),
			})
		}
	}
	return list
}
