package timeline

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whatever the order of the evidence, rows come by time and those of one time
// in the order of the evidence.
func TestByTime(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, time := range map[string]func(i int) int64{
		"rising":    func(i int) int64 { return int64(i / 3) },
		"falling":   func(i int) int64 { return int64(-i) },
		"one":       func(int) int64 { return 7 },
		"two files": func(i int) int64 { return int64(i % 500) },
		"sawtooth":  func(i int) int64 { return int64(i*i%37 - i%5) },
		"random":    func(int) int64 { return random.Int64N(300) },
		"untimed":   func(i int) int64 { return []int64{noTime, int64(-i / 2)}[i%2] },
	} {
		for _, n := range []int{0, 1, 2, 3, 64, 999, 1000} {
			times := make([]int64, n)
			var rows []uint32
			for i := range times {
				times[i] = time(i)
				if i%7 != 3 {
					rows = append(rows, uint32(i))
				}
			}
			want := slices.Clone(rows)
			slices.SortStableFunc(want, func(x, y uint32) int { return cmp.Compare(times[x], times[y]) })
			if got := byTime(rows, times); !slices.Equal(got, want) {
				t.Errorf("%s, %d rows: %v, want %v", name, n, got, want)
			}
		}
	}
}
