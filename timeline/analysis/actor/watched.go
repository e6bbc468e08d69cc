package actor

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
)

// FindWatched makes a row of each operation that the table lists for an
// analysis. adjust may raise or lower a row, saying why.
func FindWatched(p *analysis.Pass, name string, adjust func(row int, changes []change.Property, r *analysis.Row, why *[]string)) *analysis.Finding {
	t := p.Timeline
	list := change.Watches(p, name)
	byCode := make([][]change.Watch, t.Cardinality(timeline.ColOperation))
	for code := range byCode {
		byCode[code] = list[change.OperationKeyOf(t.Value(timeline.ColOperation, uint32(code)))]
	}
	acts := Actors.Of(p)
	f := &analysis.Finding{}
	service, failed := 0, 0
	var listed []int
	var found []change.Watched
	for row := range t.Len() {
		if byCode[t.Code(timeline.ColOperation, row)] != nil {
			listed = append(listed, row)
		}
	}
	watched := func(row int, changes []change.Property) *change.Hit {
		w, ok := change.Matching(byCode[t.Code(timeline.ColOperation, row)], changes)
		if !ok {
			return nil
		}
		return &change.Hit{Watch: w, Changes: changes}
	}
	timeline.Reread(t, listed, timeline.WideDetails, func(row int, ev *timeline.Event) *change.Hit {
		return watched(row, change.PropertiesOf(ev))
	}, func(row int, act *change.Hit, err error) {
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
		w, changes := act.Watch, act.Changes
		r := cite.Citing(t, []int{row})
		r.Severity, r.Confidence = w.Severity, analysis.Firm
		why := []string{w.Reason}
		if t.Outcome(row) == timeline.Failure {
			failed++
			r.Severity = analysis.Info
			why = append(why, "the operation failed")
		} else {
			if adjust != nil {
				adjust(row, changes, &r, &why)
			}
			AttributedTo(acts, row, &r, &why)
			if r.Severity == w.Severity && r.Severity <= analysis.Medium && r.Severity > analysis.Info && UsualNetwork(p, row) {
				r.Severity = analysis.Info
				why = append(why, RoutineExcuse)
			}
		}
		at := change.Watched{Kind: w.Kind, Operation: t.Text(timeline.ColOperation, row), Target: change.TargetOf(t, row, changes)}
		r.Cells = cite.Cells(at.Kind, at.Operation, at.Target, change.ChangesText(changes), strings.Join(why, "; "))
		at.Row = r
		found = append(found, at)
	})
	slices.SortStableFunc(found, func(a, b change.Watched) int { return cite.CompareTime(a.Row, b.Row) })
	f.Rows = change.Repeated(found)
	accusing := 0
	for _, r := range f.Rows {
		if r.Severity > analysis.Info {
			accusing++
		}
	}
	f.Summary = fmt.Sprintf("%s on record that the table of watched changes lists, %d of them of severity low or more; %d failed.", cite.Counted(len(f.Rows), "change"), accusing, failed)
	f.Notes = AttributionNotes(p)
	if service > 0 {
		f.Notes = append(f.Notes, cite.Counted(service, "such change")+" by Microsoft's own service left out.")
	}
	return f
}
