package rows

import (
	"bytes"
	"iter"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// ValueKind is what a JSON value is.
type ValueKind uint8

// Kinds of values. Absent is that of the zero Value.
const (
	Absent ValueKind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

func (k ValueKind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	}
	return "absent"
}

// A Value is a JSON value of a record; the zero Value is an absent one, and
// every method can be asked of it. It is valid as long as the record.
type Value struct {
	t *tape
	i uint32
}

// Kind says what the value is.
func (v Value) Kind() ValueKind {
	if v.t == nil {
		return Absent
	}
	return v.t.nodes[v.i].kind
}

// Exists says whether there is a value, null or other.
func (v Value) Exists() bool { return v.t != nil }

// IsNull says whether the value is null.
func (v Value) IsNull() bool { return v.Kind() == Null }

// IsString says whether the value is a string.
func (v Value) IsString() bool { return v.Kind() == String }

// IsNumber says whether the value is a number.
func (v Value) IsNumber() bool { return v.Kind() == Number }

// IsArray says whether the value is an array.
func (v Value) IsArray() bool { return v.Kind() == Array }

// IsObject says whether the value is an object.
func (v Value) IsObject() bool { return v.Kind() == Object }

// Get is the value of an object's key, the first if the key stands there twice.
// If no key is exactly equal, one that differs in ASCII case alone is taken,
// provided there is only one, and the record gets the flag KeyCase.
func (v Value) Get(key string) Value { return v.At(NewKey(key)) }

// A Key is the name of a member that is asked for in many objects.
type Key struct {
	name string
	hash uint16
}

// NewKey makes a Key of a name.
func NewKey(name string) Key {
	return Key{name, uint16(keyHash(unsafe.Slice(unsafe.StringData(name), len(name))))}
}

// Name is the name as it is spelt.
func (k Key) Name() string { return k.name }

// Hash is equal for names that differ in ASCII case alone.
func (k Key) Hash() uint16 { return k.hash }

// At is what Get is, for a Key.
func (v Value) At(key Key) Value {
	if v.Kind() != Object {
		return Value{}
	}
	t := v.t
	nodes := t.nodes
	var variant uint32
	variants := 0
	for k, end := v.i+1, nodes[v.i].next; k < end; k = nodes[k+1].next {
		if nodes[k].hash != key.hash {
			continue
		}
		name := t.key(nodes[k])
		if string(name) == key.name {
			return Value{t, k + 1}
		}
		if compareFold(name, []byte(key.name)) == 0 {
			variant = k + 1
			variants++
		}
	}
	if variants != 1 {
		return Value{}
	}
	t.rec.Flags |= KeyCase
	return Value{t, variant}
}

// Text is a string's content or a number's or boolean's literal, else "". Half a
// surrogate pair stays the escape that it is.
func (v Value) Text() string {
	if v.t == nil {
		return ""
	}
	n := &v.t.nodes[v.i]
	switch n.kind {
	case String:
		return v.t.string(n)
	case Number, Bool:
		return view(v.t.text[n.start:n.end])
	}
	return ""
}

// string is the content of the string or key n.
func (t *tape) string(n *node) string {
	if n.escaped {
		return t.unescaped(n)
	}
	return view(t.text[n.start:n.end])
}

func (t *tape) unescaped(n *node) string {
	content := t.text[n.start:n.end]
	if t.strings == nil {
		return string(unescape(nil, content))
	}
	from := len(*t.strings)
	*t.strings = unescape(*t.strings, content)
	return view((*t.strings)[from:])
}

// Raw is the value as it stands in the text.
func (v Value) Raw() []byte {
	if v.t == nil {
		return nil
	}
	n := &v.t.nodes[v.i]
	if n.kind == String {
		return v.t.text[n.start-1 : n.end+1]
	}
	return v.t.text[n.start:n.end]
}

// Member is a member of an object, of which v is the value, as it stands in the
// text: name, colon and value. It is nil if there is more than the colon between
// the two, or if the name has escapes.
func (v Value) Member() []byte {
	name, value := &v.t.nodes[v.i-1], v.Raw()
	begin := v.t.nodes[v.i].start
	if v.IsString() {
		begin--
	}
	if name.escaped || begin != name.end+uint32(len(`":`)) {
		return nil
	}
	return v.t.text[name.start-1 : int(begin)+len(value)]
}

// Int is the number if it is an integer of 64 bits.
func (v Value) Int() (int64, bool) {
	if v.Kind() != Number {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Text(), 10, 64)
	return n, err == nil
}

// Len is how many elements an array or members an object has, else 0.
func (v Value) Len() int {
	n := 0
	for range v.Elements() {
		n++
	}
	for range v.Members() {
		n++
	}
	return n
}

// LongerThan says whether Len is more than n, without counting further.
func (v Value) LongerThan(n int) bool {
	for range v.Elements() {
		if n--; n < 0 {
			return true
		}
	}
	for range v.Members() {
		if n--; n < 0 {
			return true
		}
	}
	return false
}

// Elements are the elements of an array in order.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.Kind() != Array {
			return
		}
		nodes := v.t.nodes
		for k, end := v.i+1, nodes[v.i].next; k < end; k = nodes[k].next {
			if !yield(Value{v.t, k}) {
				return
			}
		}
	}
}

// Members are the keys and values of an object in order, repeated keys too.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for key, member := range v.Keyed() {
			if !yield(key.name, member) {
				return
			}
		}
	}
}

// Keyed is Members with the names as Keys.
func (v Value) Keyed() iter.Seq2[Key, Value] {
	return func(yield func(Key, Value) bool) {
		if v.Kind() != Object {
			return
		}
		nodes := v.t.nodes
		for k, end := v.i+1, nodes[v.i].next; k < end; k = nodes[k+1].next {
			if !yield(Key{v.t.string(&nodes[k]), nodes[k].hash}, Value{v.t, k + 1}) {
				return
			}
		}
	}
}

// MayHoldJSON says whether any string in the value begins as the text of an object
// or an array does, be it behind white space.
func (v Value) MayHoldJSON() bool {
	if v.t == nil {
		return false
	}
	t := v.t
	for k := v.i; k < t.nodes[v.i].next; k++ {
		n := &t.nodes[k]
		if n.kind != String || n.start == n.end {
			continue
		}
		c := t.text[n.start]
		if c == '\\' {
			c = firstOf(t.text[n.start:n.end])
		}
		if c == '{' || c == '[' || c <= ' ' || c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// firstOf is the first byte of what the content of a string stands for that
// begins with an escape.
func firstOf(content []byte) byte {
	n := 2
	if content[1] == 'u' {
		n = 6
	}
	var room [8]byte
	return unescape(room[:0], content[:n])[0]
}

// wraps says whether the scanned object wraps an array of records.
func (t *tape) wraps() bool {
	nodes := t.nodes
	for k, end := uint32(1), nodes[0].next; k < end; k = nodes[k+1].next {
		n := &nodes[k+1]
		if n.kind == Array && wrapperKey(t.text[nodes[k].start:nodes[k].end]) &&
			(n.next == k+2 || nodes[k+2].kind == Object) {
			return true
		}
	}
	return false
}

// maxSmallDigits is how long an integer may be that surely fits int64.
const maxSmallDigits = 18

// bigInteger says whether neither int64 nor uint64 holds the literal.
func bigInteger(literal string) bool {
	if _, err := strconv.ParseInt(literal, 10, 64); err == nil {
		return false
	}
	_, err := strconv.ParseUint(literal, 10, 64)
	return err != nil
}

// unescape appends what the content of a JSON string stands for; it is known to
// be well-formed.
func unescape(dst, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '\\')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		n := 2
		switch c := s[i+1]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			u, _ := hex4(s, i+2)
			n = 6
			if u>>11 != 0xd800>>11 {
				dst = utf8.AppendRune(dst, u)
				break
			}
			if u < 0xdc00 && i+12 <= len(s) && s[i+6] == '\\' && s[i+7] == 'u' {
				if low, k := hex4(s, i+8); k == 4 && low>>10 == 0xdc00>>10 {
					dst = utf8.AppendRune(dst, 0x10000+(u&0x3ff)<<10+low&0x3ff)
					n = 12
					break
				}
			}
			dst = append(dst, s[i:i+6]...)
		default:
			dst = append(dst, c)
		}
		s = s[i+n:]
	}
}
