package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// watchedColumns are the columns of the analyses that look for changes which
// the reference table of watched changes lists.
var watchedColumns = []analysis.Column{
	{Name: "Kind", Doc: "what kind of change it is", Kind: analysis.Text},
	{Name: "Operation", Doc: "the source's word for the operation", Kind: analysis.Text},
	{Name: "Target", Doc: "what was changed", Kind: analysis.Text},
	{Name: "Change", Doc: "the properties that were set, old and new", Kind: analysis.Prose},
	{Name: "Why", Doc: "why the change matters, and what raised or lowered its severity", Kind: analysis.Prose},
}

// A watchedChange is one row of the table, compiled.
type watchedChange struct {
	parameter, value, kind, reason string
	severity                       analysis.Severity
}

// A watchedAct is an operation that meets a row of the table, with all that it
// changed.
type watchedAct struct {
	watchedChange
	changes []change
}

// watches are the rows of one analysis by operation.
func watches(p *analysis.Pass, name string) map[string][]watchedChange {
	byOperation := map[string][]watchedChange{}
	for row := range p.Reference.Table(reference.WatchedChanges).Rows() {
		if row.Get("analysis") != name {
			continue
		}
		op := operationKeyOf(row.Get("operation"))
		byOperation[op] = append(byOperation[op], watchedChange{row.Get("parameter"), row.Get("value"), row.Get("kind"), row.Get("reason"), severityOf(row.Get("severity"))})
	}
	return byOperation
}

func severityOf(word string) analysis.Severity {
	for s := analysis.Info; s <= analysis.Critical; s++ {
		if s.String() == word {
			return s
		}
	}
	return analysis.Info
}

// met reports whether changes are what the row looks for: any if it names no
// parameter, one of each parameter if it names several, with semicolons
// between them and between their values.
func (w watchedChange) met(changes []change) bool {
	if w.parameter == "" {
		return true
	}
	values := strings.Split(w.value, ";")
	for i, parameter := range strings.Split(w.parameter, ";") {
		value := values[min(i, len(values)-1)]
		if !slices.ContainsFunc(changes, func(c change) bool { return strings.EqualFold(c.name, parameter) && became(c, value) }) {
			return false
		}
	}
	return true
}

// became reports whether a change is to a value. Its first sign says how: =
// equal, ~ contains, - taken away, + a list of that name has more elements;
// none means any.
func became(c change, value string) bool {
	if value == "" {
		return true
	}
	sign, want := value[0], strings.ToLower(value[1:])
	if sign == '+' {
		return grew(c, want)
	}
	before, after := strings.ToLower(c.old), strings.ToLower(c.new)
	switch sign {
	case '=':
		return after == want
	case '~':
		return strings.Contains(after, want) && !strings.Contains(before, want)
	}
	if want == "" {
		return !isBlank(before) && isBlank(after)
	}
	return strings.Contains(before, want) && !strings.Contains(after, want)
}

// grew reports whether a list among the members of a property's JSON has an
// element that it did not have.
func grew(c change, name string) bool {
	before := map[string]bool{}
	for _, e := range elementsOf(c.old, name) {
		before[e] = true
	}
	return slices.ContainsFunc(elementsOf(c.new, name), func(e string) bool { return !before[e] })
}

// elementsOf are the texts in the lists of a name, in lower case, wherever
// they stand in a JSON text.
func elementsOf(text, name string) []string {
	var list []string
	eachObject(text, func(object map[string]any) bool {
		for _, key := range sortedKeys(object) {
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

// isBlank reports whether a property's value holds nothing.
func isBlank(s string) bool { return strings.Trim(s, " []{}\"\r\n\t") == "" || s == "null" }

// findWatched makes a row of each operation that the table lists for an
// analysis. adjust may raise or lower a row, saying why.
func findWatched(p *analysis.Pass, name string, adjust func(row int, changes []change, r *analysis.Row, why *[]string)) *analysis.Finding {
	t := p.Timeline
	list := watches(p, name)
	byCode := make([][]watchedChange, t.Cardinality(timeline.ColOperation))
	for code := range byCode {
		byCode[code] = list[operationKeyOf(t.Value(timeline.ColOperation, uint32(code)))]
	}
	acts := actors(p)
	f := &analysis.Finding{}
	service, failed := 0, 0
	var listed []int
	for row := range t.Len() {
		if byCode[t.Code(timeline.ColOperation, row)] != nil {
			listed = append(listed, row)
		}
	}
	watched := func(row int, changes []change) *watchedAct {
		w, ok := matching(byCode[t.Code(timeline.ColOperation, row)], changes)
		if !ok {
			return nil
		}
		return &watchedAct{w, changes}
	}
	timeline.Reread(t, listed, timeline.WideDetails, func(row int, ev *timeline.Event) *watchedAct {
		return watched(row, changesOf(ev))
	}, func(row int, act *watchedAct, err error) {
		if err != nil {
			act = watched(row, nil)
		}
		if act == nil {
			return
		}
		if t.Has(row, timeline.Service) {
			service++
			return
		}
		w, changes := act.watchedChange, act.changes
		r := citing(t, []int{row})
		r.Severity, r.Confidence = w.severity, analysis.Firm
		why := []string{w.reason}
		if t.Outcome(row) == timeline.Failure {
			failed++
			r.Severity = analysis.Info
			why = append(why, "the operation failed")
		} else {
			if adjust != nil {
				adjust(row, changes, &r, &why)
			}
			attributedTo(acts, row, &r, &why)
			if r.Severity == w.severity && r.Severity <= analysis.Medium && r.Severity > analysis.Info && usualNetwork(p, row) {
				r.Severity = analysis.Info
				why = append(why, routineExcuse)
			}
		}
		r.Cells = []string{w.kind, t.Text(timeline.ColOperation, row), targetOf(t, row, changes), changesText(changes), strings.Join(why, "; ")}
		f.Rows = append(f.Rows, r)
	})
	byTime(f.Rows)
	f.Rows = repeated(f.Rows)
	accusing := 0
	for _, r := range f.Rows {
		if r.Severity > analysis.Info {
			accusing++
		}
	}
	f.Summary = fmt.Sprintf("%s on record that the table of watched changes lists, %d of them of severity low or more; %d failed.", counted(len(f.Rows), "change"), accusing, failed)
	f.Notes = attributionNotes(p)
	if service > 0 {
		f.Notes = append(f.Notes, counted(service, "such change")+" by Microsoft's own service left out.")
	}
	return f
}

// sameAct is how far apart the records of one act lie: the directory writes
// one role several times over.
const sameAct = 5 * time.Minute

// repeated makes one row of those, in the order of time, that tell of one
// act: same user, kind, operation and target within sameAct.
func repeated(rows []analysis.Row) []analysis.Row {
	type key struct{ user, kind, operation, target string }
	last := map[key]int{}
	var kept []analysis.Row
	for _, r := range rows {
		k := key{strings.ToLower(r.User), r.Cells[0], operationKeyOf(r.Cells[1]), strings.ToLower(r.Cells[2])}
		if i, ok := last[k]; ok && r.First.Sub(kept[i].First) <= sameAct {
			if r.Severity > kept[i].Severity {
				kept[i].Severity, kept[i].Cells = r.Severity, r.Cells
			}
			kept[i].Last = r.Last
			kept[i].Origins = append(kept[i].Origins, r.Origins...)
			continue
		}
		last[k] = len(kept)
		kept = append(kept, r)
	}
	return kept
}

// matching finds the weightiest row of the table that a record meets.
func matching(list []watchedChange, changes []change) (watchedChange, bool) {
	var best watchedChange
	ok := false
	for _, w := range list {
		if w.met(changes) && (!ok || w.severity > best.severity) {
			best, ok = w, true
		}
	}
	return best, ok
}

// targetOf is what a change was made to.
func targetOf(t *timeline.Timeline, row int, changes []change) string {
	for _, name := range []string{"Identity", "Name"} {
		if v := valueOf(changes, name); v != "" {
			return v
		}
	}
	return t.Text(timeline.ColTarget, row)
}

// changesText writes changes for a cell.
func changesText(changes []change) string {
	const longest = 200
	short := func(s string) string {
		s = strings.Join(strings.Fields(s), " ")
		if len(s) > longest {
			s = strings.ToValidUTF8(s[:longest], "") + " …"
		}
		return s
	}
	parts := make([]string, 0, len(changes))
	for _, c := range changes {
		text := c.name + ": " + short(c.new)
		if c.old != "" {
			text = c.name + ": " + short(c.old) + " → " + short(c.new)
		}
		parts = append(parts, text)
	}
	return list(parts)
}
