package rows

import (
	"slices"
	"strconv"
	"strings"
)

// A part is a piece of a flat name: a member's name, or the place in a list.
type part struct {
	name  string
	index int // -1 for a name
}

// parts splits a flat name: Folders_0_Path, Folders.0.Path, Folders[0].Path.
// Numbered says whether it has a place in a list. Full stops and brackets
// always part, underscores only around a number.
func parts(name string) (list []part, numbered bool) {
	if name == "" || name[0] == '.' || strings.ContainsAny(name, "@ ()/\\:") {
		return []part{{name, -1}}, false
	}
	rest := name
	for rest != "" {
		i, cut := strings.IndexAny(rest, ".["), 0
		if k, end := underscored(rest); k >= 0 && (i < 0 || k < i) {
			i, cut = k, end
		}
		if i < 0 {
			list = append(list, named(rest))
			break
		}
		if i > 0 {
			list = append(list, named(rest[:i]))
		}
		switch {
		case cut > 0:
			list = append(list, named(rest[i+1:cut]))
			rest = strings.TrimPrefix(rest[cut:], "_")
		case rest[i] == '[':
			end := strings.IndexByte(rest[i:], ']')
			if end < 0 {
				return []part{{name, -1}}, false
			}
			list = append(list, named(rest[i+1:i+end]))
			rest = strings.TrimLeft(rest[i+end+1:], ".")
		default:
			rest = rest[i+1:]
			if rest == "" {
				return []part{{name, -1}}, false
			}
		}
	}
	for _, p := range list[1:] {
		numbered = numbered || p.index >= 0
	}
	if list[0].index >= 0 {
		return []part{{name, -1}}, false
	}
	return list, numbered
}

// FlatPath is the way into records whose objects are spread over members named by
// paths; false if no key is such a path.
func FlatPath(keys []string) (Path, bool) {
	for _, key := range keys {
		if list, _ := parts(key); len(list) > 1 {
			return Path{{flat: true}}, true
		}
	}
	return nil, false
}

// underscored finds the first number between underscores, or behind the last:
// where the underscore before it stands and where the number ends.
func underscored(s string) (begin, end int) {
	for i := 1; i < len(s); i++ {
		if s[i-1] != '_' {
			continue
		}
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j > i && (j == len(s) || s[j] == '_') && i > 1 {
			return i - 1, j
		}
	}
	return -1, -1
}

// named is a part as its text says.
func named(s string) part {
	const digits = 4 // of the longest list that is spread over columns
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && len(s) <= digits {
		return part{s, n}
	}
	return part{s, -1}
}

// A branch is a member or element of an object that is spread over names.
type branch struct {
	part
	leaf     int // 1 + number of the value, 0 if the branch has members
	branches []*branch
}

// add puts a value under its parts; false if that is both a value and an
// object.
func (b *branch) add(list []part, leaf int) bool {
	for _, p := range list {
		if b.leaf > 0 {
			return false
		}
		i := slices.IndexFunc(b.branches, func(c *branch) bool { return c.part == p })
		if i < 0 {
			if len(b.branches) > 0 && (b.branches[0].index >= 0) != (p.index >= 0) {
				return false
			}
			i = len(b.branches)
			b.branches = append(b.branches, &branch{part: p})
		}
		b = b.branches[i]
	}
	if b.leaf > 0 || len(b.branches) > 0 {
		return false
	}
	b.leaf = leaf
	return true
}

// order puts the elements of lists in order.
func (b *branch) order() {
	slices.SortStableFunc(b.branches, func(x, y *branch) int { return x.index - y.index })
	for _, c := range b.branches {
		c.order()
	}
}

// appendJSON appends the object or list with the values that value knows; it
// appends nothing if it knows none.
func (b *branch) appendJSON(out []byte, value func(leaf int) []byte) []byte {
	if b.leaf > 0 {
		return append(out, value(b.leaf-1)...)
	}
	open, closing := byte('{'), byte('}')
	if b.branches[0].index >= 0 {
		open, closing = '[', ']'
	}
	start := len(out)
	for _, c := range b.branches {
		at := len(out)
		if at == start {
			out = append(out, open)
		} else {
			out = append(out, ',')
		}
		if open == '{' {
			out = append(AppendQuoted(out, c.name), ':')
		}
		before := len(out)
		if out = c.appendJSON(out, value); len(out) == before {
			out = out[:at]
		}
	}
	if len(out) == start {
		return out
	}
	return append(out, closing)
}

// unflatten makes objects of an object's members whose names are paths; the
// zero Value if it has none.
func unflatten(r *Record, v Value) Value {
	type member struct {
		parts []part
		value Value
	}
	var list []member
	flat, lists := 0, 0
	for name, value := range v.Members() {
		p, _ := parts(name)
		if len(p) > 1 {
			flat++
		}
		if value.IsArray() {
			lists++
		}
		list = append(list, member{p, value})
	}
	if flat == 0 || len(list) > maxMembers {
		return Value{}
	}
	var root branch
	for i, m := range list {
		root.add(m.parts, i+1)
	}
	root.order()
	text := root.appendJSON(nil, func(i int) []byte {
		value := list[i].value
		if lists == len(list) { // every value is a list, of one where it is one
			if only := single(value); only.Exists() {
				value = only
			}
		}
		return value.Raw()
	})
	out, err := r.Parse(text)
	if err != nil {
		return Value{}
	}
	return out
}

// single is the only element of a list.
func single(v Value) Value {
	var only Value
	for e := range v.Elements() {
		if only.Exists() {
			return Value{}
		}
		only = e
	}
	return only
}
