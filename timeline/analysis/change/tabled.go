package change

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// tabled are the records that the tables of watched changes and of changes of
// access list: what a record set is read once for both.
var tabled = &analysis.Fact[tabledChanges]{
	Name: "changes that tables list",
	Make: findTabled,
}

type tabledChanges struct {
	watched map[string][]Listed // by analysis
	access  []AccessChange
}

// entries are the rows of the tables for one operation.
type entries struct {
	operation string // as the tables write it
	watched   []watchList
	access    []accessEntry
	objects   bool // some row is about an object that details name
}

func findTabled(p *analysis.Pass) tabledChanges {
	t := p.Timeline
	watched, access := watches(p), accessEntries(p)
	byCode := make([]entries, t.Cardinality(timeline.ColOperation))
	listed := make([]bool, len(byCode))
	for code := range byCode {
		op := OperationKeyOf(t.Value(timeline.ColOperation, uint32(code)))
		objects := slices.ContainsFunc(access[op], func(e accessEntry) bool { return e.byObject() })
		byCode[code] = entries{op, watched[op], access[op], objects}
		listed[code] = watched[op] != nil || access[op] != nil
	}
	rows := slices.Collect(t.RowsWith(timeline.ColOperation, listed))
	type told struct {
		*reading
		objects []string
	}
	all := tabledChanges{watched: map[string][]Listed{}}
	parameters, before := &parameterReader{t: t}, newReadings()
	timeline.EachWide(t, rows, timeline.WideDetails, func(row int, w timeline.WideValues) (d told) {
		of := &byCode[t.Code(timeline.ColOperation, row)]
		// The parameters of cmdlets stand in the rule column; modified
		// properties in the details.
		changes := parameters.of(row)
		if t.Code(timeline.ColRule, row) == 0 {
			changes = modifiedProperties(w.Details)
		}
		if of.objects && changesAccess(t, row) {
			d.objects = objectsOf(t, row, w.Details)
		}
		d.reading = before.reading(of, changes)
		return d
	}, func(row int, d told) {
		for i, w := range d.watched {
			if w != nil {
				name := d.of.watched[i].analysis
				all.watched[name] = append(all.watched[name], Listed{row, w, d.reading})
			}
		}
		if d.access != nil && changesAccess(t, row) {
			all.access = append(all.access, accessChange(t, row, d.reading, d.objects))
		}
	})
	return all
}
