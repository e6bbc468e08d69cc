package actor

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis/logon"
)

// saysWhere reports whether a sign on a context is about the entry: that speaks
// against its place, as what was done there does not.
func (l *linker) saysWhere(c *context) bool {
	signs := l.signs
	return slices.ContainsFunc(c.signs, func(s int32) bool {
		return aboutEntry(signs.All[s].Analyzer.Family)
	})
}

// aboutEntry reports whether signs of a family speak against an entry, rather
// than what followed.
func aboutEntry(family string) bool {
	return family == familyHow || family == familyExaminer || slices.Contains(entryFamilies, family)
}

// owners reports whether a context is its owner's: from an office, from what
// the examiner cleared, from a network that is the account's habit or, unless
// strict, from a provider and country that are, with a program that the account
// has there.
func (l *linker) owners(c *context, strict bool) bool {
	if c.ip == 0 || c.account&mailboxBit != 0 || c.pivot {
		return false
	}
	if l.pr.Office[c.ip] || l.pr.Cleared[c.ip] || l.pr.Networks.Usual(uint32(c.account), uint64(l.networks[c.ip])) {
		return true
	}
	return !strict && l.pr.HomeRow(l.t, c.row) && (c.agent == 0 || len(l.programs[program{c.account, c.agent}]) >= logon.RoutineDays.Int())
}

// A device is one that an account was used with.
type device struct {
	account account
	device  uint32
}

// A program is a family of user agents that an account was used with.
type program struct {
	account account
	agent   uint32
}

// learnPrograms finds the days on which accounts began to use a program
// somewhere in the networks of their home.
func (l *linker) learnPrograms() {
	for i := range l.list {
		c := &l.list[i]
		if c.agent == 0 || c.ip == 0 || !l.pr.HomeRow(l.t, c.row) {
			continue
		}
		k, day := program{c.account, c.agent}, timeline.Day(c.first)
		if days := l.programs[k]; len(days) == 0 || days[len(days)-1] != day {
			l.programs[k] = append(days, day)
		}
	}
}
