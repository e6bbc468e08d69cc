package rows

import (
	"slices"
	"strings"
)

// hashtable reads @{Key=value; Key=value}, which PowerShell writes without
// quotes: a value ends where another key or the closing brace follows.
func (r *literalReader) hashtable(depth int) ([]byte, bool) {
	if !r.has("@{") || depth == maxLiteralDepth {
		return nil, false
	}
	r.i += len("@{")
	var keys []string
	out := []byte{'{'}
	for {
		r.space()
		if r.peek() == '}' {
			r.i++
			return append(out, '}'), true
		}
		key, ok := r.key('=')
		if !ok {
			return nil, false
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(AppendQuoted(out, key), ':')
		keys = append(keys, key)
		if out, ok = r.value(out, keys, depth); !ok {
			return nil, false
		}
		if r.peek() == ';' {
			r.i++
		}
	}
}

// key reads a member's name up to the character behind it.
func (r *literalReader) key(behind byte) (string, bool) {
	n := keyLength(r.s[r.i:], behind)
	if n == 0 {
		return "", false
	}
	key := strings.TrimSpace(r.s[r.i : r.i+n])
	r.i += n + 1
	return key, true
}

// maxLiteralKey is how long the name of a member may be.
const maxLiteralKey = 128

// keyLength is the length of a name that a character follows; 0 if the text
// does not begin with one.
func keyLength(s string, behind byte) int {
	for i := 0; i < len(s) && i < maxLiteralKey; i++ {
		c := s[i]
		switch {
		case c == behind:
			return i
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', c == '_', c == '.', c == '@', c == '-', c == '#', c >= 0x80:
		default:
			return 0
		}
	}
	return 0
}

// value reads the value of the last of a hashtable's keys so far: objects, or a
// text to the next key.
func (r *literalReader) value(out []byte, keys []string, depth int) ([]byte, bool) {
	key := keys[len(keys)-1]
	if r.has("@{") {
		var list [][]byte
		for r.has("@{") {
			o, ok := r.hashtable(depth + 1)
			if !ok {
				return out, false
			}
			list = append(list, o)
			r.space()
			if r.peek() == ',' {
				r.i++
				r.space()
			}
		}
		return append(out, joined(key, list)...), true
	}
	start, open := r.i, 0
	for ; r.i < len(r.s); r.i++ {
		switch r.s[r.i] {
		case '{':
			open++
		case '}':
			if open == 0 && r.closes() {
				return appendScalar(out, r.s[start:r.i]), true
			}
			open = max(open-1, 0)
		case ';':
			if open == 0 && r.nextKey(keys) {
				return appendScalar(out, r.s[start:r.i]), true
			}
		}
	}
	return out, false
}

// closes says whether the brace here ends the object and is no part of the
// value: what follows is the end, another object or the rest of an outer one.
func (r *literalReader) closes() bool {
	rest := strings.TrimLeft(r.s[r.i+1:], " \t\r\n")
	return rest == "" || strings.HasPrefix(rest, "@{") || strings.IndexByte(";},]", rest[0]) >= 0
}

// nextKey says whether a further key, or the end of the object, follows the
// semicolon here. No key stands twice: a name that does is part of the value.
func (r *literalReader) nextKey(keys []string) bool {
	rest := strings.TrimLeft(r.s[r.i+1:], " \t\r\n")
	n := keyLength(rest, '=')
	return strings.HasPrefix(rest, "}") || n > 0 && !slices.Contains(keys, rest[:n])
}

// class reads what a PowerShell object of a generated client prints:
//
//	class SignInStatus {
//	  ErrorCode: 50126
//	}
func (r *literalReader) class(depth int) ([]byte, bool) {
	line := r.line()
	name, ok := strings.CutSuffix(strings.TrimPrefix(line, "class "), "{")
	if !ok || strings.ContainsAny(strings.TrimSpace(name), " \t:;") || depth == maxLiteralDepth {
		return nil, false
	}
	out := []byte{'{'}
	for r.i < len(r.s) {
		begin := r.i
		line = r.line()
		if line == "}" {
			return append(out, '}'), true
		}
		if line == "" {
			continue
		}
		n := keyLength(line, ':')
		if n == 0 {
			return nil, false
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		key, text := line[:n], strings.TrimSpace(line[n+1:])
		out = append(AppendQuoted(out, key), ':')
		if !strings.HasPrefix(text, "class ") {
			out = appendScalar(out, text)
			continue
		}
		r.i = begin + strings.Index(r.s[begin:], "class ")
		var list [][]byte
		for r.has("class ") {
			o, ok := r.class(depth + 1)
			if !ok {
				return nil, false
			}
			list = append(list, o)
			r.space()
		}
		out = append(out, joined("", list)...)
	}
	return nil, false
}

// line is the rest of the line here without the space around it.
func (r *literalReader) line() string {
	text, _, found := strings.Cut(r.s[r.i:], "\n")
	r.i += len(text)
	if found {
		r.i++
	}
	return strings.TrimSpace(text)
}

// appendScalar appends a value that was written without quotes: what reads as
// an object, a list or a whole number as that, anything else as a text.
func appendScalar(out []byte, text string) []byte {
	text = strings.TrimSpace(text)
	if text != "" && (text[0] == '[' || text[0] == '{') {
		r := literalReader{s: text}
		if v, ok := r.python(nil, 0); ok && r.i == len(text) {
			return append(out, v...)
		}
	}
	if wholeNumber(text) {
		return append(out, text...)
	}
	return AppendQuoted(out, text)
}

// wholeNumber says whether a text is an integer as JSON writes it, of few
// enough digits to be no id.
func wholeNumber(s string) bool {
	const digits = 9
	if s == "" || len(s) > digits || s[0] == '0' && len(s) > 1 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
