package rows

import (
	"bytes"
	"strings"
)

// A literal is a text that a program writes in place of an object or a list:
// PowerShell's @{Name=a; Value=b}, the class blocks of generated clients, what
// Python writes of a dictionary. Folding gives it back as JSON.

// Maxima of a literal. Nothing known nests more than four deep.
const (
	maxLiteralDepth = 16
	maxLiteral      = 1 << 20
)

// beginsLiteral says whether a text begins as PowerShell writes an object, or as one
// that isLost knows. It is asked of every text of the evidence, so it looks at
// the beginning only.
func beginsLiteral(s []byte) bool {
	if len(s) < 2 {
		return false
	}
	switch s[0] {
	case '@':
		return s[1] == '{'
	case '[':
		return bytes.HasPrefix(s, []byte("[object "))
	case 'c':
		return bytes.HasPrefix(s, []byte("class "))
	case 'S':
		return bytes.HasPrefix(s, []byte("System."))
	case 'M':
		return bytes.HasPrefix(s, []byte("Microsoft."))
	}
	return false
}

// isLost says whether a text is only the name of a type or a word for one: the
// value that stood there was lost when the export was made.
func isLost(s string) bool {
	s = strings.TrimSpace(s)
	switch {
	case strings.ContainsAny(s, " \t\r\n") && !strings.HasPrefix(s, "[object "):
		return false
	case strings.HasPrefix(s, "System."):
		return strings.HasSuffix(s, "[]") || strings.HasPrefix(s, "System.Collections.") || s == "System.Object" || strings.HasPrefix(s, "System.Management.Automation.")
	case strings.HasPrefix(s, "Microsoft.Graph."):
		return strings.Contains(s, ".Models.") || strings.HasSuffix(s, "[]") || strings.Count(s, ".") == 2
	case strings.HasPrefix(s, "Microsoft.Exchange."):
		return strings.Contains(s, "`1[") || strings.HasSuffix(s, "[]")
	}
	return s == "[object Object]" || s == "[object Object],[object Object]"
}

// foldLiteral reads a text as the object or the list that it stands for and appends
// it as JSON. Name is the member or column that has the text, empty for an
// element of a list: a lone object under a name in the plural is a list of one.
// It reports false, and appends
// nothing, if the text has none of the forms.
func foldLiteral(dst []byte, name, text string) ([]byte, bool) {
	if len(text) > maxLiteral {
		return dst, false
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return dst, false
	}
	r := literalReader{s: text}
	var out []byte
	var ok bool
	switch {
	case strings.HasPrefix(text, "@{"):
		out, ok = r.several(name, r.hashtable)
	case strings.HasPrefix(text, "class "):
		out, ok = r.several(name, r.class)
	case text[0] == '{' || text[0] == '[':
		out, ok = r.python(nil, 0)
		if ok && len(out) > 0 && out[0] == '{' && isList(name, out) {
			out = append(append([]byte{'['}, out...), ']')
		}
	}
	if r.space(); !ok || r.i < len(text) {
		return dst, false
	}
	return append(dst, out...), true
}

// A literalReader reads one text.
type literalReader struct {
	s string
	i int
}

func (r *literalReader) peek() byte {
	if r.i < len(r.s) {
		return r.s[r.i]
	}
	return 0
}

func (r *literalReader) has(prefix string) bool { return strings.HasPrefix(r.s[r.i:], prefix) }

func (r *literalReader) space() {
	for r.i < len(r.s) && strings.IndexByte(" \t\r\n", r.s[r.i]) >= 0 {
		r.i++
	}
}

// several reads objects that follow one another, as a list joined into one
// text has them, with at most a comma or semicolon between.
func (r *literalReader) several(name string, object func(depth int) ([]byte, bool)) ([]byte, bool) {
	var list [][]byte
	for r.i < len(r.s) {
		o, ok := object(0)
		if !ok {
			return nil, false
		}
		list = append(list, o)
		r.space()
		if c := r.peek(); c == ',' || c == ';' {
			r.i++
			r.space()
		}
	}
	return joined(name, list), len(list) > 0
}

// joined is one object, or several as a list.
func joined(name string, list [][]byte) []byte {
	if len(list) == 1 && !isList(name, list[0]) {
		return list[0]
	}
	return append(append([]byte{'['}, bytes.Join(list, []byte{','})...), ']')
}

// isList says whether the member of a name is a list, of which the object is
// the only element: the name is in the plural, or the object is a pair of a
// name and its value, of which Microsoft's records have lists.
func isList(name string, object []byte) bool {
	if name == "" {
		return false
	}
	for _, pair := range [...]string{`{"Name":`, `{"Key":`} {
		if bytes.HasPrefix(object, []byte(pair)) && bytes.Contains(object, []byte(`,"Value":`)) {
			return true
		}
	}
	if bytes.HasPrefix(object, []byte(`{"ID":`)) && bytes.Contains(object, []byte(`,"Type":`)) {
		return true
	}
	if name = strings.ToLower(name); strings.HasSuffix(name, "properties") || strings.HasSuffix(name, "status") {
		return false
	}
	return len(name) > 2 && name[len(name)-1] == 's' && name[len(name)-2] != 's'
}
