package change

import "sync/atomic"

// lately are values that were made last, each at a place that its hash gives, so
// that they take no more memory however many there are. Several goroutines may
// ask for them.
type lately[T any] [1024]atomic.Pointer[T]

// of is the value of a hash that is the same, if it still is there, else a
// new one.
func (l *lately[T]) of(hash uint64, same func(*T) bool, make func() *T) *T {
	at := &l[hash%uint64(len(l))]
	if v := at.Load(); v != nil && same(v) {
		return v
	}
	v := make()
	at.Store(v)
	return v
}
