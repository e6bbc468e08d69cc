package activities

import (
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"becforensics/ingest/internal/rows"
)

// A literal is a text read as Python writes a value: what str() gives of the
// dictionary in which the retriever of 2018 kept an activity's properties, of
// Python 3 or of Python 2. Strings without escapes are views into the text.
type literal struct {
	s string
	i int
}

var (
	errNoLiteral = errors.New("not a Python literal")
	errCut       = errors.New("the literal ends early")
	errDeep      = errors.New("nested too deeply")
	errTrailing  = errors.New("text behind the literal")
)

// maxNesting is how deeply lists and dictionaries may stand in a property; no
// property known nests at all.
const maxNesting = 32

// appendLiteral appends the properties of a dictionary, or of a list of
// dictionaries with Name and Value. What was read before an error is kept.
func appendLiteral(list []property, text string) ([]property, error) {
	l := literal{s: text}
	l.space()
	var err error
	switch l.peek() {
	case '{':
		list, err = l.dict(list)
	case '[':
		list, err = l.pairs(list)
	default:
		return list, errNoLiteral
	}
	if err != nil {
		return list, err
	}
	if l.space(); l.i < len(l.s) {
		return list, errTrailing
	}
	return list, nil
}

// dict reads {key: value, …}.
func (l *literal) dict(list []property) ([]property, error) {
	l.i++
	for {
		l.space()
		if l.peek() == '}' {
			l.i++
			return list, nil
		}
		name, _, err := l.value(1)
		if err != nil {
			return list, err
		}
		if l.space(); l.peek() != ':' {
			return list, l.unexpected()
		}
		l.i++
		l.space()
		value, json, err := l.value(1)
		if err != nil {
			return list, err
		}
		list = append(list, property{name: name, value: value, json: json})
		if err := l.next('}'); err != nil {
			return list, err
		}
	}
}

// pairs reads [{'Name': …, 'Value': …}, …].
func (l *literal) pairs(list []property) ([]property, error) {
	l.i++
	var pair []property
	for {
		l.space()
		if l.peek() == ']' {
			l.i++
			return list, nil
		}
		if l.peek() != '{' {
			return list, l.unexpected()
		}
		var err error
		if pair, err = l.dict(pair[:0]); err != nil {
			return list, err
		}
		var p property
		for _, member := range pair {
			switch {
			case strings.EqualFold(member.name, "Name"):
				p.name = member.value
			case strings.EqualFold(member.name, "Value"):
				p.value, p.json = member.value, member.json
			}
		}
		list = append(list, p)
		if err := l.next(']'); err != nil {
			return list, err
		}
	}
}

// next moves over a comma, or stays before the end of the collection.
func (l *literal) next(end byte) error {
	l.space()
	switch l.peek() {
	case ',':
		l.i++
		return nil
	case end:
		return nil
	}
	return l.unexpected()
}

func (l *literal) unexpected() error {
	if l.i >= len(l.s) {
		return errCut
	}
	return errNoLiteral
}

func (l *literal) peek() byte {
	if l.i < len(l.s) {
		return l.s[l.i]
	}
	return 0
}

func (l *literal) space() {
	for l.i < len(l.s) && (l.s[l.i] == ' ' || l.s[l.i] == '\n' || l.s[l.i] == '\r' || l.s[l.i] == '\t') {
		l.i++
	}
}

// value reads any value; json says that the text is JSON and no string.
func (l *literal) value(depth int) (text string, json bool, err error) {
	switch c := l.peek(); c {
	case '\'', '"':
		text, err = l.string()
		return text, false, err
	case '{', '[', '(':
		b, err := l.nested(nil, depth)
		return string(b), true, err
	case 'u', 'U', 'b', 'B':
		if l.i+1 < len(l.s) && (l.s[l.i+1] == '\'' || l.s[l.i+1] == '"') {
			l.i++
			text, err = l.string()
			return text, false, err
		}
	}
	return l.word()
}

// word reads None, True, False or a number; Python 2 ends long ones with L.
func (l *literal) word() (text string, json bool, err error) {
	start := l.i
	for l.i < len(l.s) && wordByte(l.s[l.i]) {
		l.i++
	}
	word := l.s[start:l.i]
	switch word {
	case "":
		return "", false, l.unexpected()
	case "None", jsonNull:
		return jsonNull, true, nil
	case "True", "true":
		return "true", true, nil
	case "False", "false":
		return "false", true, nil
	}
	if l.i == len(l.s) {
		return "", false, errCut
	}
	digits := strings.TrimLeft(strings.TrimSuffix(word, "L"), "+-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return word, false, nil // inf, nan
	}
	word = strings.TrimSuffix(word, "L")
	return word, jsonNumber(word), nil
}

func wordByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '+' || c == '_'
}

// jsonNumber says whether a number may stand in JSON as it is.
func jsonNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	whole, rest, dotted := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 1 && whole[0] == '0' || dotted && rest == "" {
		return false
	}
	for _, c := range []byte(whole + rest) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// nested appends a list, tuple or dictionary as JSON text.
func (l *literal) nested(b []byte, depth int) ([]byte, error) {
	if depth > maxNesting {
		return b, errDeep
	}
	dict, end := false, byte(']')
	switch l.peek() {
	case '{':
		dict, end = true, '}'
	case '(':
		end = ')'
	}
	l.i++
	if dict {
		b = append(b, '{')
	} else {
		b = append(b, '[')
	}
	for first := true; ; first = false {
		l.space()
		if l.peek() == end {
			l.i++
			if dict {
				return append(b, '}'), nil
			}
			return append(b, ']'), nil
		}
		if !first {
			b = append(b, ',')
		}
		var err error
		if dict {
			name, _, err := l.value(depth + 1)
			if err != nil {
				return b, err
			}
			b = append(rows.AppendQuoted(b, name), ':')
			if l.space(); l.peek() != ':' {
				return b, l.unexpected()
			}
			l.i++
			l.space()
		}
		if b, err = l.element(b, depth); err != nil {
			return b, err
		}
		if err := l.next(end); err != nil {
			return b, err
		}
	}
}

// element appends one value inside a list or dictionary as JSON text.
func (l *literal) element(b []byte, depth int) ([]byte, error) {
	if c := l.peek(); c == '{' || c == '[' || c == '(' {
		return l.nested(b, depth+1)
	}
	text, json, err := l.value(depth + 1)
	if err != nil {
		return b, err
	}
	if json {
		return append(b, text...), nil
	}
	return rows.AppendQuoted(b, text), nil
}

// string reads a string in either kind of quotes.
func (l *literal) string() (string, error) {
	quote := l.s[l.i]
	start := l.i + 1
	rest := l.s[start:]
	end := strings.IndexByte(rest, quote)
	if end < 0 {
		return "", errCut
	}
	if strings.IndexByte(rest[:end], '\\') < 0 {
		l.i = start + end + 1
		return rest[:end], nil
	}
	return l.escaped(start, quote)
}

// escaped reads a string that has escapes, from behind its opening quote.
func (l *literal) escaped(start int, quote byte) (string, error) {
	var b strings.Builder
	for i := start; ; {
		n := strings.IndexAny(l.s[i:], string([]byte{quote, '\\'}))
		if n < 0 {
			return "", errCut
		}
		b.WriteString(l.s[i : i+n])
		i += n
		if l.s[i] == quote {
			l.i = i + 1
			return b.String(), nil
		}
		if i+1 == len(l.s) {
			return "", errCut
		}
		i += unescape(&b, l.s[i:])
	}
}

// unescape writes what the escape that s begins with stands for, and gives its
// length. What Python does not know as an escape stays as it is.
func unescape(b *strings.Builder, s string) int {
	digits := 0
	switch c := s[1]; c {
	case '\\', '\'', '"', '/':
		b.WriteByte(c)
		return 2
	case 'n':
		b.WriteByte('\n')
		return 2
	case 'r':
		b.WriteByte('\r')
		return 2
	case 't':
		b.WriteByte('\t')
		return 2
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	}
	r, ok := hexRune(s, digits)
	if !ok {
		b.WriteByte('\\')
		return 1
	}
	n := 2 + digits
	if utf16.IsSurrogate(r) {
		low, ok := hexRune(s[n:], 4)
		pair := utf16.DecodeRune(r, low)
		if !ok || !strings.HasPrefix(s[n:], `\u`) || pair == utf8.RuneError {
			b.WriteString(s[:n])
			return n
		}
		r, n = pair, n+6
	}
	b.WriteRune(r)
	return n
}

// hexRune reads the hexadecimal digits behind the first two bytes of s.
func hexRune(s string, digits int) (rune, bool) {
	if digits == 0 || len(s) < 2+digits {
		return 0, false
	}
	var r uint32
	for _, c := range []byte(s[2 : 2+digits]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | uint32(c)
	}
	return rune(r), r <= utf8.MaxRune
}
