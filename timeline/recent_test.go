package timeline

import (
	"testing"

	"becforensics/geo"
)

// TestEachWideKeepsValues reads more than is kept unpacked, so that buffers are
// used again, while views that were taken by other ways must stay good.
func TestEachWideKeepsValues(t *testing.T) {
	const n = 64_000
	b := NewBuilderIn(Storage{Memory: leastMemory})
	b.Begin(&Source{Evidence: 1, Name: "ual.csv", Source: "auditlog"})
	for from := 0; from < n; from += 1000 {
		if err := b.Add(benchBatch(NewBatch(), from)); err != nil {
			t.Fatal(err)
		}
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := b.Seal(Sealing{Geo: db})
	if err != nil {
		t.Fatal(err)
	}
	defer tl.Close()
	rows := make([]int, tl.Len())
	for row := range rows {
		rows[row] = row
	}
	event := func(row int) (e Event) {
		benchEvent(int(tl.Origin(row).Record)-1, &e)
		return e
	}
	view := tl.details(0)
	wrong := 0
	EachWide(tl, rows, WideMessages|WideDetails, func(row int, w WideValues) bool {
		e := event(row)
		same := w.Details == e.Details && len(w.Messages) == len(e.Messages)
		return same && (len(e.Messages) == 0 || w.Messages[0] == e.Messages[0])
	}, func(_ int, same bool) {
		if !same {
			wrong++
		}
	})
	if wrong > 0 {
		t.Errorf("%d of %d rows have other messages or details than their records", wrong, n)
	}
	if view != event(0).Details {
		t.Errorf("a view of details changed to %q", view)
	}
}
