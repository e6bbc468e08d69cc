package timeline

import (
	"cmp"
	"encoding/binary"
	"runtime"
	"slices"
	"sort"
	"unsafe"

	"github.com/klauspost/compress/s2"
)

// Wide names the wide fields, whose values a record makes as long as it likes.
type Wide uint8

// The wide fields.
const (
	WideMessages Wide = 1 << iota // the messages that a record lists
	WideDetails                   // what no column holds, as JSON text
)

// The wide columns.
const (
	wideMessages = iota
	wideDetails
	numWide
)

// wideBytes and wideRows bound what a block of a wide column holds. From
// leastBytes on it ends with its operation.
const (
	wideBytes  = 1 << 17
	wideRows   = 1 << 13
	leastBytes = 1 << 12
)

// A wideBatch is the values of one wide column in a batch.
type wideBatch struct {
	ends   []uint32 // of each value, in bytes
	bytes  []byte
	raw    []byte // of the block that is being filled
	packed []byte // all blocks, one after the other
	blocks []wideBlock
}

// A wideBlock is packed values of records of one batch: their bytes, then where
// each ends.
type wideBlock struct {
	rows   int
	size   int // unpacked
	packed int // how many bytes of the batch's are its own; 0 if all values are empty
}

func (w *wideBatch) reset() {
	w.ends, w.bytes, w.packed, w.blocks = w.ends[:0], w.bytes[:0], w.packed[:0], w.blocks[:0]
}

// end stands behind the parts of one record's value.
func (w *wideBatch) end() { w.ends = append(w.ends, uint32(len(w.bytes))) }

func (w *wideBatch) text(s string) { w.bytes = append(w.bytes, s...) }

func (w *wideBatch) message(m *Message) {
	for _, s := range m.texts() {
		w.bytes = binary.AppendUvarint(w.bytes, uint64(len(s)))
		w.bytes = append(w.bytes, s...)
	}
	w.bytes = binary.AppendVarint(w.bytes, m.Size)
}

// pack packs the values in the order of their rows' operations.
func (w *wideBatch) pack(order, operation []uint32) {
	var ends []uint32
	w.raw = w.raw[:0]
	for i, row := range order {
		other := i > 0 && operation[row] != operation[order[i-1]]
		if len(w.raw) >= wideBytes || len(ends) >= wideRows || other && len(w.raw) >= leastBytes {
			w.close(ends)
			ends, w.raw = ends[:0], w.raw[:0]
		}
		from := uint32(0)
		if row > 0 {
			from = w.ends[row-1]
		}
		w.raw = append(w.raw, w.bytes[from:w.ends[row]]...)
		ends = append(ends, uint32(len(w.raw)))
	}
	if len(ends) > 0 {
		w.close(ends)
	}
}

// close packs a block.
func (w *wideBatch) close(ends []uint32) {
	b := wideBlock{rows: len(ends)}
	if len(w.raw) > 0 {
		for _, end := range ends {
			w.raw = binary.LittleEndian.AppendUint32(w.raw, end)
		}
		from := len(w.packed)
		w.packed = slices.Grow(w.packed, s2.MaxEncodedLen(len(w.raw)))
		b.size, b.packed = len(w.raw), len(s2.Encode(w.packed[from:cap(w.packed)], w.raw))
		w.packed = w.packed[:from+b.packed]
	}
	w.blocks = append(w.blocks, b)
}

// A wideColumn is the values of one wide column, in blocks. The records of a
// batch lie in the order of their operations: an analysis asks for the values
// of few operations, and unpacks no others.
type wideColumn struct {
	s      *store
	n      int
	first  []uint32 // of each block: the place of its first record
	sizes  []uint32
	blocks []*leaf
	recent *recentBlocks
}

// add appends a batch's values.
func (w *wideColumn) add(b *wideBatch) {
	packed := b.packed
	for _, block := range b.blocks {
		l := &leaf{kind: wideLeaf, size: block.packed}
		if l.size > 0 {
			w.s.keep(l, packed[:l.size])
			packed = packed[l.size:]
		}
		w.first = append(w.first, uint32(w.n))
		w.sizes = append(w.sizes, uint32(block.size))
		w.blocks = append(w.blocks, l)
		w.n += block.rows
	}
}

// find is the block that holds the value of the record at a place.
func (w *wideColumn) find(place uint32) int {
	return sort.Search(len(w.first), func(k int) bool { return w.first[k] > place }) - 1
}

// value is a copy of the value of the record at a place.
func (w *wideColumn) value(place uint32) []byte {
	r := wideReader{w: w}
	defer r.close()
	return slices.Clone(r.value(place))
}

// bounds are where a value begins and ends in its block.
func (w *wideColumn) bounds(raw []byte, k int, place uint32) (from, to uint32) {
	rows := uint32(w.n)
	if k+1 < len(w.first) {
		rows = w.first[k+1]
	}
	ends := len(raw) - 4*int(rows-w.first[k])
	if ends < 0 {
		return 0, 0 // the spill failed
	}
	i := 4 * int(place-w.first[k])
	if i > 0 {
		from = binary.LittleEndian.Uint32(raw[ends+i-4:])
	}
	return from, binary.LittleEndian.Uint32(raw[ends+i:])
}

// open is a block unpacked, empty if the spill fails; close must follow.
func (w *wideColumn) open(k int) *openBlock {
	if b := w.recent.get(k); b != nil {
		return b
	}
	l := w.blocks[k]
	packed := l.first.Load()
	var read []byte
	if packed == nil {
		read = w.recent.buffer(l.size)
		w.s.read(l, read)
		packed = unsafe.SliceData(read)
	}
	raw, err := s2.Decode(w.recent.buffer(int(w.sizes[k])), l.bytes(packed))
	if err != nil {
		raw = nil // bytes that the spill failed to give back
	}
	w.recent.giveBack(read)
	return w.recent.put(k, raw)
}

// wideValues are the values of all wide columns, which lie in one order.
type wideValues struct {
	cols  [numWide]wideColumn
	place vector // by row, where its values lie
	run   int    // how many rows have their values together, in no order; 0 if that is unknown
}

// atOnce is how many rows are read at a time that are to be some at least, so
// that few blocks are unpacked more than once.
func (w *wideValues) atOnce(least int) int { return max(least, w.run) }

// of is the place of a row's values.
func (w *wideValues) of(row int) uint32 { return uint32(w.place.at(row)) }

// wideCells are copies of the values of a block's rows in one column.
type wideCells struct {
	bytes    []byte
	from, to []int
}

// read copies the values of the rows of a block, in place of those before.
func (c *wideCells) read(w *wideColumn, rows []placed) {
	r := wideReader{w: w}
	defer r.close()
	c.bytes = c.bytes[:0]
	c.from = slices.Grow(c.from[:0], len(rows))[:len(rows)]
	c.to = slices.Grow(c.to[:0], len(rows))[:len(rows)]
	for _, p := range rows {
		c.from[p.row] = len(c.bytes)
		c.bytes = append(c.bytes, r.value(p.at)...)
		c.to[p.row] = len(c.bytes)
	}
}

// at is the value of the i-th row.
func (c *wideCells) at(i int) []byte { return c.bytes[c.from[i]:c.to[i]] }

// A wideReader reads values of one column, those of one block without looking
// for it again. A value is good until the next one is read.
type wideReader struct {
	w     *wideColumn
	k     int
	block *openBlock // nil if none is open
}

func (r *wideReader) value(place uint32) []byte {
	if r.block == nil || place < r.w.first[r.k] || r.k+1 < len(r.w.first) && place >= r.w.first[r.k+1] {
		r.close()
		r.k = r.w.find(place)
		if r.w.blocks[r.k].size == 0 {
			return nil
		}
		r.block = r.w.open(r.k)
	}
	from, to := r.w.bounds(r.block.raw, r.k, place)
	return r.block.raw[from:to]
}

func (r *wideReader) close() {
	if r.block != nil {
		r.w.recent.close(r.block)
		r.block = nil
	}
}

// listMessages appends the messages that a value holds.
func listMessages(dst []Message, value []byte) []Message {
	for len(value) > 0 {
		var m Message
		for _, s := range [...]*string{&m.MessageID, &m.ItemID, &m.Folder, &m.Subject} {
			n, k := binary.Uvarint(value)
			*s = viewOf(value[k : k+int(n)])
			value = value[k+int(n):]
		}
		size, k := binary.Varint(value)
		m.Size = size
		dst = append(dst, m)
		value = value[k:]
	}
	return dst
}

func viewOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Messages are the messages that a row's record lists.
func (t *Timeline) Messages(row int) []Message {
	return listMessages(nil, t.wide.cols[wideMessages].value(t.wide.of(row)))
}

// Details are what no column holds of a row, as JSON text.
func (t *Timeline) Details(row int) string {
	return viewOf(t.wide.cols[wideDetails].value(t.wide.of(row)))
}

// WideValues are a row's values of the wide fields that were asked for. They
// are views, good as long as they are told to be.
type WideValues struct {
	Messages []Message
	Details  string
}

// readBlock is how many rows' wide values are read at a time. Records that lie
// in a file in another order than that of time are read scattered many at a
// time, so that few of the blocks in which they lie are unpacked more than once.
const (
	readBlock = 512
	scattered = 1 << 14
)

// keptAtOnce is how many bytes of what is kept of scattered rows may wait for
// the rest, so that more of them are read at a time.
const keptAtOnce = 1 << 20

// EachWide reads the wide fields that want names of many rows, several at a
// time. pick makes of a row's values what is to be kept, on any goroutine: they
// are good until it returns. take gets what was kept in the order of rows.
func EachWide[V any](t *Timeline, rows []int, want Wide, pick func(row int, w WideValues) V, take func(row int, kept V)) {
	atOnce := t.readAtOnce(rows)
	if atOnce == scattered {
		var v V
		atOnce = max(atOnce, min(keptAtOnce/(int(unsafe.Sizeof(v))+1), len(rows)/runtime.GOMAXPROCS(0)+1))
	}
	_ = inOrder(rows, atOnce, func() func(block []int, _ []V) []V {
		var order []placed
		return func(block []int, out []V) []V {
			out = slices.Grow(out[:0], len(block))[:len(block)]
			order = t.wide.asPlaced(block, order)
			t.wide.visit(order, want, func(p placed, w WideValues) { out[p.row] = pick(block[p.row], w) })
			return out
		}
	}, func(block []V) error {
		for _, kept := range block {
			take(rows[0], kept)
			rows = rows[1:]
		}
		return nil
	})
}

// visitedAtOnce is how many rows a worker of VisitWide reads at a time.
const visitedAtOnce = 2048

// VisitWide reads the wide fields that want names of rows in the order in which
// their values lie, so that hardly a block is unpacked twice, several at a time.
// visit gets the number of a row in rows, on any goroutine; the values are good
// until it returns.
func VisitWide(t *Timeline, rows []int, want Wide, visit func(i int, w WideValues)) {
	order := t.wide.asPlaced(rows, nil)
	var tasks []func()
	for part := range slices.Chunk(order, visitedAtOnce) {
		tasks = append(tasks, func() { t.wide.visit(part, want, func(p placed, w WideValues) { visit(int(p.row), w) }) })
	}
	inParallel(tasks)
}

// visit reads rows' wide fields in the order given.
func (w *wideValues) visit(order []placed, want Wide, visit func(placed, WideValues)) {
	messages, details := wideReader{w: &w.cols[wideMessages]}, wideReader{w: &w.cols[wideDetails]}
	defer messages.close()
	defer details.close()
	var v WideValues
	for _, p := range order {
		if want&WideMessages != 0 {
			v.Messages = listMessages(v.Messages[:0], messages.value(p.at))
		}
		if want&WideDetails != 0 {
			v.Details = viewOf(details.value(p.at))
		}
		visit(p, v)
	}
}

// readAtOnce is how many of the rows are to be read at a time, as samples of
// them tell: scattered if few of readBlock rows lie in one block.
func (t *Timeline) readAtOnce(rows []int) int {
	const samples, together = 16, 16
	w := &t.wide.cols[wideDetails]
	read, blocks := 0, 0
	for i := range samples {
		from := len(rows) / samples * i
		touched := map[int]bool{}
		for _, row := range rows[from:min(from+readBlock, len(rows))] {
			touched[w.find(t.wide.of(row))] = true
			read++
		}
		blocks += len(touched)
	}
	if blocks*together > read {
		return scattered
	}
	return readBlock
}

// A placed is a row, by its number in a block, and the place of its values.
type placed struct {
	at  uint32
	row int32
}

// asPlaced is the rows of a block in the order in which their wide values lie.
// It uses the room of used again.
func (w *wideValues) asPlaced(block []int, used []placed) []placed {
	order := used[:0]
	for i, row := range block {
		order = append(order, placed{w.of(row), int32(i)})
	}
	slices.SortFunc(order, func(x, y placed) int { return cmp.Compare(x.at, y.at) })
	return order
}
