package timeline

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"becforensics/geo"
)

// Texts of records that lie in another order than that of time are arranged
// where memory has no room for them, and say the same.
func TestArrangedTexts(t *testing.T) {
	const n = 120_000
	token := func(i int) string {
		if i%30_000 == 0 {
			return fmt.Sprint(i, strings.Repeat("x", longText))
		}
		return fmt.Sprintf("%064d", i)
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, scattered := range []bool{false, true} {
		b := NewBuilderIn(Storage{Memory: leastMemory, Dir: t.TempDir()})
		b.Begin(&Source{Evidence: 1, Name: "ual.csv", Source: "auditlog", TimeDesc: "Creation Time"})
		batch := NewBatch()
		for i := range n {
			e := Event{ID: fmt.Sprint(i % (n - 10)), Content: []byte("same"), HasTime: true, Time: int64(i)}
			if scattered {
				e.Time = int64(i) * 30_011 % n
			}
			e.Cols[ColToken] = token(i)
			if batch.Event(&e, 0, 0); batch.Records() == 1000 {
				if err := b.Add(batch); err != nil {
					t.Fatal(err)
				}
				batch.Reset()
			}
		}
		tl, err := b.Seal(Sealing{Geo: db, Canonical: bytes.Clone})
		if err != nil {
			t.Fatal(err)
		}
		defer tl.Close()
		tl.Arrange(allRows(tl))
		if arranged := tl.cols[ColToken].dict.order.n > 0; arranged != scattered {
			t.Errorf("scattered %t: arranged %t", scattered, arranged)
		}
		for row := range tl.Len() {
			want := token(int(tl.Origin(row).Record) - 1)
			if got := tl.Text(ColToken, row); got != want {
				t.Fatalf("scattered %t: token of row %d is %.20q, want %.20q", scattered, row, got, want)
			}
			if code, ok := tl.Find(ColToken, want); !ok || code != tl.Code(ColToken, row) {
				t.Fatalf("scattered %t: token of row %d is not found", scattered, row)
			}
		}
		if code := uint32(n); tl.Value(ColToken, code) != token(n-1) {
			t.Errorf("scattered %t: the token of a duplicate is %.20q", scattered, tl.Value(ColToken, code))
		}
		if one, other := tl.Value(ColToken, n), tl.Value(ColToken, n); unsafe.StringData(one) == unsafe.StringData(other) {
			t.Errorf("scattered %t: a token is a view, which keeps in memory all that was brought back with it", scattered)
		}
		if err := tl.Err(); err != nil {
			t.Error(err)
		}
	}
}
