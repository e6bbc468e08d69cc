package rows

import (
	"bytes"
	"slices"
	"strings"
)

// A Mending makes the rows of a table what they were before a tool spread their
// objects over columns or put their cells in quotes. The zero Mending changes
// nothing.
type Mending struct {
	header []string
	quotes []quote // by column
	kept   []int   // columns that stay, in order
	groups []group // columns made of several
}

// A group is a column that is made of several.
type group struct {
	name    string
	columns []int
	tree    branch
}

// MendingOf decides on the first rows of a file what was done to its cells. A
// column is folded into its object if its name has a place in a list, or
// begins with one of objects; with dotted, also if it only has full stops.
func MendingOf(head []byte, s Shape, objects []string, dotted bool) (Mending, bool) {
	if s.Kind != CSV {
		return Mending{}, false
	}
	var t Mending
	t.quotes = quotesOf(head, s)
	header := slices.Clone(s.Header)
	unquoteHeader(header)
	grouped := t.group(header, objects, dotted)
	if !grouped && t.quotes == nil && slices.Equal(header, s.Header) {
		return Mending{}, false
	}
	if !grouped {
		t.header = header
	}
	return t, true
}

// Header is the names of the columns as they are now.
func (t *Mending) Header() []string { return t.header }

// group finds the columns that belong to one object.
func (t *Mending) group(header, objects []string, dotted bool) bool {
	plain := map[string]bool{}
	for _, name := range header {
		plain[name] = true
	}
	byName := map[string]int{}
	for i, name := range header {
		list, numbered := parts(name)
		if len(list) == 1 {
			list = objectParts(name, objects)
		} else if known := objectParts(list[0].name, objects); len(known) > 1 {
			list = append(known, list[1:]...)
		}
		base := list[0].name
		fold := len(list) > 1 && (numbered || dotted || isObject(base, objects))
		if !fold || plain[base] {
			t.kept = append(t.kept, i)
			continue
		}
		at, ok := byName[base]
		if !ok {
			at = len(t.groups)
			byName[base] = at
			t.groups = append(t.groups, group{name: base})
		}
		g := &t.groups[at]
		g.columns = append(g.columns, i)
		if !g.tree.add(list[1:], len(g.columns)) {
			g.columns = g.columns[:len(g.columns)-1]
			t.kept = append(t.kept, i)
		}
	}
	if len(t.groups) == 0 {
		t.kept = nil
		return false
	}
	for _, i := range t.kept {
		t.header = append(t.header, header[i])
	}
	for i := range t.groups {
		t.groups[i].tree.order()
		t.header = append(t.header, t.groups[i].name)
	}
	return true
}

// objectParts splits the name of an object's member off: Item_Subject.
func objectParts(name string, objects []string) []part {
	base, member, ok := strings.Cut(name, "_")
	if ok && member != "" && isObject(base, objects) {
		return []part{{base, -1}, {member, -1}}
	}
	return []part{{name, -1}}
}

// isObject knows the name of an object, with or without a capital.
func isObject(name string, objects []string) bool {
	return slices.ContainsFunc(objects, func(o string) bool { return strings.EqualFold(o, name) })
}

// Apply makes the cells of a row what they were.
func (t *Mending) Apply(r *Record) {
	if t.quotes != nil {
		for i, q := range t.quotes {
			if i < len(r.Cells) && q != noQuote {
				r.Cells[i] = q.strip(r.Cells[i])
			}
		}
	}
	if t.groups == nil {
		return
	}
	cells := make([][]byte, 0, len(t.header))
	for _, i := range t.kept {
		cells = append(cells, cellAt(r, i))
	}
	for i := range t.groups {
		g := &t.groups[i]
		cells = append(cells, g.tree.appendJSON(nil, func(leaf int) []byte { return asJSON(cellAt(r, g.columns[leaf])) }))
	}
	r.BecomeRow(cells)
}

func cellAt(r *Record, i int) []byte {
	if i >= len(r.Cells) {
		return nil
	}
	return r.Cells[i]
}

// asJSON is a cell as a value; nothing if the cell is empty.
func asJSON(cell []byte) []byte {
	switch trimmed := bytes.TrimSpace(cell); {
	case len(trimmed) == 0:
		return nil
	case trimmed[0] == '{' || trimmed[0] == '[':
		if IsJSON(trimmed) {
			return trimmed
		}
	case isNumber(trimmed):
		return trimmed
	}
	return AppendQuoted(nil, string(cell))
}

// isNumber says whether a cell is a whole number of few digits, which is no id.
func isNumber(b []byte) bool {
	const digits = 9
	if len(b) > digits || b[0] == '0' && len(b) > 1 {
		return false
	}
	return len(bytes.Trim(b, "0123456789")) == 0
}
