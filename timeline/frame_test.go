package timeline

import (
	"math"
	"slices"
	"testing"
)

func TestFrames(t *testing.T) {
	second := int64(1_000_000_000)
	for _, test := range []struct {
		name   string
		values []uint64
		width  uint8
	}{
		{"nothing", []uint64{0, 0}, 0},
		{"one value", []uint64{math.MaxUint64, 0, math.MaxUint64}, 1},
		{"neighbours far from zero", []uint64{1 << 40, 0, 1<<40 + 254}, 1},
		{"times by the second", []uint64{uint64(1_700_000_000 * second), uint64(1_700_060_000 * second), uint64(1_700_000_007 * second)}, 2},
		{"a day before 1970 and one after", []uint64{uint64(-86_400 * second), uint64(86_400 * second)}, 1},
		{"far apart", []uint64{1, 2, math.MaxUint64}, 8},
		{"a step of more than half", []uint64{1, 1<<63 + 5}, 1},
	} {
		f, _ := frameOf(test.values)
		if width := widthOf(f.write(slices.Max(test.values))); width != test.width {
			t.Errorf("%s: %d bytes, want %d", test.name, width, test.width)
		}
		for _, x := range test.values {
			if got := f.read(f.write(x)); got != x {
				t.Errorf("%s: %d became %d", test.name, x, got)
			}
		}
	}
}

// What is set in a vector is read, whatever frame its leaf had.
func TestSetBesideTheFrame(t *testing.T) {
	values := []uint64{0, 1000, 2000, 0, 9000}
	for i := range values {
		for _, x := range []uint64{0, 1, 999, 1000, 1001, 5000, 1 << 40, math.MaxUint64} {
			v := vector{s: newStore(Storage{})}
			for _, y := range values {
				v.add(y)
			}
			v.done()
			v.set(i, x)
			for k, want := range values {
				if k == i {
					want = x
				}
				if got := v.at(k); got != want {
					t.Errorf("value %d set to %d: value %d is %d, want %d", i, x, k, got, want)
				}
			}
		}
	}
}
