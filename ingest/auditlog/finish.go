package auditlog

import (
	"strconv"
	"sync/atomic"
	"time"

	"becforensics/ingest"
	"becforensics/timeline"
)

// searchCaps are the numbers of records at which a page and a session of
// Search-UnifiedAuditLog end.
var searchCaps = []int{5_000, 50_000}

// finish states what was learned of the file.
func (d *decoder) finish(s *timeline.Source) {
	s.DayFirst, s.DateOrder = d.order.Decide()
	assumed := d.assumed.Load()
	if assumed+d.written.Load() == 0 {
		s.DateOrder = ""
	} else if s.DateOrder == "" {
		s.DateOrder = "times without a zone read as UTC"
	} else {
		s.DateOrder += "; read as UTC"
	}
	note := func(kind timeline.NoteKind, n int64, text string) {
		if n > 0 {
			s.Notes = append(s.Notes, timeline.Note{Kind: kind, Text: strconv.FormatInt(n, 10) + text})
		}
	}
	note(timeline.NoteAbsent, d.bare.Load(), " records have no AuditData: they say only what their columns hold")
	note(timeline.NoteAbsent, assumed, " records state no CreationTime that could be read: the time of the container was taken")
	note(timeline.NoteCut, d.cut.Load(), " records have an AuditData that ends early, as in cells cut at 32,767 characters: what is whole of it was read")
	note(timeline.NoteCut, d.broken.Load(), " records have an AuditData that is no JSON: they say only what their columns hold")
	note(timeline.NoteCut, d.lost.Load(), " records hold the name of a type in place of content: it was lost when the export was made")
	note(timeline.NoteConflict, d.apart.Load(), " records state a second time that differs from the one taken, by up to "+
		time.Duration(d.widest.Load()).String())
	ingest.NoteCap(s, d.caps)
}

// atLeast raises a maximum.
func atLeast(most *atomic.Int64, n int64) {
	for {
		old := most.Load()
		if n <= old || most.CompareAndSwap(old, n) {
			return
		}
	}
}
