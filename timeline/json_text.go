package timeline

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A jsonText is a JSON text taken apart: its values and names in the order of
// the text. It is used again for other texts.
type jsonText struct {
	text    string
	nodes   []jsonNode
	open    []uint32 // nodes whose end is still to come
	members []member // of the objects that are being visited
	bytes   []byte   // the text as the decoder takes it
	decoder jsontext.Decoder
}

// A jsonNode is where a value or a name stands in the text, and which node is
// behind it and all inside it.
type jsonNode struct{ from, to, next uint32 }

// A member of an object.
type member struct {
	name  string
	value uint32 // its node
}

// jsonTexts are those that nobody uses.
var jsonTexts = sync.Pool{New: func() any { return &jsonText{} }}

// useJSON takes a text apart and calls use, if it is JSON. The text is node 0.
func useJSON(text string, use func(*jsonText)) {
	j := jsonTexts.Get().(*jsonText)
	if j.read(text) {
		use(j)
	}
	j.text = ""
	jsonTexts.Put(j)
}

// read reports whether a text is JSON. As for encoding/json, names may be there
// twice, and bytes may be no UTF-8.
func (j *jsonText) read(text string) bool {
	j.text, j.nodes, j.open = text, j.nodes[:0], j.open[:0]
	j.bytes = append(j.bytes[:0], text...)
	d := &j.decoder
	d.Reset(bytes.NewBuffer(j.bytes), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for more := true; more; more = len(j.open) > 0 {
		switch kind := d.PeekKind(); kind {
		case '{', '[', '}', ']':
			if _, err := d.ReadToken(); err != nil {
				return false
			}
			end := uint32(d.InputOffset())
			if kind == '{' || kind == '[' {
				j.open = append(j.open, uint32(len(j.nodes)))
				j.nodes = append(j.nodes, jsonNode{from: end - 1})
				continue
			}
			last := len(j.open) - 1
			n := &j.nodes[j.open[last]]
			n.to, n.next = end, uint32(len(j.nodes))
			j.open = j.open[:last]
		default:
			value, err := d.ReadValue()
			if err != nil {
				return false
			}
			end := uint32(d.InputOffset())
			j.nodes = append(j.nodes, jsonNode{end - uint32(len(value)), end, uint32(len(j.nodes) + 1)})
		}
	}
	return strings.Trim(text[d.InputOffset():], " \t\r\n") == ""
}

// raw is a value as it is written.
func (j *jsonText) raw(node uint32) string { return j.text[j.nodes[node].from:j.nodes[node].to] }

// string is the sense of a string, which may be a view of the text.
func (j *jsonText) string(node uint32) string {
	raw := j.raw(node)
	if inside := raw[1 : len(raw)-1]; strings.IndexByte(inside, '\\') < 0 && utf8.ValidString(inside) {
		return inside
	}
	text, _ := jsontext.AppendUnquote(nil, raw) // bytes that are no UTF-8 become U+FFFD
	return viewOf(text)
}

// membersOf appends to members those of an object in the order of names, of
// several of one name the last; it returns them.
func (j *jsonText) membersOf(object uint32) []member {
	first := len(j.members)
	for i := object + 1; i < j.nodes[object].next; i = j.nodes[i+1].next {
		j.members = append(j.members, member{j.string(i), i + 1})
	}
	list := j.members[first:]
	slices.SortStableFunc(list, func(a, b member) int { return strings.Compare(a.name, b.name) })
	kept := list[:0]
	for i, m := range list {
		if i+1 == len(list) || list[i+1].name != m.name {
			kept = append(kept, m)
		}
	}
	return kept
}
