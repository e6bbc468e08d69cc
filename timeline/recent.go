package timeline

import (
	"slices"
	"sync"
)

// recentBytes is how many bytes of unpacked blocks a wide column keeps at
// hand: rows that are near in time lie in few blocks, of every file some.
// passingBytes is enough where each block is unpacked once. spareBlocks is how
// many buffers wait to be used again, and bufferUnit what their sizes are a
// multiple of, so that they fit.
const (
	recentBytes  = 2 << 20
	passingBytes = 1 << 20
	spareBlocks  = 8
	bufferUnit   = 1 << 15
)

// An openBlock is an unpacked block. Its buffer is used again when nobody
// reads it.
type openBlock struct {
	raw   []byte
	users int
	held  bool // among the recent ones
}

// recentBlocks are the blocks that were unpacked last.
type recentBlocks struct {
	mu     sync.Mutex
	blocks map[int]*openBlock
	order  []int
	size   int
	most   int // bytes
	spare  [][]byte
}

func newRecentBlocks(most int) *recentBlocks {
	return &recentBlocks{blocks: map[int]*openBlock{}, most: most}
}

func (r *recentBlocks) get(k int) *openBlock {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.blocks[k]
	if b != nil {
		b.users++
	}
	return b
}

func (r *recentBlocks) put(k int, raw []byte) *openBlock {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b := r.blocks[k]; b != nil {
		r.reuse(raw)
		b.users++
		return b
	}
	b := &openBlock{raw: raw, users: 1, held: true}
	r.blocks[k] = b
	r.order = append(r.order, k)
	r.size += cap(raw)
	for r.size > r.most && len(r.order) > 1 {
		old := r.blocks[r.order[0]]
		r.size -= cap(old.raw)
		delete(r.blocks, r.order[0])
		r.order = r.order[1:]
		old.held = false
		r.let(old)
	}
	return b
}

func (r *recentBlocks) close(b *openBlock) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b.users--
	r.let(b)
}

// let takes a block's buffer back if nobody can read it any more.
func (r *recentBlocks) let(b *openBlock) {
	if b.users == 0 && !b.held {
		r.reuse(b.raw)
		b.raw = nil
	}
}

// giveBack takes a buffer back that held no block.
func (r *recentBlocks) giveBack(raw []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reuse(raw)
}

func (r *recentBlocks) reuse(raw []byte) {
	if len(r.spare) < spareBlocks && raw != nil {
		r.spare = append(r.spare, raw)
	}
}

// buffer is room for a block of a size.
func (r *recentBlocks) buffer(size int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, raw := range r.spare {
		if cap(raw) >= size {
			r.spare = slices.Delete(r.spare, i, i+1)
			return raw[:size]
		}
	}
	return make([]byte, size, (size+bufferUnit-1)/bufferUnit*bufferUnit)
}
