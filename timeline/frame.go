package timeline

import "slices"

// A frame is how a leaf writes numbers: as how many steps they lie above the
// least, from 1, which takes fewer bytes where they lie close together, as times
// and the numbers of records do. Zero, which in most columns is absent, is
// written as zero.
type frame struct{ least, step uint64 }

// anyValue is a frame for values some of which will be set to others, and the
// greatest of those that are there.
func anyValue(values []uint64) (f frame, most uint64) { return frame{1, 1}, slices.Max(values) }

// frameOf is the frame that values need, and the greatest of them.
func frameOf(values []uint64) (f frame, most uint64) {
	least := ^uint64(0) // less one, so that zero is the greatest of all
	for _, x := range values {
		least, most = min(least, x-1), max(most, x)
	}
	least++
	step := most - least
	for _, x := range values {
		if x == 0 {
			continue
		}
		if step <= 1 {
			break
		}
		if rest := (x - least) % step; rest != 0 {
			step = commonDivisor(step, rest)
		}
	}
	step = max(step, 1)
	return frame{least, step}, most
}

func commonDivisor(x, y uint64) uint64 {
	for y != 0 {
		x, y = y, x%y
	}
	return x
}

// write is the number that stands for a value of the frame.
func (f frame) write(x uint64) uint64 {
	switch {
	case x == 0:
		return 0
	case f.step == 1:
		return x - f.least + 1
	}
	return (x-f.least)/f.step + 1
}

// read is the value that a number stands for.
func (f frame) read(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	return f.least + f.step*(n-1)
}
