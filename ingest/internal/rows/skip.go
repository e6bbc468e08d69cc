package rows

import (
	"bytes"
	"unicode/utf8"
)

// place is where in the JSON text of a file a position lies.
type place uint8

const (
	between   place = iota // documents
	inArray                // of records, itself a document
	inValue                // the array of records of a wrapper
	afterPost              // that array: the last members of a wrapper
)

// A station is where in the JSON text of a file a chunk begins.
type station struct {
	place    place
	envelope *Envelope // of the wrapper, if in one
	comma    bool      // in an array: an element may follow, none just ended
	trail    *trail    // in a document of lists; never changed once it stands here
}

// outcome of following the structure of a value.
type outcome uint8

const (
	whole    outcome = iota // the value ended
	open                    // the data ended first
	derailed                // the brackets and quotes make no sense from here
)

// A skipper follows the brackets and quotes of one JSON value without looking
// at the rest, so that a value with a small mistake in it is still one value.
// It can be continued in the next block of a stream.
type skipper struct {
	depth   int
	objects [MaxDepth/64 + 1]uint64 // which open brackets are braces
	quoted  bool                    // inside a string
	escaped bool                    // just after a backslash
	last    byte                    // the last byte that is no white space
}

// skip follows the value that begins at d[i].
func skip(d []byte, i int) (int, outcome) {
	var s skipper
	return s.run(d, i)
}

// run follows the value from d[i] on. The position is the end of the value, the
// end of d, or the place from which to look for the next record.
func (s *skipper) run(d []byte, i int) (int, outcome) {
	for i < len(d) {
		if s.quoted {
			var end bool
			if i, end = s.text(d, i); !end {
				if i < len(d) {
					return i, derailed
				}
				return i, open
			}
			s.last = '"'
			if s.depth == 0 {
				return i, whole
			}
			if i < len(d) && !followsString(d[i]) {
				return i, derailed
			}
			continue
		}
		c := d[i]
		switch c {
		case '"':
			if s.depth == 0 && s.last != 0 {
				return i, whole
			}
			s.quoted = true
		case '{', '[':
			if s.depth == 0 && s.last != 0 {
				return i, whole
			}
			if s.depth > 0 && (s.brace() && s.last != ':' || !s.brace() && s.last != ',' && s.last != '[') {
				return before(d, i), derailed
			}
			if s.depth == MaxDepth {
				return i, derailed
			}
			bit := uint64(1) << (s.depth & 63)
			s.objects[s.depth>>6] &^= bit
			if c == '{' {
				s.objects[s.depth>>6] |= bit
			}
			s.depth++
		case '}', ']':
			if s.depth == 0 && s.last != 0 {
				return i, whole
			}
			if s.depth == 0 || s.brace() != (c == '}') {
				return i, derailed
			}
			if s.depth--; s.depth == 0 {
				return i + 1, whole
			}
		case ' ', '\t', '\r', '\n':
			if s.depth == 0 && c == '\n' { // several bare words on a line are one
				return before(d, i), whole
			}
			i++
			continue
		case ',':
			if s.depth == 0 {
				return i, whole
			}
		}
		s.last = c
		i++
	}
	return i, open // a bare number or word may go on
}

// brace says whether the innermost open bracket is a brace.
func (s *skipper) brace() bool {
	d := s.depth - 1
	return s.objects[d>>6]>>(d&63)&1 == 1
}

// text follows a string to behind its closing quote; a line end inside it means
// that the closing quote is missing.
func (s *skipper) text(d []byte, i int) (int, bool) {
	for i < len(d) {
		if s.escaped {
			s.escaped = false
			if d[i] != '\n' {
				i++
			}
			continue
		}
		for i+8 <= len(d) {
			if m := special(load(d, i)); m != 0 {
				i += lowest(m)
				break
			}
			i += 8
		}
		if i >= len(d) {
			break
		}
		switch d[i] {
		case '"':
			s.quoted = false
			return i + 1, true
		case '\\':
			s.escaped = true
		case '\n':
			return i, false
		}
		i++
	}
	return i, false
}

func followsString(c byte) bool {
	return c == ':' || c == ',' || c == '}' || c == ']' || space(c)
}

func space(c byte) bool { return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t') }

func skipSpace(d []byte, i int) int {
	for i < len(d) && space(d[i]) {
		i++
	}
	return i
}

// before is the position behind the last byte before i that is no white space.
func before(d []byte, i int) int {
	for i > 0 && space(d[i-1]) {
		i--
	}
	return i
}

// A mark says how records begin in a file, to find the next one where the
// structure is lost.
type mark struct {
	opening []byte // of the first record, to the end of its first key
	wrapper []byte // of the wrapper around it, likewise
	byLine  bool   // the first record begins a line
	indent  int    // how far in
}

// resync is the first position from i on where a record plausibly begins: a
// brace that begins a line as the first record's does or, where records do not
// begin lines, the first record's opening where a value may stand.
func (m *mark) resync(d []byte, i int) int {
	for i < len(d) {
		j := bytes.IndexByte(d[i:], '{')
		if j < 0 {
			return len(d)
		}
		i += j
		k := i
		for k > 0 && (d[k-1] == ' ' || d[k-1] == '\t') {
			k--
		}
		if k > 0 && d[k-1] == '\n' && i-k == m.indent {
			return i
		}
		if begins(d[i:], m.wrapper) || !m.byLine && begins(d[i:], m.opening) {
			if k = before(d, k); k > 0 && bytes.IndexByte([]byte(",[]}"), d[k-1]) >= 0 {
				return i
			}
		}
		i++
	}
	return len(d)
}

// resume is where the record behind the one at d[i] plausibly begins, whose
// structure is lost at end. It looks from where the record first was wrong, which
// t finds: the brackets and quotes may have made some sense behind that.
func (m *mark) resume(t *tape, d []byte, i, end int) int {
	if _, f := t.scan(d, i); f.reason != "" {
		end = min(end, f.at)
	}
	return m.resync(d, max(end, i+1))
}

func begins(d, opening []byte) bool { return len(opening) > 0 && bytes.HasPrefix(d, opening) }

// wrapped looks into the object at d[i] for the array of records it wraps: the
// first member named value or records whose array is empty or of objects, or
// where d ends with its bracket and no more is to come. It returns where the
// member's name and where the array's content begin. If there isn't one, array is 0
// and end and out tell about the object as skip does.
func wrapped(d []byte, i int, more bool) (name, array, end int, out outcome) {
	p := skipSpace(d, i+1)
	for p < len(d) && d[p] == '"' {
		name = p
		e, out := skip(d, p)
		if out != whole {
			break
		}
		key := d[p+1 : e-1]
		p = skipSpace(d, e)
		if p >= len(d) {
			return 0, 0, p, open
		}
		if d[p] != ':' {
			break
		}
		if p = skipSpace(d, p+1); p < len(d) && d[p] == '[' && wrapperKey(key) {
			first := skipSpace(d, p+1)
			if first >= len(d) && more {
				return 0, 0, first, open
			}
			if first >= len(d) || d[first] == '{' || d[first] == ']' {
				return name, p + 1, 0, open
			}
		}
		if p, out = skip(d, p); out != whole {
			break
		}
		if p = skipSpace(d, p); p < len(d) && d[p] == '}' {
			return 0, 0, p + 1, whole
		}
		if p == len(d) || d[p] != ',' {
			break
		}
		p = skipSpace(d, p+1)
	}
	end, out = skip(d, i)
	return 0, 0, end, out
}

func wrapperKey(key []byte) bool {
	return bytes.EqualFold(key, []byte("value")) || bytes.EqualFold(key, []byte("records"))
}

// envelopeOf is the wrapper at d[i] whose array's name stands at d[name].
func envelopeOf(d []byte, i, name int) *Envelope {
	e := &Envelope{}
	if first := skipSpace(d, i+1); first < name {
		e.Pre = member(d[first:name])
		e.Partial = e.Pre == nil
	}
	return e
}

// member trims d to a JSON object's text for an [Envelope].
func member(d []byte) []byte {
	d = bytes.Trim(d, ", \t\r\n")
	if len(d) == 0 || len(d) > maxEnvelope || !utf8.Valid(d) {
		return nil
	}
	object := make([]byte, 0, len(d)+2)
	return append(append(append(object, '{'), d...), '}')
}
