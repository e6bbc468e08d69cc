package timeline

import (
	"slices"
	"testing"

	"becforensics/geo"
)

// spilledTimeline holds events of which most lie in the spill.
func spilledTimeline(t *testing.T, events int) *Timeline {
	b := NewBuilderIn(Storage{Memory: leastMemory})
	b.Begin(&Source{Evidence: 1, Name: "ual.csv", Source: "auditlog"})
	for from := 0; from < events; from += 1000 {
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
	return tl
}

// TestEachWideKeepsValues reads more than is kept unpacked, so that buffers are
// used again.
func TestEachWideKeepsValues(t *testing.T) {
	const n = 64_000
	tl := spilledTimeline(t, n)
	defer tl.Close()
	inOrder, apart := make([]int, tl.Len()), make([]int, tl.Len())
	for i := range inOrder {
		inOrder[i], apart[i] = i, i*30_011%len(apart) // 30,011 is prime, so that each row comes once
	}
	if few, many := tl.readAtOnce(inOrder), tl.readAtOnce(apart); few != readBlock || many != scattered {
		t.Errorf("%d rows in the order of the file and %d rows apart are read at a time, want %d and %d", few, many, readBlock, scattered)
	}
	event := func(row int) (e Event) {
		benchEvent(int(tl.Origin(row).Record)-1, &e)
		return e
	}
	for _, rows := range [][]int{inOrder, apart} {
		wrong, taken := 0, 0
		EachWide(tl, rows, WideMessages|WideDetails, func(row int, w WideValues) bool {
			e := event(row)
			same := w.Details == e.Details && len(w.Messages) == len(e.Messages)
			return same && (len(e.Messages) == 0 || w.Messages[0] == e.Messages[0])
		}, func(row int, same bool) {
			if !same || row != rows[taken] {
				wrong++
			}
			taken++
		})
		if wrong > 0 || taken != n {
			t.Errorf("%d of %d rows have other messages or details than their records or come out of turn", wrong, taken)
		}
		visits := make([]bool, n) // each place is set by the one visit of its row
		VisitWide(tl, rows, WideMessages|WideDetails, func(i int, w WideValues) {
			e := event(rows[i])
			visits[i] = w.Details == e.Details && slices.Equal(w.Messages, e.Messages)
		})
		if i := slices.Index(visits, false); i >= 0 {
			t.Errorf("row %d is not visited, or with other messages or details than its record's", rows[i])
		}
	}
}

// What an export of scattered rows reads from is sorted anew and says the same.
func TestSortedWideValues(t *testing.T) {
	tl := spilledTimeline(t, 40_000)
	defer tl.Close()
	rows := make([]int, tl.Len())
	for i := range rows {
		rows[i] = i * 30_011 % len(rows)
	}
	columns := tl.columns(Schema)
	wide := tl.wideFor(rows, columns)
	if wide == &tl.wide {
		t.Fatal("rows that lie apart are read without sorting")
	}
	block := exportBlock{t: tl, from: wide}
	block.read(rows, columns)
	for i, row := range rows {
		var want Event
		benchEvent(int(tl.Origin(row).Record)-1, &want)
		if got := string(block.wide[wideDetails].at(i)); got != want.Details {
			t.Fatalf("details of row %d are %q, want %q", row, got, want.Details)
		}
		if got := block.messages(i); !slices.Equal(got, want.Messages) {
			t.Fatalf("messages of row %d are %v, want %v", row, got, want.Messages)
		}
	}
}
