package sigma

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// A Match tests the value of a field.
type Match struct {
	Field    string
	all      bool
	absent   bool // null stands among the values: an absent field matches
	negated  bool // exists: false
	exists   bool
	patterns []pattern
}

// A pattern tests one value, given as written and in lower case.
type pattern func(value, folded string) bool

// Test reports whether one of the values of a field matches; none is an
// absent field.
func (m *Match) Test(values ...string) bool {
	present := false
	for _, v := range values {
		present = present || v != ""
	}
	if m.exists {
		return present != m.negated
	}
	if !present {
		return m.absent
	}
	hit := func(p pattern) bool {
		for _, v := range values {
			if v != "" && p(v, strings.ToLower(v)) {
				return true
			}
		}
		return false
	}
	for _, p := range m.patterns {
		if hit(p) != m.all {
			return !m.all
		}
	}
	return m.all && len(m.patterns) > 0
}

// newMatch compiles a field with its modifiers and values.
func newMatch(key string, value any) (*Match, error) {
	parts := strings.Split(key, "|")
	m := &Match{Field: parts[0]}
	if m.Field == "" {
		return nil, errors.New("keywords without a field are not supported")
	}
	var make maker
	var o options
	for _, modifier := range parts[1:] {
		switch modifier {
		case "all":
			m.all = true
		case "cased":
			o.cased = true
		case "i":
			o.folded = true
		case "exists":
			want, ok := value.(bool)
			if !ok {
				return nil, errors.New("exists needs true or false")
			}
			m.exists, m.negated = true, !want
			return m, nil
		default:
			of, ok := makers[modifier]
			if !ok || make != nil {
				return nil, fmt.Errorf("modifier %q is not supported here", modifier)
			}
			make = of
		}
	}
	if make == nil {
		make = glob(false, false)
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, v := range list {
		text, ok := textOf(v)
		switch {
		case !ok:
			return nil, errors.New("a value is neither text nor number")
		case text == "":
			m.absent = true
			continue
		}
		p, err := make(text, o)
		if err != nil {
			return nil, fmt.Errorf("value %q: %w", text, err)
		}
		m.patterns = append(m.patterns, p)
	}
	return m, nil
}

func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64, uint64, int:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}

// options are the modifiers that change how values are compared.
type options struct{ cased, folded bool }

// A maker compiles one value.
type maker func(text string, o options) (pattern, error)

var makers = map[string]maker{
	"contains":   glob(true, true),
	"startswith": glob(false, true),
	"endswith":   glob(true, false),
	"re":         expression,
	"cidr":       network,
	"lt":         number(func(a, b float64) bool { return a < b }),
	"lte":        number(func(a, b float64) bool { return a <= b }),
	"gt":         number(func(a, b float64) bool { return a > b }),
	"gte":        number(func(a, b float64) bool { return a >= b }),
}

// glob compiles a value with the wildcards * and ?, which a backslash makes
// plain; before and after say whether anything may stand around it.
func glob(before, after bool) maker {
	return func(text string, o options) (pattern, error) {
		var re, plain strings.Builder
		wild := false
		for i := 0; i < len(text); i++ {
			c := text[i]
			switch {
			case c == '*' || c == '?':
				wild = true
				re.WriteString(map[byte]string{'*': ".*", '?': "."}[c])
				continue
			case c == '\\' && i+1 < len(text) && strings.IndexByte(`*?\`, text[i+1]) >= 0:
				i++
			}
			re.WriteString(regexp.QuoteMeta(text[i : i+1]))
			plain.WriteByte(text[i])
		}
		if wild {
			return compiled("(?s)"+edge(before, "^")+re.String()+edge(after, "$"), !o.cased)
		}
		want := plain.String()
		if !o.cased {
			want = strings.ToLower(want)
		}
		test := func(s string) bool { return s == want }
		switch {
		case before && after:
			test = func(s string) bool { return strings.Contains(s, want) }
		case after:
			test = func(s string) bool { return strings.HasPrefix(s, want) }
		case before:
			test = func(s string) bool { return strings.HasSuffix(s, want) }
		}
		return func(value, folded string) bool {
			if o.cased {
				return test(value)
			}
			return test(folded)
		}, nil
	}
}

func edge(open bool, mark string) string {
	if open {
		return ""
	}
	return mark
}

func compiled(text string, folded bool) (pattern, error) {
	if folded {
		text = "(?i)" + text
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, errors.New("the regular expression is not supported")
	}
	return func(value, _ string) bool { return re.MatchString(value) }, nil
}

// expression compiles a regular expression, which is sensitive to case unless
// the modifier i stands with it.
func expression(text string, o options) (pattern, error) { return compiled(text, o.folded) }

func network(text string, _ options) (pattern, error) {
	n, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, errors.New("it is no network")
	}
	return func(value, _ string) bool {
		ip, err := netip.ParseAddr(value)
		return err == nil && n.Contains(ip.Unmap())
	}, nil
}

func number(holds func(a, b float64) bool) maker {
	return func(text string, _ options) (pattern, error) {
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, errors.New("it is no number")
		}
		return func(value, _ string) bool {
			got, err := strconv.ParseFloat(value, 64)
			return err == nil && holds(got, want)
		}, nil
	}
}
