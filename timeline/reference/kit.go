package reference

import (
	"fmt"
	"strings"
)

// A Trace is one step of what a kit or tool leaves on record: alone, or as
// part of a flow whose steps follow one another.
type Trace struct {
	Name     string // of the flow
	Kit      string
	Owner    bool // the step is the account's owner's: it is named, not held against anybody
	Tests    []Test
	Relation []Relation // to the step before
	Minutes  int        // within which it follows the step before
	Severity string
	Reason   string // of a whole flow, at its last step
}

// Names are those by which the step tests and relates records.
func (t Trace) Names() []string {
	var names []string
	for _, test := range t.Tests {
		names = append(names, test.Name)
	}
	for _, r := range t.Relation {
		names = append(names, r.Name)
	}
	return names
}

// A Test compares what a record says under a name with some values.
type Test struct {
	Name   string
	Not    bool
	Sign   byte // = equal, ^ begins with, ~ contains
	Values []string
}

// Met reports whether a text passes; case does not matter.
func (t Test) Met(text string) bool {
	text = foldKey(text)
	for _, value := range t.Values {
		if t.Sign == '=' && text == value || t.Sign == '^' && strings.HasPrefix(text, value) || t.Sign == '~' && strings.Contains(text, value) {
			return !t.Not
		}
	}
	return t.Not
}

// A Relation compares a record with that of the step before.
type Relation struct {
	Same bool // else other
	Name string
}

// KitTraces are the flows of kits and tools, each the steps in their order.
func (s *Set) KitTraces() [][]Trace {
	var flows [][]Trace
	for row := range s.Table(KitTraces).Rows() {
		name, _, _ := strings.Cut(row.Key(), "/")
		step := Trace{
			Name: name, Kit: row.Get("kit"), Owner: row.Get("by") == byOwner,
			Minutes: row.Int("minutes"), Severity: row.Get("severity"), Reason: row.Get("reason"),
		}
		step.Tests, _ = parseTests(row.Get("tests"))
		step.Relation, _ = parseRelations(row.Get("relation"))
		if n := len(flows); row.Int("step") > 1 && n > 0 && flows[n-1][0].Name == name {
			flows[n-1] = append(flows[n-1], step)
		} else {
			flows = append(flows, []Trace{step})
		}
	}
	return flows
}

// Who is behind a step.
const (
	byOwner = "owner"
	byKit   = "kit"
)

// parseTests reads tests such as "app_id=a|b; user_agent!^Dsreg".
func parseTests(text string) ([]Test, error) {
	var tests []Test
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		at := strings.IndexAny(part, "=^~!")
		if at <= 0 {
			return nil, fmt.Errorf("test %q: want a name, a sign and values", part)
		}
		t := Test{Name: part[:at]}
		rest := part[at:]
		if t.Not = rest[0] == '!'; t.Not {
			rest = rest[1:]
		}
		if rest == "" || !strings.ContainsRune("=^~", rune(rest[0])) {
			return nil, fmt.Errorf("test %q: want =, ^ or ~", part)
		}
		t.Sign = rest[0]
		for value := range strings.SplitSeq(rest[1:], "|") {
			t.Values = append(t.Values, foldKey(value))
		}
		tests = append(tests, t)
	}
	return tests, nil
}

// parseRelations reads relations such as "same session; other network".
func parseRelations(text string) ([]Relation, error) {
	var list []Relation
	for part := range strings.SplitSeq(text, ";") {
		how, name, ok := strings.Cut(strings.TrimSpace(part), " ")
		switch {
		case how == "" && !ok:
		case ok && (how == "same" || how == "other"):
			list = append(list, Relation{Same: how == "same", Name: strings.TrimSpace(name)})
		default:
			return nil, fmt.Errorf("relation %q: want same or other, and a name", part)
		}
	}
	return list, nil
}
