package timeline

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// An Object is one of a JSON text, good until whoever was given it returns.
type Object struct {
	of      *jsonText
	members []member
}

// EachObject calls visit for the objects of a JSON text, outer ones first and
// in the order of names, also for those of JSON that stands in a string. What
// is in an object for which visit returns false is passed over. A text that is
// no JSON has none.
func EachObject(text string, visit func(Object) bool) {
	useJSON(text, func(j *jsonText) { j.objects(0, visit) })
}

func (j *jsonText) objects(node uint32, visit func(Object) bool) {
	n := j.nodes[node]
	switch j.text[n.from] {
	case '[':
		for i := node + 1; i < n.next; i = j.nodes[i].next {
			j.objects(i, visit)
		}
	case '{':
		before := len(j.members)
		o := Object{j, j.membersOf(node)}
		if visit(o) {
			for _, m := range o.members {
				j.objects(m.value, visit)
			}
		}
		j.members = j.members[:before]
	case '"':
		if first := j.text[n.from+1]; first != '{' && first != '[' && first != '\\' {
			return
		}
		if s := j.string(node); strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[{") {
			EachObject(s, visit)
		}
	}
}

// find is the node of a member's value; 0 if no member has the name.
func (o Object) find(name string) uint32 {
	i, ok := slices.BinarySearchFunc(o.members, name, func(m member, name string) int { return strings.Compare(m.name, name) })
	if !ok {
		return 0
	}
	return o.members[i].value
}

// Names are those of the members, in order; they are views of the text.
func (o Object) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, m := range o.members {
			if !yield(m.name) {
				return
			}
		}
	}
}

// String is the member of a name, if that is a string.
func (o Object) String(name string) (string, bool) {
	node := o.find(name)
	if node == 0 || o.of.raw(node)[0] != '"' {
		return "", false
	}
	return strings.Clone(o.of.string(node)), true
}

// Strings are the strings in the list that the member of a name is.
func (o Object) Strings(name string) []string {
	node := o.find(name)
	if node == 0 || o.of.raw(node)[0] != '[' {
		return nil
	}
	var list []string
	for i := node + 1; i < o.of.nodes[node].next; i = o.of.nodes[i].next {
		if o.of.raw(i)[0] == '"' {
			list = append(list, strings.Clone(o.of.string(i)))
		}
	}
	return list
}

// Text is the text of the first of the members that is there: of one that is
// no string, the JSON of its value.
func (o Object) Text(names ...string) (string, bool) {
	for _, name := range names {
		node := o.find(name)
		if node == 0 {
			continue
		}
		raw := o.of.raw(node)
		switch raw[0] {
		case '"':
			return strings.Clone(o.of.string(node)), true
		case 'n':
			return "", true
		}
		var v any
		if json.Unmarshal([]byte(raw), &v) != nil {
			return strings.Clone(raw), true // a number that no variable holds
		}
		text, err := json.Marshal(v)
		return string(text), err == nil
	}
	return "", false
}

// EachMember calls visit for the members of a JSON object in the order of
// names: strings as they are meant, everything else as it is written, null as
// nothing. What is no object has none.
func EachMember(text string, visit func(name, value string)) {
	useJSON(text, func(j *jsonText) {
		if j.text[j.nodes[0].from] != '{' {
			return
		}
		for _, m := range j.membersOf(0) {
			value := j.raw(m.value)
			switch value[0] {
			case '"':
				value = j.string(m.value)
			case 'n':
				value = ""
			}
			visit(strings.Clone(m.name), strings.Clone(value))
		}
		j.members = j.members[:0]
	})
}

// PlainMembers are the members of a JSON object, as EachMember has them.
func PlainMembers(text string) map[string]string {
	plain := map[string]string{}
	EachMember(text, func(name, value string) { plain[name] = value })
	return plain
}

// PlainDetails are the members of a row's details, as EachMember has them.
func (t *Timeline) PlainDetails(row int) map[string]string { return PlainMembers(t.Details(row)) }

// Property finds a string by its name in JSON text, at any depth; the name of
// a name and value pair, or the key of a key and value pair, counts as well.
func Property(text, name string) string {
	found := ""
	EachObject(text, func(o Object) bool {
		if found != "" {
			return false
		}
		if n, ok := o.String("Name"); ok && strings.EqualFold(n, name) {
			found, _ = o.String("Value")
			return false
		}
		if n, ok := o.String("key"); ok && strings.EqualFold(n, name) {
			found, _ = o.String("value")
			return false
		}
		for key := range o.Names() {
			if !strings.EqualFold(key, name) {
				continue
			}
			if s, ok := o.String(key); ok {
				found = s
				return false
			}
		}
		return true
	})
	return found
}
