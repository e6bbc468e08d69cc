package timeline

import (
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// DefaultMemory is how many bytes of column buffers stay in memory unless the
// examiner says otherwise; codes, some 60 bytes a record, stay in any case then.
const DefaultMemory = 128 << 20

// UnlimitedMemory keeps all column buffers in memory.
const UnlimitedMemory = -1

// leastMemory is what any budget allows: what the columns of a run of rows
// take, without which each row would be read back by itself.
const leastMemory = 8 << 20

// A Storage says where a timeline may keep its columns.
type Storage struct {
	Memory int64  // bytes of buffers in memory; 0 is DefaultMemory
	Dir    string // folder of the temporary file; empty is the system's own
}

// kinds of leaves, in the order in which they leave memory.
const (
	wideLeaf = iota
	textLeaf
	codeLeaf
	numKinds
)

// A leaf is a run of a column's bytes. It lies in memory, in the spill, or in
// both; one without size is all zeros and lies nowhere.
type leaf struct {
	first  atomic.Pointer[byte] // nil while it is not in memory
	size   int
	width  uint8 // bytes of a number, of a vector's leaf
	frame  frame // of the numbers
	kind   uint8
	queued bool  // among those that may leave memory
	block  block // where it lies in the spill; the zero block if nowhere
}

// bytes are the leaf's bytes from the one at first.
func (l *leaf) bytes(first *byte) []byte { return unsafe.Slice(first, l.size) }

// A store keeps the leaves of a timeline within a budget of memory. A nil
// store keeps everything. It is safe for concurrent use.
type store struct {
	mu       sync.Mutex
	budget   int64
	codesFit bool            // codes take no more than half of the budget, whatever they take
	held     [numKinds]int64 // bytes in memory
	queue    [numKinds]leafQueue
	spill    spill
	// textsLeft is whether a text has left memory.
	textsLeft atomic.Bool
	err       atomic.Pointer[StoreError] // the first failure, for good
}

func newStore(s Storage) *store {
	given := s.Memory != 0
	if !given {
		s.Memory = DefaultMemory
	}
	if s.Memory > 0 {
		s.Memory = max(s.Memory, leastMemory)
	}
	return &store{budget: s.Memory, codesFit: !given, spill: spill{dir: s.Dir}}
}

// failure is the first error of the spill; values read after it are zero.
func (s *store) failure() error {
	if s == nil {
		return nil
	}
	if err := s.err.Load(); err != nil {
		return err
	}
	return nil
}

func (s *store) fail(err *StoreError) { s.err.CompareAndSwap(nil, err) }

// resident is how many bytes in memory count against the budget. Analyses go
// through codes in any order, and to bring them back for each row would take
// hours: unless the examiner gave a budget, they stay, and leave the half of it
// to the others.
func (s *store) resident() int64 {
	codes := s.held[codeLeaf]
	if s.codesFit {
		codes = min(codes, s.budget/2)
	}
	return s.held[wideLeaf] + s.held[textLeaf] + codes
}

// add takes charge of a leaf whose bytes are in memory and will not change.
func (s *store) add(l *leaf) {
	if s == nil || l.size == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold(l)
}

// keep takes charge of a wide leaf with a copy of its bytes: in memory as long
// as there is room, else in the spill at once.
func (s *store) keep(l *leaf, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.budget >= 0 && s.resident()+int64(l.size) > s.budget {
		b, err := s.spill.put(data, true)
		if err == nil {
			l.block = b
			return
		}
		s.fail(err)
		s.budget = UnlimitedMemory
	}
	l.first.Store(&slices.Clone(data)[0])
	s.hold(l)
}

// hold counts a leaf that came into memory and makes room for it.
func (s *store) hold(l *leaf) {
	s.held[l.kind] += int64(l.size)
	l.queued = true
	s.queue[l.kind].push(l)
	for s.budget >= 0 && s.resident() > s.budget && s.evict() {
	}
}

// evict puts the leaf that came first out of memory; false if none is left or
// the spill fails.
func (s *store) evict() bool {
	for kind := range s.queue {
		l := s.queue[kind].pop()
		if l == nil {
			continue
		}
		if l.block.packed == 0 {
			b, err := s.spill.put(l.bytes(l.first.Load()), kind == wideLeaf)
			if err != nil {
				s.fail(err)
				s.budget = UnlimitedMemory
				return false
			}
			l.block = b
		}
		l.first.Store(nil)
		l.queued = false
		s.held[l.kind] -= int64(l.size)
		if kind == textLeaf {
			s.textsLeft.Store(true)
		}
		return true
	}
	return false
}

// load brings a leaf back. Its bytes are zero if that fails, which failure
// tells.
func (s *store) load(l *leaf) *byte {
	s.mu.Lock()
	if p := l.first.Load(); p != nil {
		s.mu.Unlock()
		return p
	}
	b := l.block
	s.mu.Unlock()
	data := make([]byte, l.size)
	if err := s.spill.get(b, data, l.kind == wideLeaf); err != nil {
		s.fail(err)
		clear(data)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := l.first.Load(); p != nil {
		return p
	}
	l.first.Store(&data[0])
	s.hold(l)
	return &data[0]
}

// read fills data with the bytes of a wide leaf that is not in memory, and
// leaves it there: whoever unpacks it keeps what came of it. The bytes are zero
// if that fails, which failure tells.
func (s *store) read(l *leaf, data []byte) {
	s.mu.Lock()
	b := l.block
	s.mu.Unlock()
	if err := s.spill.get(b, data, true); err != nil {
		s.fail(err)
		clear(data)
	}
}

// data is where a leaf's bytes begin, in memory; nil if all are zero.
func (s *store) data(l *leaf) *byte {
	if p := l.first.Load(); p != nil || l.size == 0 {
		return p
	}
	return s.load(l)
}

// forget lets go of a leaf that nobody reads any more.
func (s *store) forget(l *leaf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.queued {
		s.held[l.kind] -= int64(l.size)
		l.queued = false
	}
	l.first.Store(nil)
	l.size = 0
}

// close lets go of the spill.
func (s *store) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spill.close()
}

// A leafQueue holds leaves in the order in which they came into memory.
type leafQueue struct {
	leaves []*leaf
	head   int
}

func (q *leafQueue) push(l *leaf) {
	if q.head > 64 && q.head > len(q.leaves)/2 {
		q.leaves = append(q.leaves[:0], q.leaves[q.head:]...)
		q.head = 0
	}
	q.leaves = append(q.leaves, l)
}

func (q *leafQueue) pop() *leaf {
	for q.head < len(q.leaves) {
		l := q.leaves[q.head]
		q.leaves[q.head] = nil
		q.head++
		if l.queued { // not forgotten meanwhile
			return l
		}
	}
	return nil
}
