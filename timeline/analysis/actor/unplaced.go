package actor

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// classDevice is that of operations on devices in the directory.
const classDevice = "device"

// unplaced reports whether a record says nothing of where it was made, and is
// of a kind that an account makes seldom: of devices, or one that signs cite.
func (l *linker) unplaced(row int, class string) bool {
	if l.at(row) >= 0 || l.t.Source(row).SparseAddresses || l.t.Code(timeline.ColIP, row) != 0 {
		return false
	}
	return class == classDevice || len(l.signs.At(l.t.Origin(row))) > 0
}

// minutesAfter attributes a record that says nothing of where it was made to
// whoever used the account last, within some minutes before it. Directory
// changes that a service makes for an account name that as their target.
func (l *linker) minutesAfter(row int, of map[int32]*Actor) (*Actor, string) {
	t, now := l.t, timeline.UnixNano(l.t, row)
	who := l.accountOf(row)
	if t.Has(row, timeline.AppOnly|timeline.Service) {
		target, _, _ := strings.Cut(t.Text(timeline.ColTarget, row), " ")
		code, ok := t.Find(timeline.ColUser, target)
		if !ok {
			return nil, ""
		}
		who = account(t.Fold(timeline.ColUser)[code])
	}
	for before := row - 1; before >= 0 && now-timeline.UnixNano(t, before) <= int64(l.p.Minutes(PauseMinutes)); before-- {
		at := l.at(before)
		if at < 0 || l.list[at].account != who || t.Outcome(before) > timeline.Success {
			continue
		}
		if by := of[at]; by != nil {
			return by, fmt.Sprintf("minutes after the actor's record %s (inferred)", t.Origin(before))
		}
		return nil, ""
	}
	return nil, ""
}

// followDevices attributes what a service records of a device within minutes of
// an actor's own record of it: registering one leaves several.
func (a *Attribution) followDevices(l *linker) {
	t, classes := l.t, analysis.Operations.Of(l.p)
	span := int64(l.p.Minutes(PauseMinutes))
	about := func(row int) bool { return classes[t.Code(timeline.ColOperation, row)] == classDevice }
	for _, row := range slices.Clone(a.order) {
		if !about(row) {
			continue
		}
		who, now := a.acts[row].actor, timeline.UnixNano(t, row)
		names := l.deviceNames(who, row)
		lo, hi := t.Between(now-span, now+span)
		for other := lo; other < hi; other++ {
			if a.acts[other].actor != nil || !about(other) || !t.Has(other, timeline.AppOnly|timeline.Service) {
				continue
			}
			target := strings.ToLower(t.Text(timeline.ColTarget, other) + " " + t.Text(timeline.ColDevice, other))
			if slices.ContainsFunc(names, func(name string) bool { return strings.Contains(target, name) }) {
				a.take(other, who, fmt.Sprintf("about the device of the actor's record %s, within minutes (inferred)", t.Origin(row)))
			}
		}
	}
}

// deviceNames are the names and ids of an actor's devices, in lower case, those
// of one record of a device included.
func (l *linker) deviceNames(who *Actor, row int) []string {
	var names []string
	add := func(name string) {
		if name != "" {
			names = append(names, strings.ToLower(name))
		}
	}
	name, _, _ := strings.Cut(l.t.Text(timeline.ColTarget, row), " ")
	if !strings.Contains(name, "@") {
		add(name)
	}
	add(l.t.Text(timeline.ColDevice, row))
	for _, i := range who.contexts {
		if d := l.list[i].device; d != 0 {
			add(l.t.Value(timeline.ColDevice, d))
		}
	}
	return names
}
