package auditlog

import (
	"regexp"
	"strings"

	"becforensics/ingest/internal/rows"
)

// parameterName is where a parameter begins in a line as it was typed. What
// stands in quotes is matched first, so that a dash in it begins nothing.
var parameterName = regexp.MustCompile(`"[^"]*"|(?:^|\s)-([A-Za-z][A-Za-z0-9]*)`)

// addCommandLine adds the parameters of a cmdlet of the compliance centre,
// which are written as they were typed: -Identity "x" -Enabled $false -Force.
// It reports whether the text is such a line.
func (o *jsonObject) addCommandLine(line string) bool {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "-") {
		return false
	}
	name, from, added := "", 0, false
	add := func(to int) {
		if name != "" {
			o.add(name, rows.Quote(typedValue(line[from:to])))
			added = true
		}
	}
	for _, at := range parameterName.FindAllStringSubmatchIndex(line, -1) {
		if at[2] < 0 {
			continue
		}
		add(at[0])
		name, from = line[at[2]:at[3]], at[1]
	}
	add(len(line))
	return added
}

// typedValue is a parameter's value without the quotes around the whole of it;
// a list without its brackets and quotes, as records of other cmdlets have it; a
// switch, which has none, is on.
func typedValue(s string) string {
	s = strings.TrimSpace(strings.TrimPrefix(s, ":"))
	if s == "" {
		return "True"
	}
	if list, ok := typedList(s); ok {
		return strings.Join(list, ";")
	}
	if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' && !strings.Contains(s[1:n-1], `"`) {
		s = s[1 : n-1]
	}
	switch strings.ToLower(s) {
	case "$true":
		return "True"
	case "$false":
		return "False"
	}
	return s
}

// typedList reads a list as it is typed, with or without brackets around it:
// ("invoice","payment"), @('a'; 'b'), "a","b", (a,b).
func typedList(s string) ([]string, bool) {
	inner := s
	for _, open := range [...]string{"@(", "(", "{"} {
		if rest, ok := strings.CutPrefix(s, open); ok && len(rest) > 0 && (s[len(s)-1] == ')' || s[len(s)-1] == '}') {
			inner = rest[:len(rest)-1]
			break
		}
	}
	if inner != s && !strings.ContainsAny(inner, "\"'() ") {
		return strings.FieldsFunc(inner, func(c rune) bool { return c == ',' || c == ';' }), true
	}
	var list []string
	for rest := strings.TrimSpace(inner); ; {
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			return nil, false
		}
		end := strings.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil, false
		}
		list = append(list, rest[1:1+end])
		if rest = strings.TrimSpace(rest[end+2:]); rest == "" {
			return list, true
		}
		if rest[0] != ',' && rest[0] != ';' {
			return nil, false
		}
		rest = strings.TrimSpace(rest[1:])
	}
}
