package rows

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// python reads a value as Python writes it, of which JSON is almost a part,
// and appends it as JSON.
func (r *literalReader) python(out []byte, depth int) ([]byte, bool) {
	if depth == maxLiteralDepth {
		return out, false
	}
	switch c := r.peek(); c {
	case '{':
		return r.collection(out, '}', depth)
	case '[':
		return r.collection(out, ']', depth)
	case '(':
		return r.collection(out, ')', depth)
	case '\'', '"':
		text, ok := r.quoted()
		return AppendQuoted(out, text), ok
	case 'u':
		if r.has("u'") || r.has(`u"`) {
			r.i++
			text, ok := r.quoted()
			return AppendQuoted(out, text), ok
		}
	}
	for _, word := range [...][2]string{{"True", "true"}, {"False", "false"}, {"None", "null"}, {"true", "true"}, {"false", "false"}, {"null", "null"}, {"nan", "null"}} {
		if r.has(word[0]) {
			r.i += len(word[0])
			return append(out, word[1]...), true
		}
	}
	start := r.i
	for r.i < len(r.s) && strings.IndexByte("+-.0123456789eE", r.s[r.i]) >= 0 {
		r.i++
	}
	number := r.s[start:r.i]
	if number == "" || !json.Valid([]byte(number)) {
		return out, false
	}
	return append(out, number...), true
}

// collection reads a dictionary, a list or a tuple.
func (r *literalReader) collection(out []byte, end byte, depth int) ([]byte, bool) {
	open, closing := byte('['), byte(']')
	if end == '}' {
		open, closing = '{', '}'
	}
	out = append(out, open)
	r.i++
	for first := true; ; first = false {
		r.space()
		if r.peek() == end {
			r.i++
			return append(out, closing), true
		}
		if !first {
			if r.peek() != ',' {
				return out, false
			}
			r.i++
			if r.space(); r.peek() == end {
				r.i++
				return append(out, closing), true
			}
			out = append(out, ',')
		}
		ok := false
		if end == '}' {
			if c := r.peek(); c == 'u' {
				r.i++
			}
			var key string
			if key, ok = r.quoted(); !ok {
				return out, false
			}
			out = append(AppendQuoted(out, key), ':')
			if r.space(); r.peek() != ':' {
				return out, false
			}
			r.i++
			r.space()
		}
		if out, ok = r.python(out, depth+1); !ok {
			return out, false
		}
	}
}

// quoted reads a text between single or double quotes.
func (r *literalReader) quoted() (string, bool) {
	quote := r.peek()
	if quote != '\'' && quote != '"' {
		return "", false
	}
	r.i++
	var b strings.Builder
	for r.i < len(r.s) {
		c := r.s[r.i]
		switch {
		case c == quote:
			r.i++
			return b.String(), true
		case c == '\\' && r.i+1 < len(r.s):
			if !r.escape(&b) {
				return "", false
			}
		default:
			b.WriteByte(c)
			r.i++
		}
	}
	return "", false
}

// escape reads a backslash and what it escapes; an escape that Python does
// not know stays as it is written.
func (r *literalReader) escape(b *strings.Builder) bool {
	c := r.s[r.i+1]
	if at := strings.IndexByte("nrtbf0", c); at >= 0 {
		b.WriteByte("\n\r\t\b\f\x00"[at])
		r.i += 2
		return true
	}
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; digits > 0 {
		if r.i+2+digits > len(r.s) {
			return false
		}
		n, err := strconv.ParseUint(r.s[r.i+2:r.i+2+digits], 16, 32)
		if err != nil {
			return false
		}
		b.WriteRune(rune(n))
		r.i += 2 + digits
		return true
	}
	if strings.IndexByte(`'"\/`, c) < 0 {
		b.WriteByte('\\')
	}
	b.WriteByte(c)
	r.i += 2
	return true
}

// AppendQuoted appends a text as a JSON string; bytes that are not UTF-8
// become U+FFFD.
func AppendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0 // what is plain since there is still to be copied
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			if r, n := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			b = append(append(b, s[from:i]...), string(utf8.RuneError)...)
		case c == '"' || c == '\\':
			b = append(append(b, s[from:i]...), '\\', c)
		case c < 0x20:
			b = append(append(b, s[from:i]...), '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			i++
			continue
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
