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

func findTabled(p *analysis.Pass) tabledChanges {
	t := p.Timeline
	watched, access := watches(p), accessEntries(p)
	type entries struct {
		watched []watchList
		access  []accessEntry
	}
	byCode := make([]entries, t.Cardinality(timeline.ColOperation))
	listed := make([]bool, len(byCode))
	for code := range byCode {
		op := OperationKeyOf(t.Value(timeline.ColOperation, uint32(code)))
		byCode[code] = entries{watched[op], access[op]}
		listed[code] = watched[op] != nil || access[op] != nil
	}
	rows := slices.Collect(t.RowsWith(timeline.ColOperation, listed))
	type found struct {
		watched map[string]Listed
		access  *AccessChange
	}
	all := tabledChanges{watched: map[string][]Listed{}}
	timeline.EachWide(t, rows, timeline.WideDetails, func(row int, w timeline.WideValues) (f found) {
		of := &byCode[t.Code(timeline.ColOperation, row)]
		changes := propertiesOf(t.Text(timeline.ColRule, row), w.Details)
		for _, l := range of.watched {
			if watch, ok := matching(l.rows, changes); ok {
				if f.watched == nil {
					f.watched = map[string]Listed{}
				}
				f.watched[l.analysis] = Listed{row, watch, changes}
			}
		}
		f.access = changeOfAccess(t, row, of.access, changes, w.Details)
		return f
	}, func(_ int, f found) {
		for name, listed := range f.watched {
			all.watched[name] = append(all.watched[name], listed)
		}
		if f.access != nil {
			all.access = append(all.access, *f.access)
		}
	})
	return all
}
