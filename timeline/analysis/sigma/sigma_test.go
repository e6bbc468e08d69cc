package sigma

import (
	"strings"
	"testing"
)

// holds evaluates an expression on one event.
func holds(e *Expr, event map[string]string) bool {
	switch e.Op {
	case And:
		for _, arg := range e.Args {
			if !holds(arg, event) {
				return false
			}
		}
		return true
	case Or:
		for _, arg := range e.Args {
			if holds(arg, event) {
				return true
			}
		}
		return false
	case Not:
		return !holds(e.Args[0], event)
	}
	return e.Match.Test(event[e.Match.Field])
}

func rule(detection string) []byte {
	return []byte("title: T\nlogsource: {product: m365, service: audit}\ndetection:\n" + detection)
}

func TestDetections(t *testing.T) {
	event := map[string]string{"Operation": "New-InboxRule", "Parameters": `ForwardTo=x@example.net`, "ClientIP": "198.51.100.7", "Count": "12", "Path": `C:\Temp\a*b`}
	for _, c := range []struct {
		name, detection string
		want            bool
	}{
		{"equal without regard to case", "  s: {Operation: new-inboxrule}\n  condition: s\n", true},
		{"cased", "  s: {Operation|cased: new-inboxrule}\n  condition: s\n", false},
		{"one of a list", "  s:\n    Operation: [Set-Mailbox, New-InboxRule]\n  condition: s\n", true},
		{"contains all", "  s:\n    Parameters|contains|all: [Forward, example.net]\n  condition: s\n", true},
		{"contains all, one missing", "  s:\n    Parameters|contains|all: [Forward, example.org]\n  condition: s\n", false},
		{"starts and ends", "  s: {Operation|startswith: 'New-', Parameters|endswith: '.net'}\n  condition: s\n", true},
		{"wildcards", "  s: {Operation: 'N?w-*rule'}\n  condition: s\n", true},
		{"wildcard that is plain", `  s: {Path|endswith: 'a\*b'}` + "\n  condition: s\n", true},
		{"backslash at the end", `  s: {Path|contains: '\Temp\'}` + "\n  condition: s\n", true},
		{"expression minds case", "  s: {Operation|re: '^new'}\n  condition: s\n", false},
		{"expression folded", "  s: {Operation|re|i: '^new'}\n  condition: s\n", true},
		{"network", "  s: {ClientIP|cidr: 198.51.100.0/24}\n  condition: s\n", true},
		{"number", "  s: {Count|gte: 12}\n  condition: s\n", true},
		{"null is absent", "  s: {Nothing: null}\n  condition: s\n", true},
		{"null is not present", "  s: {Operation: null}\n  condition: s\n", false},
		{"exists", "  s: {Operation|exists: true, Nothing|exists: false}\n  condition: s\n", true},
		{"list of mappings", "  s:\n    - Operation: x\n    - Count: 12\n  condition: s\n", true},
		{"not", "  s: {Operation: New-InboxRule}\n  f: {Count: 12}\n  condition: s and not f\n", false},
		{"and before or", "  a: {Operation: x}\n  b: {Operation: y}\n  c: {Count: 12}\n  condition: a and b or c\n", true},
		{"parentheses", "  a: {Operation: x}\n  b: {Operation: y}\n  c: {Count: 12}\n  condition: a and (b or c)\n", false},
		{"one of a pattern", "  sel_a: {Operation: x}\n  sel_b: {Count: 12}\n  condition: 1 of sel_*\n", true},
		{"all of them", "  sel_a: {Operation: x}\n  sel_b: {Count: 12}\n  condition: all of them\n", false},
		{"them leaves out what begins with a low line", "  _a: {Operation: x}\n  sel_b: {Count: 12}\n  condition: all of them\n", true},
		{"several conditions", "  a: {Operation: x}\n  b: {Count: 12}\n  condition: [a, b]\n", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parse(rule(c.detection))
			if err != nil {
				t.Fatal(err)
			}
			if got := holds(r.Detection, event); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"keywords":      {string(rule("  k: [word]\n  condition: k\n")), "keywords without a field"},
		"aggregation":   {string(rule("  s: {A: b}\n  condition: s | count() > 5\n")), "aggregation"},
		"timeframe":     {string(rule("  s: {A: b}\n  timeframe: 5m\n  condition: s\n")), "timeframe"},
		"placeholder":   {string(rule("  s: {A|contains|expand: '%x%'}\n  condition: s\n")), `modifier "expand"`},
		"base64":        {string(rule("  s: {A|base64offset|contains: b}\n  condition: s\n")), `modifier "base64offset"`},
		"lookahead":     {string(rule("  s: {A|re: '(?=a)'}\n  condition: s\n")), "regular expression"},
		"correlation":   {"title: T\ncorrelation: {type: event_count}\n", "correlation"},
		"no detection":  {"title: T\n", "no detection"},
		"no condition":  {string(rule("  s: {A: b}\n")), "no condition"},
		"unknown name":  {string(rule("  s: {A: b}\n  condition: s and t\n")), `"t"`},
		"open bracket":  {string(rule("  s: {A: b}\n  condition: (s\n")), "parenthesis"},
		"two documents": {"title: T\n---\ntitle: U\n", "several documents"},
		"alias":         {string(rule("  s: &x\n    A: b\n  t: *x\n  condition: s\n")), "anchors"},
		"no YAML":       {"\tx: [", "not a YAML mapping"},
		"deep":          {strings.Repeat("[", 5000), "nested deeper"},
		"deep not":      {string(rule("  s: {A: b}\n  condition: " + strings.Repeat("not ", 100) + "s\n")), "nested deeper"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	r, err := Parse([]byte("title: Mail forwarded\nid: 7\nauthor: A. Uthor\nlevel: High\ntags: [attack.t1114.003, attack.collection]\nlogsource: {product: M365, service: Audit}\ndetection:\n  s: {Operation: x, Parameters: y}\n  f: {Operation: z}\n  condition: s and not f\n"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Title != "Mail forwarded" || r.Level != "high" || r.Author != "A. Uthor" || strings.Join(r.Techniques, " ") != "T1114.003" || r.Product != "m365" || r.Service != "audit" {
		t.Errorf("read %+v", r)
	}
	if got := strings.Join(r.Detection.Fields(), " "); got != "Operation Parameters" {
		t.Errorf("fields %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(rule("  s: {A|contains|all: [b, 'c*'], D|re: '^x'}\n  condition: 1 of s* and not (s or s)\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Parse(text)
		if err == nil {
			_ = holds(r.Detection, map[string]string{"A": "bc"})
		}
	})
}
