package auditlog

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// memoSize bounds a memo. Exports name far fewer clients and applications; a
// file that names more is answered without one, and what a new map costs stays
// small.
const memoSize = 1 << 11

// A memo remembers what a slow lookup answered. It is safe for concurrent use
// and never changes an answer. Its map is never written to once it is shown:
// a new answer makes a new map, so that asking takes no lock.
type memo[V any] struct {
	values atomic.Pointer[map[string]V]
	mu     sync.Mutex // of those who make a new map
	lookup func(string) V
}

func newMemo[V any](lookup func(string) V) *memo[V] {
	m := &memo[V]{lookup: lookup}
	m.values.Store(&map[string]V{})
	return m
}

// get answers for a text, which may be a view into a record.
func (m *memo[V]) get(text string) V {
	if v, ok := (*m.values.Load())[text]; ok {
		return v
	}
	text = strings.Clone(text)
	v := m.lookup(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := *m.values.Load(); len(known) < memoSize {
		next := maps.Clone(known)
		next[text] = v
		m.values.Store(&next)
	}
	return v
}
