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
	Record int // row of the timeline
	Watch  *Watch
	Failed bool
	Row    *analysis.Row

	*reading
	act    int // its first row
	target string
}

// Operation is the record's, as the tables write it.
func (h *Hit) Operation() string { return h.of.operation }

// A WatchedSet is what one analysis found in the table's changes.
type WatchedSet struct {
	Hits    []Hit // in the order of their records
	service int   // such changes by Microsoft's own service, left out

	t     *timeline.Timeline
	rows  []analysis.Row // of the hits
	maker *cite.Rows
}

// A Listed is a record that meets a row of the table of watched changes.
type Listed struct {
	record  int
	watch   *Watch
	reading *reading
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
	t, listed := p.Timeline, Watched.Of(p)[name]
	set := newWatchedSet(t, len(listed))
	for _, l := range listed {
		if t.Has(l.record, timeline.Service) {
			set.service++
			continue
		}
		set.hit(l)
	}
	return set
}

func newWatchedSet(t *timeline.Timeline, most int) *WatchedSet {
	return &WatchedSet{t: t, Hits: make([]Hit, 0, most), rows: make([]analysis.Row, most), maker: cite.RowsOf(t)}
}

// hit adds what was listed as a hit.
func (set *WatchedSet) hit(l Listed) {
	t := set.t
	h := Hit{Record: l.record, Watch: l.watch, Failed: t.Outcome(l.record) == timeline.Failure, Row: &set.rows[len(set.Hits)], reading: l.reading}
	h.act, h.target = t.SameAs(l.record), targetOf(t, l.record, h.Changes)
	*h.Row = set.maker.Citing(l.record)
	h.Row.Severity, h.Row.Confidence = h.Watch.Severity, analysis.Firm
	h.Row.Reasons = h.Watch.reasons
	if h.Failed {
		h.Row.Severity = analysis.Info
		h.Row.Reasons = append(h.Row.Reasons, "the operation failed")
	}
	set.Hits = append(set.Hits, h)
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
		h.Row.Cells = set.maker.Cells(h.Watch.Kind, cite.Operation(set.t, h.Record), h.target, h.text, set.maker.Sentence(h.Row.Reasons))
	}
	f := &analysis.Finding{Rows: set.repeated(), Notes: notes}
	f.Summary = fmt.Sprintf("%s on record that the table of watched changes lists, %d of them of severity low or more; %d failed.", cite.Counted(len(f.Rows), "change"), cite.Accusing(f.Rows), len(failed))
	if set.service > 0 {
		f.Notes = append(f.Notes, cite.Counted(set.service, "such change")+" by Microsoft's own service left out.")
	}
	return f
}

// SameActMinutes is how far apart the records of one act lie: the directory
// writes one role several times over.
var SameActMinutes = &analysis.Point{Name: "change.same_act_minutes", Value: 5, Doc: "minutes within which the same change of the same target by one user is one act"}

// repeated makes one row of hits that are of one act: records that tell of one,
// or of the same user, kind, operation and target within a short time.
func (set *WatchedSet) repeated() []analysis.Row {
	type key struct {
		user                    uint32
		operation, kind, target string
	}
	last, told := map[key]int{}, map[int]int{}
	sameAct := time.Duration(SameActMinutes.Int()) * time.Minute
	kept := set.rows[:0]
	for n := range set.Hits {
		h := &set.Hits[n]
		k := key{set.t.Folded(timeline.ColUser, h.Record), h.Operation(), h.Watch.Kind, strings.ToLower(h.target)}
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
		kept = append(kept, *h.Row)
	}
	if len(kept) < len(set.rows)/2 {
		return slices.Clone(kept)
	}
	clear(set.rows[len(kept):])
	return kept
}
