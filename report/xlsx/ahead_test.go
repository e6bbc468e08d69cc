package xlsx

import (
	"testing"

	"becforensics/report"
)

func TestRowsMadeAheadAreTheSame(t *testing.T) {
	for _, rows := range []int{0, 1, 700, 5000} {
		made := 0
		numbers := report.RowSeq(func(yield func([]report.Cell) bool) {
			cells := make([]report.Cell, 3)
			for made = range rows {
				for i := range cells {
					cells[i] = number(float64(3*made + i))
				}
				if !yield(cells[:made%3+1]) {
					return
				}
			}
		})
		for _, most := range []int{0, 1, 600, rows} {
			got := 0
			ahead(numbers)(func(cells []report.Cell) bool {
				if len(cells) != got%3+1 {
					t.Fatalf("row %d of %d has %d cells", got, rows, len(cells))
				}
				for i, c := range cells {
					if c.Number != float64(3*got+i) {
						t.Fatalf("row %d of %d: cell %d is %g", got, rows, i, c.Number)
					}
				}
				got++
				return got < most
			})
			if want := min(rows, max(most, 1)); got != want {
				t.Errorf("%d rows of %d came, not %d", got, rows, want)
			}
			if made > got+blocks*2*blockCells {
				t.Errorf("%d rows were made of which %d were wanted", made, got)
			}
		}
	}
}
