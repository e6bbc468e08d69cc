package logon

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A KitTrace is records that follow a flow of the table of kits.
type KitTrace struct {
	Trace  reference.Trace // the last step
	User   uint32          // folded code; 0 where the records name a service only
	Rows   []int           // of the kit, in time order
	Owners []int           // of the account's owner, whom the kit used
	Device string          // that the kit registered
	Logons []int           // made with that device
}

// KitTraces are the records that the table of kits knows. Habits have no part
// in it: what speaks for a user is the analysis's question.
var KitTraces = &analysis.Fact[[]KitTrace]{
	Name:  "traces of kits",
	Needs: []analysis.Need{analysis.Operations, Agents, Networks},
	Make:  findKitTraces,
}

func findKitTraces(p *analysis.Pass) []KitTrace {
	flows := p.Reference.KitTraces()
	k := newKitRecords(p, flows)
	k.read()
	var found []KitTrace
	for i, flow := range flows {
		found = append(found, k.follow(i, flow)...)
	}
	return k.withDevices(found)
}

// follow finds the records that take the steps of a flow one after the other;
// those of one user are one trace.
func (k *kitRecords) follow(number int, flow []reference.Trace) []KitTrace {
	t := k.p.Timeline
	last := flow[len(flow)-1]
	byUser := map[uint32]int{}
	var found []KitTrace
	steps := make([]map[uint32][]int, len(flow))
	for step := 1; step < len(flow); step++ {
		steps[step] = map[uint32][]int{}
		for _, row := range k.hits[number][step] {
			user := t.Folded(timeline.ColUser, row)
			steps[step][user] = append(steps[step][user], row)
		}
	}
	for _, first := range k.hits[number][0] {
		chain := []int{first}
		for step := 1; step < len(flow) && len(chain) == step; step++ {
			if next, ok := k.next(steps[step], flow[step], chain[step-1]); ok {
				chain = append(chain, next)
			}
		}
		if len(chain) < len(flow) {
			continue
		}
		user := t.Folded(timeline.ColUser, chain[len(chain)-1])
		at, ok := byUser[user]
		if !ok {
			at = len(found)
			byUser[user] = at
			found = append(found, KitTrace{Trace: last, User: user})
		}
		one := &found[at]
		for step, row := range chain {
			if flow[step].Owner {
				one.Owners = append(one.Owners, row)
			} else {
				one.Rows = append(one.Rows, row)
			}
		}
	}
	for i := range found {
		found[i].Rows, found[i].Owners = distinctRows(found[i].Rows), distinctRows(found[i].Owners)
	}
	return found
}

// next is the first record of a step that follows the one before by the same
// user, soon enough and related as the step asks.
func (k *kitRecords) next(byUser map[uint32][]int, trace reference.Trace, before int) (int, bool) {
	t := k.p.Timeline
	user, at := t.Folded(timeline.ColUser, before), timeline.UnixNano(t, before)
	hits := byUser[user]
	i, _ := slices.BinarySearchFunc(hits, at, func(row int, at int64) int {
		return int(min(max(timeline.UnixNano(t, row)-at, -1), 1))
	})
	for _, row := range hits[i:] {
		if timeline.UnixNano(t, row)-at > int64(trace.Minutes)*int64(time.Minute) {
			break
		}
		if user != 0 && row != before && !slices.ContainsFunc(trace.Relation, func(r reference.Relation) bool { return !k.related(r, before, row) }) {
			return row, true
		}
	}
	return 0, false
}

// KnowsKitTest reports whether a name in the table of kits is one that records
// can be tested by, or related by.
func KnowsKitTest(name string) bool {
	switch name {
	case testOutcome, testFlags, testKind, testSignIn + testRequest, testSignIn + testTransfer, relationAgent, relationProvider:
		return true
	}
	field, ok := timeline.FieldFor(name)
	return ok && field.Code || strings.HasPrefix(name, testProperty)
}

// Names of relations that are no columns.
const (
	relationAgent    = "agent"    // the family of the user agent
	relationProvider = "provider" // the autonomous system, or the network where it is not known
)

// related reports whether two records have, or have not, the same value, which
// both must state.
func (k *kitRecords) related(r reference.Relation, a, b int) bool {
	x, y := k.value(r.Name, a), k.value(r.Name, b)
	return x != 0 && y != 0 && (x == y) == r.Same
}

func (k *kitRecords) value(name string, row int) uint64 {
	t := k.p.Timeline
	switch name {
	case relationAgent:
		return uint64(Agents.Of(k.p).Of[t.Code(timeline.ColUserAgent, row)])
	case relationProvider:
		ip := t.Code(timeline.ColIP, row)
		if asn := t.PlaceOf(ip).ASN; ip != 0 && asn != 0 {
			return uint64(asn)
		}
		return uint64(Networks.Of(k.p).Number[ip]) << 32
	}
	if field, ok := timeline.FieldFor(name); ok && field.Code {
		return uint64(t.Folded(field.Col, row))
	}
	return 0
}

// distinctRows sorts rows and leaves out what stands twice.
func distinctRows(rows []int) []int {
	slices.Sort(rows)
	return slices.Compact(rows)
}

// withDevices joins what was done with the devices that kits registered, and
// the directory's other records of their registration.
func (k *kitRecords) withDevices(found []KitTrace) []KitTrace {
	t := k.p.Timeline
	devices := map[string]uint32{}
	for code := 1; code < t.Cardinality(timeline.ColDevice); code++ {
		devices[strings.ToLower(t.Value(timeline.ColDevice, uint32(code)))] = t.Fold(timeline.ColDevice)[code]
	}
	var kept []KitTrace
	byDevice := map[string]int{}
	for _, one := range found {
		if len(one.Owners) > 0 || !k.registers(one.Rows) {
			kept = append(kept, one)
			continue
		}
		for _, row := range one.Rows {
			name, id := k.deviceOf(row, devices)
			key := one.Trace.Kit + "\x00" + strings.ToLower(name)
			at, ok := byDevice[key]
			if !ok {
				at = len(kept)
				byDevice[key] = at
				kept = append(kept, KitTrace{Trace: one.Trace, Device: name})
			}
			it := &kept[at]
			it.Rows = append(it.Rows, row)
			it.Rows = append(it.Rows, k.registrations(row, name)...)
			if code := devices[id]; id != "" && len(it.Logons) == 0 {
				it.Logons = k.logonsWith(code)
			}
		}
	}
	for i := range kept {
		one := &kept[i]
		one.Rows = distinctRows(one.Rows)
		if one.Device != "" {
			one.User = k.ownerOf(one)
		}
	}
	return kept
}
