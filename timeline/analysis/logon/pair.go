package logon

// Pair keys a map by two codes.
func Pair(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }

// Drop counts one less of a key; of what is counted no more nothing is kept.
func Drop[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] == 0 {
		delete(counts, key)
	}
}
