package change

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// A Hit is a record of a change that the table of watched changes lists, with
// the row that it makes by itself: what the change is, not who made it.
type Hit struct {
	Record  int // row of the timeline
	Watch   Watch
	Changes []Property
	Failed  bool
	Row     analysis.Row

	act               int // its first row
	operation, target string
}

// A WatchedSet is what one analysis found in the table's changes.
type WatchedSet struct {
	Hits    []Hit // in the order of their records
	service int   // such changes by Microsoft's own service, left out
}

// A Listed is a record that meets a row of the table of watched changes.
type Listed struct {
	record  int
	watch   Watch
	changes []Property
}

// Watched are the records that meet the table of watched changes, by analysis
// and in the order of rows.
var Watched = &analysis.Fact[map[string][]Listed]{
	Name:  "watched changes",
	Needs: []analysis.Need{tabled},
	Make:  func(p *analysis.Pass) map[string][]Listed { return tabled.Of(p).watched },
}

// FindWatched takes the operations that the table lists for an analysis.
func FindWatched(p *analysis.Pass, name string) *WatchedSet {
	t := p.Timeline
	set := &WatchedSet{}
	for _, l := range Watched.Of(p)[name] {
		if t.Has(l.record, timeline.Service) {
			set.service++
			continue
		}
		h := Hit{Watch: l.watch, Changes: l.changes}
		set.Hits = append(set.Hits, h.at(t, l.record))
	}
	return set
}

// at completes a hit with its record.
func (h *Hit) at(t *timeline.Timeline, row int) Hit {
	h.Record = row
	h.Failed = t.Outcome(row) == timeline.Failure
	h.operation, h.target = cite.Operation(t, row), targetOf(t, row, h.Changes)
	h.act = t.SameAs(row)
	h.Row = cite.Citing(t, []int{row})
	h.Row.Severity, h.Row.Confidence = h.Watch.Severity, analysis.Firm
	h.Row.Reasons = []string{h.Watch.Reason}
	if h.Failed {
		h.Row.Severity = analysis.Info
		h.Row.Reasons = append(h.Row.Reasons, "the operation failed")
	}
	return *h
}

// Untouched reports whether a hit still weighs what the table says, and that
// is no more than medium: what a user's routine may lower.
func (h *Hit) Untouched() bool {
	return h.Row.Severity == h.Watch.Severity && h.Row.Severity > analysis.Info && h.Row.Severity <= analysis.Medium
}

// Finding makes the rows of the hits, those of one act together.
func (set *WatchedSet) Finding(notes []string) *analysis.Finding {
	failed := map[int]bool{}
	for i := range set.Hits {
		h := &set.Hits[i]
		if h.Failed {
			failed[h.act] = true
		}
		h.Row.Cells = cite.Cells(h.Watch.Kind, h.operation, h.target, ChangesText(h.Changes), strings.Join(h.Row.Reasons, "; "))
	}
	slices.SortStableFunc(set.Hits, func(a, b Hit) int { return cite.CompareTime(a.Row, b.Row) })
	f := &analysis.Finding{Rows: repeated(set.Hits), Notes: notes}
	f.Summary = fmt.Sprintf("%s on record that the table of watched changes lists, %d of them of severity low or more; %d failed.", cite.Counted(len(f.Rows), "change"), cite.Accusing(f.Rows), len(failed))
	if set.service > 0 {
		f.Notes = append(f.Notes, cite.Counted(set.service, "such change")+" by Microsoft's own service left out.")
	}
	return f
}

// SameActMinutes is how far apart the records of one act lie: the directory
// writes one role several times over.
var SameActMinutes = &analysis.Point{Name: "change.same_act_minutes", Value: 5, Doc: "minutes within which the same change of the same target by one user is one act"}

// repeated makes one row of hits, which are in time order, that are of one act:
// records that tell of one, or of the same user, kind, operation and target
// within a short time.
func repeated(hits []Hit) []analysis.Row {
	type key struct{ user, kind, operation, target string }
	last, told := map[key]int{}, map[int]int{}
	sameAct := time.Duration(SameActMinutes.Int()) * time.Minute
	var kept []analysis.Row
	for _, h := range hits {
		k := key{strings.ToLower(h.Row.User), h.Watch.Kind, OperationKeyOf(h.operation), strings.ToLower(h.target)}
		i, ok := told[h.act]
		if !ok {
			i, ok = last[k]
			ok = ok && h.Row.First.Sub(kept[i].First) <= sameAct
		}
		if ok {
			told[h.act] = i
			if h.Row.Severity > kept[i].Severity {
				kept[i].Severity, kept[i].Cells = h.Row.Severity, h.Row.Cells
			}
			kept[i].Last = h.Row.Last
			kept[i].Origins = append(kept[i].Origins, h.Row.Origins...)
			continue
		}
		last[k], told[h.act] = len(kept), len(kept)
		kept = append(kept, h.Row)
	}
	return kept
}
