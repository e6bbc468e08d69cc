package change

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
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

// A Watch is one row of the table, compiled.
type Watch struct {
	parameter, value, Kind, Reason string
	Severity                       analysis.Severity
}

// watches are the rows of one analysis by operation.
func watches(p *analysis.Pass, name string) map[string][]Watch {
	byOperation := map[string][]Watch{}
	for row := range p.Reference.Table(reference.WatchedChanges).Rows() {
		if row.Get("analysis") != name {
			continue
		}
		op := OperationKeyOf(row.Get("operation"))
		byOperation[op] = append(byOperation[op], Watch{row.Get("parameter"), row.Get("value"), row.Get("kind"), row.Get("reason"), analysis.SeverityOf(row.Get("severity"))})
	}
	return byOperation
}

// met reports whether changes are what the row looks for: any if it names no
// parameter, one of each parameter if it names several, with semicolons
// between them and between their values.
func (w Watch) met(changes []Property) bool {
	if w.parameter == "" {
		return true
	}
	values := strings.Split(w.value, ";")
	for i, parameter := range strings.Split(w.parameter, ";") {
		value := values[min(i, len(values)-1)]
		if !slices.ContainsFunc(changes, func(c Property) bool { return strings.EqualFold(c.Name, parameter) && became(c, value) }) {
			return false
		}
	}
	return true
}

// became reports whether a change is to a value. Its first sign says how: =
// equal, ~ contains, - taken away, + a list of that name has more elements; no
// sign means any.
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
		return after == want
	case '~':
		return strings.Contains(after, want) && !strings.Contains(before, want)
	}
	if want == "" {
		return !IsBlank(before) && IsBlank(after)
	}
	return strings.Contains(before, want) && !strings.Contains(after, want)
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
	timeline.EachObject(text, func(object map[string]any) bool {
		for _, key := range timeline.SortedKeys(object) {
			if elements, ok := object[key].([]any); ok && strings.EqualFold(key, name) {
				for _, e := range elements {
					if s, ok := e.(string); ok {
						list = append(list, strings.ToLower(s))
					}
				}
			}
		}
		return true
	})
	return list
}

// IsBlank reports whether a property's value holds nothing.
func IsBlank(s string) bool { return strings.Trim(s, " []{}\"\r\n\t") == "" || s == "null" }

// sameAct is how far apart the records of one act lie: the directory writes
// one role several times over.
const sameAct = 5 * time.Minute

// repeated makes one row of those, in the order of time, that are of one act:
// same user, kind, operation and target within sameAct.
func repeated(hits []Hit) []analysis.Row {
	type key struct{ user, kind, operation, target string }
	last := map[key]int{}
	var kept []analysis.Row
	for _, h := range hits {
		k := key{strings.ToLower(h.Row.User), h.Watch.Kind, OperationKeyOf(h.operation), strings.ToLower(h.target)}
		if i, ok := last[k]; ok && h.Row.First.Sub(kept[i].First) <= sameAct {
			if h.Row.Severity > kept[i].Severity {
				kept[i].Severity, kept[i].Cells = h.Row.Severity, h.Row.Cells
			}
			kept[i].Last = h.Row.Last
			kept[i].Origins = append(kept[i].Origins, h.Row.Origins...)
			continue
		}
		last[k] = len(kept)
		kept = append(kept, h.Row)
	}
	return kept
}

// matching finds the weightiest row of the table that a record meets.
func matching(list []Watch, changes []Property) (Watch, bool) {
	var best Watch
	ok := false
	for _, w := range list {
		if w.met(changes) && (!ok || w.Severity > best.Severity) {
			best, ok = w, true
		}
	}
	return best, ok
}

// TargetOf is what a change was made to.
func TargetOf(t *timeline.Timeline, row int, changes []Property) string {
	for _, name := range []string{"Identity", "Name"} {
		if v := ValueOf(changes, name); v != "" {
			return v
		}
	}
	return t.Text(timeline.ColTarget, row)
}

// ChangesText writes changes for a cell.
func ChangesText(changes []Property) string {
	const longest = 200
	short := func(s string) string {
		s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "\x00", nul)
		if len(s) > longest {
			s = strings.ToValidUTF8(s[:longest], "") + " …"
		}
		return s
	}
	parts := make([]string, 0, len(changes))
	for _, c := range changes {
		text := c.Name + ": " + short(c.New)
		if c.old != "" {
			text = c.Name + ": " + short(c.old) + " → " + short(c.New)
		}
		parts = append(parts, text)
	}
	return cite.Join(parts)
}
