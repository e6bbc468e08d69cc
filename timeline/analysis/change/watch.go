package change

import (
	"encoding/json"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// WatchedColumns are the columns of the analyses that look for changes which
// the reference table of watched changes lists.
var WatchedColumns = []analysis.Column{
	{Name: "Kind", Doc: "what kind of change it is", Kind: analysis.Text},
	{Name: "Operation", Doc: "the source's word for the operation", Kind: analysis.Text},
	{Name: "Target", Doc: "what was changed", Kind: analysis.Text},
	{Name: "Change", Doc: "the properties that were set, old and new", Kind: analysis.Text, Wrap: true},
	{Name: "Why", Doc: "why the change matters, and what raised or lowered its severity", Kind: analysis.Text, Wrap: true},
}

// A Watch is one row of the table.
type Watch struct {
	Kind, Reason string
	Severity     analysis.Severity

	reasons []string // the reason alone
	wants   condition
}

// A watchList is the rows of the table for one operation and one analysis.
type watchList struct {
	analysis string
	rows     []Watch
}

// watches are the rows of the table by operation.
func watches(p *analysis.Pass) map[string][]watchList {
	byOperation := map[string][]watchList{}
	for row := range p.Reference.Table(reference.WatchedChanges).Rows() {
		op, name := OperationKeyOf(row.Get("operation")), row.Get("analysis")
		lists := byOperation[op]
		i := slices.IndexFunc(lists, func(l watchList) bool { return l.analysis == name })
		if i < 0 {
			i = len(lists)
			lists = append(lists, watchList{analysis: name})
		}
		w := Watch{Kind: row.Get("kind"), Reason: row.Get("reason"), Severity: analysis.SeverityOf(row.Get("severity")), wants: conditionOn(row.Get("parameter"), row.Get("value"))}
		w.reasons = []string{w.Reason}
		lists[i].rows = append(lists[i].rows, w)
		byOperation[op] = lists
	}
	return byOperation
}

// A condition is what a row of the tables looks for among the changes of a
// record: nothing if it names no parameter, one change of each parameter if it
// names several, with semicolons between them and between their values.
type condition struct{ parameters, values []string }

func conditionOn(parameter, value string) condition {
	if parameter == "" {
		return condition{}
	}
	return condition{strings.Split(parameter, ";"), strings.Split(value, ";")}
}

// metBy reports whether changes are what the condition looks for.
func (w condition) metBy(changes []Property) bool {
	for i, parameter := range w.parameters {
		value := w.values[min(i, len(w.values)-1)]
		if !slices.ContainsFunc(changes, func(c Property) bool { return strings.EqualFold(c.Name, parameter) && became(c, value) }) {
			return false
		}
	}
	return true
}

// became reports whether a change is to a value. Its first sign says how: =
// equal, or blank where nothing follows it, ~ contains, - taken away, + a list of
// that name has more elements, < a list has fewer; no sign means any.
func became(c Property, value string) bool {
	if value == "" {
		return true
	}
	sign, want := value[0], strings.ToLower(value[1:])
	if sign == '+' {
		return grew(c, want)
	}
	before, after := strings.ToLower(c.old), strings.ToLower(c.New)
	switch sign {
	case '=':
		return after == want || want == "" && IsBlank(after)
	case '<':
		return elements(after) < elements(before)
	case '~':
		return strings.Contains(after, want) && !strings.Contains(before, want)
	}
	if want == "" {
		return !IsBlank(before) && IsBlank(after)
	}
	return strings.Contains(before, want) && !strings.Contains(after, want)
}

// elements counts those of a list in JSON; what is no list has none.
func elements(text string) int {
	var list []any
	if json.Unmarshal([]byte(text), &list) != nil {
		return 0
	}
	return len(list)
}

// grew reports whether a list among the members of a property's JSON has an
// element that it did not have.
func grew(c Property, name string) bool {
	before := map[string]bool{}
	for _, e := range elementsOf(c.old, name) {
		before[e] = true
	}
	return slices.ContainsFunc(elementsOf(c.New, name), func(e string) bool { return !before[e] })
}

// elementsOf are the texts in the lists of a name, in lower case, wherever
// they stand in a JSON text.
func elementsOf(text, name string) []string {
	var list []string
	timeline.EachObject(text, func(o timeline.Object) bool {
		for key := range o.Names() {
			if strings.EqualFold(key, name) {
				for _, s := range o.Strings(key) {
					list = append(list, strings.ToLower(s))
				}
			}
		}
		return true
	})
	return list
}

// matching finds the heaviest row of the table that a record meets; nil if it
// meets none.
func matching(list []Watch, changes []Property) *Watch {
	var best *Watch
	for i := range list {
		if w := &list[i]; w.wants.metBy(changes) && (best == nil || w.Severity > best.Severity) {
			best = w
		}
	}
	return best
}
