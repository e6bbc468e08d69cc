package change

import (
	"bytes"
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

// A parameterReader reads the parameters of rows. Rows that say the same, as
// most rules of newsletters do, share what was read, if that was lately. Several
// goroutines may ask it.
type parameterReader struct {
	t      *timeline.Timeline
	lately lately[parameters]
}

// parameters are those that one code of the rule column holds.
type parameters struct {
	code uint32
	list []Property
}

// of are the parameters in a row's rule column. They are not to be changed.
func (r *parameterReader) of(row int) []Property {
	code := r.t.Code(timeline.ColRule, row)
	same := func(p *parameters) bool { return p.code == code }
	return r.lately.of(uint64(code), same, func() *parameters {
		return &parameters{code, ParametersOf(r.t.Value(timeline.ColRule, code))}
	}).list
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

// longestShown is how many bytes of a value a cell shows.
const longestShown = 200

// ChangesText writes changes for a cell.
func ChangesText(changes []Property) string {
	parts := make([]string, len(changes))
	var room [512]byte
	for i, c := range changes {
		b := append(append(room[:0], c.Name...), ": "...)
		if c.old != "" {
			b = append(appendShown(b, c.old), " → "...)
		}
		parts[i] = string(appendShown(b, c.New))
	}
	return cite.Join(parts)
}

// appendShown appends the words of a value, cut if they are long.
func appendShown(b []byte, s string) []byte {
	from := len(b)
	for word := range strings.FieldsSeq(s) {
		if len(b) > from {
			b = append(b, ' ')
		}
		word = word[:min(len(word), longestShown+1)]
		b = append(b, strings.ReplaceAll(word, "\x00", nul)...)
		if len(b)-from > longestShown {
			return append(append(b[:from], bytes.ToValidUTF8(b[from:from+longestShown], nil)...), " …"...)
		}
	}
	return b
}
