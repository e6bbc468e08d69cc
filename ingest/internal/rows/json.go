package rows

import "encoding/binary"

// A node is one value or key on a tape. Positions are in the scanned text; a
// string's are those of its content.
type node struct {
	start, end uint32
	next       uint32 // index of the node behind this one and all inside it
	kind       ValueKind
	escaped    bool   // a string or key with a backslash in it
	hash       uint16 // of a key, without regard to ASCII case
}

// A tape is a scanned JSON value as nodes in the order of the text: a key is
// followed by its value. It is used again for other values.
type tape struct {
	text         []byte
	nodes        []node
	flags        Flags
	odd          bool // a string begins as the text of an object or of a lost value
	whole        bool // the text is a cell that is one value
	stack        [MaxDepth]frame
	order        []uint32 // scratch of keyClashes
	strings      *[]byte  // where unescaped strings go
	rec          *Record  // whose flags Get sets
	copied, skew int      // of the text of a quoted cell
}

// A frame is an array or object that is not closed yet.
type frame struct {
	node   uint32
	keys   uint32
	object bool
	seen   [8]uint64 // hashes of the keys so far, as a Bloom filter
}

// A fault is why and where a scan stopped.
type fault struct {
	at     int
	reason string
}

const (
	endInside = "JSON ends inside a value"
	badString = "control character in JSON string"
)

// scan puts the JSON value at b[i] on the tape, in one pass and to the letter of
// RFC 8259, and returns where it ends. b must be UTF-8; what is behind the value
// is not looked at.
func (t *tape) scan(b []byte, i int) (int, fault) {
	return walk[once](t, b, i, b)
}

// walk is scan where quotes are written once or twice. The nodes refer to out, in
// which they stand once: it is b itself, or gets a copy of the text. The steps
// stand in one function, and what follows a string as a rule is looked for first,
// so that little is kept anew for each of the many short strings.
func walk[Q quoting](t *tape, b []byte, i int, out []byte) (int, fault) {
	quote := len(*new(Q))
	t.text, t.flags, t.odd, t.whole = out, 0, false, false
	skew := 0 // how much less a position is in out than in b
	if quote == 2 {
		skew = i
	}
	copied := i // up to where b is in out
	nodes := t.nodes[:0]
	depth := 0
	var fr *frame
	var n *node
	var start, at int
	var name, escaped bool
	var f fault
	i = skipSpace(b, i)

value:
	if i >= len(b) {
		return i, fault{i, endInside}
	}
	switch c := b[i]; c {
	case '"':
		name = false
		goto text
	case '{', '[':
		if depth == MaxDepth {
			return i, fault{i, "JSON nested too deeply"}
		}
		fr = &t.stack[depth]
		depth++
		*fr = frame{node: uint32(len(nodes)), object: c == '{'}
		kind := Array
		if fr.object {
			kind = Object
		}
		nodes, _ = push(nodes, kind, i-skew, 0)
		i = skipSpace(b, i+1)
		if i < len(b) && b[i] == c+2 { // "{}" and "[]" are two apart in ASCII
			goto closing
		}
		if fr.object {
			goto key
		}
		goto value
	case 't', 'f', 'n':
		word, kind := "true", Bool
		if c == 'f' {
			word = "false"
		} else if c == 'n' {
			word, kind = "null", Null
		}
		for k := range len(word) {
			if i+k >= len(b) {
				return i, fault{i + k, endInside}
			}
			if b[i+k] != word[k] {
				return i, fault{i + k, "not a JSON value"}
			}
		}
		nodes, _ = push(nodes, kind, i-skew, i-skew+len(word))
		i += len(word)
	default:
		start = i
		if i, f = t.scanNumber(b, i); f.reason != "" {
			return start, f
		}
		nodes, _ = push(nodes, Number, start-skew, i-skew)
	}

after:
	if depth == 0 {
		t.nodes = nodes
		t.copied, t.skew = copied, skew
		return i, fault{}
	}
	for i < len(b) && space(b[i]) {
		i++
	}
	if i >= len(b) {
		return i, fault{i, endInside}
	}
	if b[i] == ',' {
		i = skipSpace(b, i+1)
		if !fr.object {
			goto value
		}
		goto key
	}
	if b[i] == ']' && !fr.object || b[i] == '}' && fr.object {
		goto closing
	}
	return i, fault{i, "no comma or end behind JSON value"}

key:
	if i >= len(b) {
		return i, fault{i, endInside}
	}
	if b[i] != '"' {
		return i, fault{i, "no key in JSON object"}
	}
	name = true

text:
	if quote == 2 {
		if i+1 >= len(b) || b[i+1] != '"' {
			return i, fault{i, endInside}
		}
		put(out, b, copied, i+1, skew)
		skew++
	}
	i += quote

content:
	start, at, escaped = i, i-skew, false
	for ; i >= 0 && i <= len(b)-8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i : i+8])
		if quote == 2 {
			binary.LittleEndian.PutUint64(out[i-skew:], x)
		}
		if m := special(x); m != 0 {
			i += lowest(m)
			break
		}
	}
	if i >= len(b) || b[i] != '"' {
		if quote == 1 {
			i, escaped, f = t.scanString(b, i)
		} else {
			i, skew, escaped, f = t.scanDoubled(b, i, out, skew)
		}
		if f.reason != "" {
			return i, f
		}
	}
	if quote == 2 && (i+1 >= len(b) || b[i+1] != '"') {
		return i, fault{i, endInside}
	}
	nodes, n = push(nodes, String, at, i-skew)
	n.escaped = escaped
	if name {
		var h uint32
		switch length := i - start; {
		case escaped:
			h = keyHash(unescape(nil, out[at:i-skew]))
		case length >= 8:
			h = mix(load(b, start), load(b, i-8), length)
		case start+8 <= len(b):
			h = mixShort(load(b, start)&(1<<(8*length)-1), length)
		default:
			h = keyHash(b[start:i])
		}
		n.hash = uint16(h)
		if fr.keys++; fr.keys <= fewKeys {
			word, bit := h>>6&7, uint64(1)<<(h&63)
			if fr.seen[word]&bit != 0 {
				t.flags |= t.keyClash(nodes, fr.node)
			}
			fr.seen[word] |= bit
		}
		if goesOn[Q](b, i, ':') {
			if quote == 2 {
				binary.LittleEndian.PutUint32(out[i-skew:], '"'|':'<<8|'"'<<16)
				skew += 2
			}
			i += 2*quote + 1
			name = false
			goto content
		}
		copied = i + quote - 1
		skew += quote - 1
		i = skipSpace(b, i+quote)
		if i >= len(b) {
			return i, fault{i, endInside}
		}
		if b[i] != ':' {
			return i, fault{i, "no colon behind JSON key"}
		}
		i = skipSpace(b, i+1)
		goto value
	}
	if second := oddSecond[b[start]]; second != 0 && second == b[start+1] && beginsLiteral(b[start:i]) {
		t.odd = true
	}
	if depth > 0 && goesOn[Q](b, i, ',') {
		if quote == 2 {
			binary.LittleEndian.PutUint32(out[i-skew:], '"'|','<<8|'"'<<16)
			skew += 2
		}
		i += 2*quote + 1
		name = fr.object
		goto content
	}
	copied = i + quote - 1
	skew += quote - 1
	i += quote
	goto after

closing:
	i++
	nodes[fr.node].end = uint32(i - skew)
	nodes[fr.node].next = uint32(len(nodes))
	if fr.object && fr.keys > fewKeys {
		t.flags |= t.keyClashes(nodes, fr.node)
	}
	depth--
	if depth > 0 {
		fr = &t.stack[depth-1]
	}
	goto after
}

// push appends the node of a value that has none inside it. The node is set part
// by part: to copy it whole, the processor would wait until the parts are written.
func push(nodes []node, kind ValueKind, start, end int) ([]node, *node) {
	nodes = append(nodes, node{})
	n := &nodes[len(nodes)-1]
	n.start, n.end, n.next, n.kind = uint32(start), uint32(end), uint32(len(nodes)), kind
	return nodes, n
}
