package entra

import (
	"fmt"
	"sync/atomic"
	"time"

	"becforensics/timeline"
)

// A lag gathers by how much the times of records differ from when their
// sign-ins began.
type lag struct{ records, most atomic.Int64 }

func (l *lag) see(nanos int64) {
	nanos = max(nanos, -nanos)
	if nanos < int64(time.Second) {
		return
	}
	l.records.Add(1)
	for most := l.most.Load(); nanos > most && !l.most.CompareAndSwap(most, nanos); most = l.most.Load() {
	}
}

// note states differences of a second and more.
func (l *lag) note(s *timeline.Source) {
	if n := l.records.Load(); n > 0 {
		s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteSpan, Text: fmt.Sprintf(
			"the times are those of the records; sign-ins that began at another time, by up to %[2]s: %[1]d, see createdDateTime in their details",
			n, time.Duration(l.most.Load()).Round(time.Second))})
	}
}
