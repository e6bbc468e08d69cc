package auditlog

import (
	"strings"
	"sync"
)

// memoSize bounds a memo. Exports name far fewer clients and applications; a
// file that names more is answered without one.
const memoSize = 1 << 14

// A memo remembers what a slow lookup answered. It is safe for concurrent use
// and never changes an answer.
type memo[V any] struct {
	mu     sync.RWMutex
	values map[string]V
	lookup func(string) V
}

func newMemo[V any](lookup func(string) V) *memo[V] {
	return &memo[V]{values: map[string]V{}, lookup: lookup}
}

// get answers for a text, which may be a view into a record.
func (m *memo[V]) get(text string) V {
	m.mu.RLock()
	v, ok := m.values[text]
	m.mu.RUnlock()
	if ok {
		return v
	}
	text = strings.Clone(text)
	v = m.lookup(text)
	m.mu.Lock()
	if len(m.values) < memoSize {
		m.values[text] = v
	}
	m.mu.Unlock()
	return v
}
