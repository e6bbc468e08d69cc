package change

import (
	"encoding/json"
	"slices"
	"strings"

	"becforensics/timeline"
)

// A change is one property that an operation set: a cmdlet's parameter, or a
// modified property of a directory object.
type Property struct {
	Name, old, New string
}

// PropertiesOf lists what a record's operation set. The parameters of cmdlets
// stand in the rule column; modified properties in the details.
func PropertiesOf(rule, details string) []Property {
	if rule != "" {
		return ParametersOf(rule)
	}
	return modifiedProperties(details)
}

// ParametersOf reads a rule column's JSON object, in the order of names.
func ParametersOf(rule string) []Property {
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(rule), &m) != nil {
		return nil
	}
	list := make([]Property, 0, len(m))
	for name, raw := range m {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		if strings.EqualFold(s, "$true") || strings.EqualFold(s, "$false") { // as typed
			s = s[1:]
		}
		list = append(list, Property{Name: name, New: s})
	}
	slices.SortFunc(list, func(a, b Property) int { return strings.Compare(a.Name, b.Name) })
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
func modifiedProperties(details string) []Property {
	if len(details) > maxDetails {
		return nil
	}
	var list []Property
	timeline.EachObject(details, func(object map[string]any) bool {
		name, isProperty := timeline.Member(object, "Name", "displayName")
		value, hasNew := timeline.Member(object, "NewValue", "newValue")
		old, hasOld := timeline.Member(object, "OldValue", "oldValue")
		if isProperty && (hasNew || hasOld) {
			list = append(list, Property{name, old, value})
			return false
		}
		for _, key := range timeline.SortedKeys(object) {
			if reason, ok := object[key].(string); ok && reason != "" && strings.EqualFold(key, resultReason) {
				list = append(list, Property{Name: resultReason, New: reason})
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
func spreadProperty(m map[string]any, key string) (Property, bool) {
	before, ok := strings.CutSuffix(key, "Name")
	if !ok || !strings.Contains(before, "ModifiedProperty") {
		return Property{}, false
	}
	c := Property{}
	c.Name, _ = timeline.Member(m, key)
	c.old, _ = timeline.Member(m, before+"OldValue")
	c.New, _ = timeline.Member(m, before+"NewValue")
	return c, c.Name != ""
}

// ValueOf is the new value of a property by its name, without regard to case.
func ValueOf(changes []Property, name string) string {
	for _, c := range changes {
		if strings.EqualFold(c.Name, name) {
			return c.New
		}
	}
	return ""
}

// OperationKeyOf is an operation's name as the tables write it: without the
// full stop and the space that directory operations end in.
func OperationKeyOf(operation string) string {
	return strings.ToLower(strings.TrimRight(strings.TrimSpace(operation), ". "))
}
