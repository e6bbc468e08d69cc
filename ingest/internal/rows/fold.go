package rows

import (
	"bytes"
)

// oddSecond is for each byte that a text may begin with the one that follows it
// in the texts that stand for values: all others pass at the cost of one look.
var oddSecond = [256]byte{'@': '{', '[': 'o', 'c': 'l', 'S': 'y', 'M': 'i'}

// foldTexts reads the texts among the values that programs write of objects as
// those objects, and flags the values that were lost.
func (t *tape) foldTexts() {
	if !t.odd {
		return
	}
	t.odd = false
	begin, end := t.nodes[0].start, t.nodes[0].end
	if t.nodes[0].kind == String {
		begin, end = begin-1, end+1
	}
	f := folder{tape: t, from: begin}
	f.value(0, "")
	if f.from == begin {
		t.flags |= f.flags
		return
	}
	before, flags := t.text, t.flags|f.flags
	text := append(f.out, before[min(f.from, end):end]...)
	if _, fault := t.scan(text, 0); fault.reason != "" { // nested too deeply now
		t.scan(before, int(begin))
	}
	t.odd, t.flags = false, t.flags|flags
}

// A folder writes a scanned text anew with its literals folded.
type folder struct {
	tape  *tape
	out   []byte
	from  uint32 // where the text goes on that is not in out yet
	flags Flags
}

// value folds the value at node k, which is the member of a name.
func (f *folder) value(k uint32, name string) {
	t := f.tape
	n := t.nodes[k]
	switch n.kind {
	case Object:
		for m := k + 1; m < n.next; m = t.nodes[m+1].next {
			f.value(m+1, t.string(&t.nodes[m]))
		}
	case Array:
		for m := k + 1; m < n.next; m = t.nodes[m].next {
			f.value(m, "")
		}
	case String:
		f.text(n, name)
	}
}

func (f *folder) text(n node, name string) {
	content := f.tape.text[n.start:n.end]
	if !beginsLiteral(content) {
		return
	}
	text := f.tape.string(&n)
	if isLost(text) {
		f.flags |= Lost
		return
	}
	folded, ok := foldLiteral(nil, name, text)
	if !ok {
		return
	}
	f.flags |= Folded
	if bytes.Contains(folded, []byte(`"System.`)) {
		f.flags |= lostIn(folded)
	}
	f.out = append(append(f.out, f.tape.text[f.from:n.start-1]...), folded...)
	f.from = n.end + 1
}

// lostIn says whether a folded text names types in place of values.
func lostIn(folded []byte) Flags {
	t := tape{rec: new(Record)}
	if _, fault := t.scan(folded, 0); fault.reason != "" || !t.odd {
		return 0
	}
	for i := range t.nodes {
		if n := &t.nodes[i]; n.kind == String && isLost(t.string(n)) {
			return Lost
		}
	}
	return 0
}

// foldCell reads the text of a cell as the object that it stands for, or flags
// it as lost.
func (r *Record) foldCell(i int) {
	text := view(r.Cells[i])
	if isLost(text) {
		r.Flags |= Lost
		return
	}
	name := ""
	if i < len(r.sp.shape.Header) {
		name = r.sp.shape.Header[i]
	}
	folded, ok := foldLiteral(nil, name, text)
	if !ok {
		return
	}
	r.Flags |= Folded | lostIn(folded)
	r.Cells[i] = folded
}
