package bec

import (
	"encoding/json"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A change is one property that an operation set: a cmdlet's parameter, or a
// modified property of a directory object.
type change struct {
	name, old, new string
}

// changesOf lists what a record's operation set. The parameters of cmdlets
// stand in the rule column; modified properties in the details.
func changesOf(ev *timeline.Event) []change {
	if rule := ev.Cols[timeline.ColRule]; rule != "" {
		return parametersOf(rule)
	}
	return modifiedProperties(ev.Details)
}

// parametersOf reads a rule column's JSON object, in the order of names.
func parametersOf(rule string) []change {
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(rule), &m) != nil {
		return nil
	}
	list := make([]change, 0, len(m))
	for name, raw := range m {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		if strings.EqualFold(s, "$true") || strings.EqualFold(s, "$false") { // as typed
			s = s[1:]
		}
		list = append(list, change{name: name, new: s})
	}
	slices.SortFunc(list, func(a, b change) int { return strings.Compare(a.name, b.name) })
	return list
}

// maxDetails bounds the details that are searched for modified properties; a
// directory record has some kilobytes.
const maxDetails = 4 << 20

// resultReason is the member in which the directory's own records say in words
// what was done.
const resultReason = "ResultReason"

// modifiedProperties finds the modified properties anywhere in a record's
// details, whichever of its spellings the source uses, and the words in which
// the record says what was done.
func modifiedProperties(details string) []change {
	if len(details) > maxDetails {
		return nil
	}
	var list []change
	timeline.EachObject(details, func(object map[string]any) bool {
		name, isProperty := timeline.Member(object, "Name", "displayName")
		value, hasNew := timeline.Member(object, "NewValue", "newValue")
		old, hasOld := timeline.Member(object, "OldValue", "oldValue")
		if isProperty && (hasNew || hasOld) {
			list = append(list, change{name, old, value})
			return false
		}
		for _, key := range timeline.SortedKeys(object) {
			if reason, ok := object[key].(string); ok && reason != "" && strings.EqualFold(key, resultReason) {
				list = append(list, change{name: resultReason, new: reason})
			} else if c, ok := spreadProperty(object, key); ok {
				list = append(list, c)
			}
		}
		return true
	})
	return list
}

// spreadProperty is the modified property that a column of the portal's table
// names, whose values stand in the columns beside it.
func spreadProperty(m map[string]any, key string) (change, bool) {
	before, ok := strings.CutSuffix(key, "Name")
	if !ok || !strings.Contains(before, "ModifiedProperty") {
		return change{}, false
	}
	c := change{}
	c.name, _ = timeline.Member(m, key)
	c.old, _ = timeline.Member(m, before+"OldValue")
	c.new, _ = timeline.Member(m, before+"NewValue")
	return c, c.name != ""
}

// valueOf is the new value of a property by its name, without regard to case.
func valueOf(changes []change, name string) string {
	for _, c := range changes {
		if strings.EqualFold(c.name, name) {
			return c.new
		}
	}
	return ""
}

// operationKeyOf is an operation's name as the tables write it: without the
// full stop and the space that directory operations end in.
func operationKeyOf(operation string) string {
	return strings.ToLower(strings.TrimRight(strings.TrimSpace(operation), ". "))
}

// usualNetwork reports whether a record comes from a network that is a habit
// of its user, known for long enough, or from where the user's own device is,
// while nothing accuses the user's logons at the time. It excuses what is
// routine for the one who did it.
func usualNetwork(p *analysis.Pass, row int) bool {
	t, pr := p.Timeline, profileOf(p)
	ip, user := t.Code(timeline.ColIP, row), t.Folded(timeline.ColUser, row)
	at, timed := t.Nanos(row)
	if ip == 0 || !timed {
		return false
	}
	h := pr.networks.of[user]
	habit := h != nil && len(h.days) >= enough(p) && h.usual(uint64(networksOf(p).number[ip]))
	if !habit && !pr.stayed(stay{user: user, ip: ip}, at, exitHours) {
		return false
	}
	_, suspicious := lastBefore(t, suspiciousLogons(p)[user], at, soonAfter)
	return !suspicious
}

// routineExcuse is the excuse that usualNetwork gives, in words.
const routineExcuse = "from a network that is usual for the account, or where its own device is: routine by all that is on record"
