package change

import (
	"strings"
	"unique"

	"becforensics/timeline"
	"becforensics/timeline/analysis/cite"
)

// A Property is what an operation set: a cmdlet's parameter, or a modified
// property of a directory object.
type Property struct {
	Name, old, New string
}

// propertiesOf lists what a record's operation set. The parameters of cmdlets
// stand in the rule column; modified properties in the details.
func propertiesOf(rule, details string) []Property {
	if rule != "" {
		return ParametersOf(rule)
	}
	return modifiedProperties(details)
}

// ParametersOf reads a rule column's JSON object, in the order of names.
func ParametersOf(rule string) []Property {
	var list []Property
	timeline.EachMember(rule, func(name, value string) {
		name = unique.Make(name).Value()                                             // of few
		if strings.EqualFold(value, "$true") || strings.EqualFold(value, "$false") { // as typed
			value = value[1:]
		}
		list = append(list, Property{Name: name, New: value})
	})
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
	timeline.EachObject(details, func(o timeline.Object) bool {
		value, hasNew := o.Text("NewValue", "newValue")
		old, hasOld := o.Text("OldValue", "oldValue")
		if hasNew || hasOld {
			if name, ok := o.Text("Name", "displayName"); ok {
				list = append(list, Property{name, old, value})
				return false
			}
		}
		for key := range o.Names() {
			if strings.EqualFold(key, resultReason) {
				if reason, _ := o.String(key); reason != "" {
					list = append(list, Property{Name: resultReason, New: reason})
				}
			} else if c, ok := spreadProperty(o, key); ok {
				list = append(list, c)
			}
		}
		return true
	})
	return list
}

// spreadProperty is the modified property that a column of the portal's table
// names, whose values stand in the columns beside it.
func spreadProperty(o timeline.Object, key string) (Property, bool) {
	before, ok := strings.CutSuffix(key, "Name")
	if !ok || !strings.Contains(before, "ModifiedProperty") {
		return Property{}, false
	}
	c := Property{}
	c.Name, _ = o.Text(key)
	c.old, _ = o.Text(before + "OldValue")
	c.New, _ = o.Text(before + "NewValue")
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

// isTrue reads a parameter's switch.
func isTrue(changes []Property, name string) bool {
	v := ValueOf(changes, name)
	return strings.EqualFold(v, "true") || v == "1"
}

// IsBlank reports whether a property's value holds nothing.
func IsBlank(s string) bool { return strings.Trim(s, " []{}\"\r\n\t") == "" || s == "null" }

// OperationKeyOf is an operation's name as the tables write it: without the
// full stop and the space that directory operations end in.
func OperationKeyOf(operation string) string {
	return strings.ToLower(strings.TrimRight(strings.TrimSpace(operation), ". "))
}

// targetOf is what a change was made to.
func targetOf(t *timeline.Timeline, row int, changes []Property) string {
	for _, name := range []string{"Identity", "Name"} {
		if v := ValueOf(changes, name); v != "" {
			return v
		}
	}
	return t.Text(timeline.ColTarget, row)
}

// ChangesText writes changes for a cell.
func ChangesText(changes []Property) string {
	const longest = 200
	short := func(s string) string {
		s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "\x00", nul)
		if len(s) > longest {
			s = strings.ToValidUTF8(s[:longest], "") + " …"
		}
		return s
	}
	parts := make([]string, 0, len(changes))
	for _, c := range changes {
		text := c.Name + ": " + short(c.New)
		if c.old != "" {
			text = c.Name + ": " + short(c.old) + " → " + short(c.New)
		}
		parts = append(parts, text)
	}
	return cite.Join(parts)
}
