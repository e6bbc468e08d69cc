package rows

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
	text    []byte
	nodes   []node
	flags   Flags
	odd     bool // a string begins as the text of an object or of a lost value
	whole   bool // the text is a cell that is one value
	stack   [MaxDepth]frame
	order   []uint32 // scratch of keyClashes
	strings *[]byte  // where unescaped strings go
	rec     *Record  // whose flags Get sets
	copying          // of the text of a quoted cell
}

// A frame is an array or object that is not closed yet.
type frame struct {
	node   uint32
	keys   uint32
	object bool
	seen   [4]uint64 // hashes of the keys so far, as a Bloom filter
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

// walk is scan where quotes are written once or twice. The nodes refer to text, in
// which they stand once.
func walk[Q quoting](t *tape, b []byte, i int, text []byte) (int, fault) {
	quote := len(*new(Q))
	t.text, t.flags, t.odd, t.whole = text, 0, false, false
	skew, before := 0, 0 // how much less a position is in text than in b
	if quote == 2 {
		skew = i
	}
	nodes := t.nodes[:0]
	depth := 0
	var fr *frame
	var n *node
	var j int
	var escaped bool
	var h uint32
	var f fault
	i = skipSpace(b, i)

value:
	if i >= len(b) {
		return i, fault{i, endInside}
	}
	switch c := b[i]; c {
	case '"':
		i += quote
		if before = skew; quote == 1 {
			j, escaped, f = t.scanString(b, i)
		} else {
			j, escaped, f = t.copying.scanString(t, b, i)
			skew = t.from - t.n
		}
		if f.reason != "" {
			return i, f
		}
		nodes, n = push(nodes, String, i-quote+1-before, j+quote-1-skew)
		n.escaped = escaped
		if second := oddSecond[b[i]]; second != 0 && second == b[i+1] && beginsLiteral(b[i:j]) {
			t.odd = true
		}
		i = j + quote
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
		if j, f = t.scanNumber(b, i); f.reason != "" {
			return i, f
		}
		nodes, _ = push(nodes, Number, i-skew, j-skew)
		i = j
	}

after:
	if depth == 0 {
		t.nodes = nodes
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
	i += quote
	if before = skew; quote == 1 {
		j, escaped, f = t.scanString(b, i)
	} else {
		j, escaped, f = t.copying.scanString(t, b, i)
		skew = t.from - t.n
	}
	if f.reason != "" {
		return i, f
	}
	if h = keyHashIn(b, i, j); escaped {
		h = keyHash(unescape(nil, text[i-quote+1-before:j+quote-1-skew]))
	}
	nodes, n = push(nodes, String, i-quote+1-before, j+quote-1-skew)
	n.escaped, n.hash = escaped, uint16(h)
	if fr.keys++; fr.keys <= fewKeys {
		word, bit := h>>6&3, uint64(1)<<(h&63)
		if fr.seen[word]&bit != 0 {
			t.flags |= t.keyClash(nodes, fr.node)
		}
		fr.seen[word] |= bit
	}
	i = skipSpace(b, j+quote)
	if i >= len(b) {
		return i, fault{i, endInside}
	}
	if b[i] != ':' {
		return i, fault{i, "no colon behind JSON key"}
	}
	i = skipSpace(b, i+1)
	goto value

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

// scanString returns where the string whose content begins at b[i] has its
// closing quote, and whether anything in it is escaped.
func (t *tape) scanString(b []byte, i int) (end int, escaped bool, f fault) {
	for {
		for i+8 <= len(b) {
			if m := special(load(b, i)); m != 0 {
				i += lowest(m)
				break
			}
			i += 8
		}
		if i >= len(b) {
			return i, escaped, fault{i, endInside}
		}
		switch c := b[i]; {
		case c == '"':
			return i, escaped, fault{}
		case c == '\\':
			escaped = true
			n, reason := t.scanEscape(b, i)
			if reason != "" {
				return i, escaped, fault{min(i+n, len(b)), reason}
			}
			i += n
		case c < 0x20:
			return i, escaped, fault{i, badString}
		default:
			i++
		}
	}
}

// scanEscape returns the length of the escape at b[i], of both if it is a pair
// of surrogates.
func (t *tape) scanEscape(b []byte, i int) (int, string) {
	if i+1 >= len(b) {
		return 1, endInside
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, ""
	case 'u':
	default:
		return 1, "unknown escape in JSON string"
	}
	u, n := hex4(b, i+2)
	if n < 4 {
		if i+2+n >= len(b) {
			return 2 + n, endInside
		}
		return 2 + n, "escape of a JSON string is not hexadecimal"
	}
	if u>>11 == 0xd800>>11 {
		if u < 0xdc00 && i+7 < len(b) && b[i+6] == '\\' && b[i+7] == 'u' {
			if low, n := hex4(b, i+8); n == 4 && low>>10 == 0xdc00>>10 {
				return 12, ""
			}
		}
		t.flags |= LoneSurrogate
	}
	return 6, ""
}

// hex4 reads four hexadecimal digits; n is how many there are.
func hex4(b []byte, i int) (u rune, n int) {
	for ; n < 4 && i+n < len(b); n++ {
		c := b[i+n]
		switch {
		case c >= '0' && c <= '9':
			u = u<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			u = u<<4 | rune(c|0x20-'a'+10)
		default:
			return u, n
		}
	}
	return u, n
}

// scanNumber returns where the number at b[i] ends.
func (t *tape) scanNumber(b []byte, i int) (int, fault) {
	start := i
	if b[i] == '-' {
		i++
	}
	first := i
	i = digits(b, i)
	switch {
	case i == first && i >= len(b):
		return i, fault{i, endInside}
	case i == first:
		return i, fault{i, "not a JSON value"}
	case b[first] == '0' && i > first+1:
		return i, fault{first + 1, "JSON number with a leading zero"}
	}
	integer := true
	if i < len(b) && b[i] == '.' {
		integer = false
		first = i + 1
		if i = digits(b, first); i == first {
			return i, numberFault(b, i)
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		integer = false
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		first = i
		if i = digits(b, first); i == first {
			return i, numberFault(b, i)
		}
	}
	if integer && i-start > maxSmallDigits && bigInteger(view(b[start:i])) {
		t.flags |= BigInteger
	}
	return i, fault{}
}

func numberFault(b []byte, i int) fault {
	if i >= len(b) {
		return fault{i, endInside}
	}
	return fault{i, "no digit in JSON number"}
}

func digits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}
