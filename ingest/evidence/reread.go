package evidence

import (
	"context"
	"io"
	"slices"
	"sync"
)

const (
	// maxStreams is how many members are open at a time for reading again.
	maxStreams = 16
	// window is how many bytes of such a member are kept, in bytes; records
	// are shorter as a rule.
	window = 256 << 10
)

// ReadAt reads the item's bytes at a place, unpacked if it is a member. It is
// for reading single records again: nothing is hashed, and what it returns is
// proved by Verify. Members are kept in memory as far as the set's memory
// goes; of the others, reading onwards is cheap and reading backwards unpacks
// from the start.
func (it *Item) ReadAt(p []byte, off int64) (int, error) {
	if f := it.file(); f != nil {
		n, err := f.ReadAt(p, off)
		if err != nil && err != io.EOF {
			err = it.readError(err)
		}
		return n, err
	}
	n, err := it.set.unpacked.readAt(it, p, off)
	if err != nil && err != io.EOF {
		err = it.readError(err)
	}
	return n, err
}

// unpacked keeps members at hand for ReadAt.
type unpacked struct {
	mu      sync.Mutex
	left    int64 // bytes of memory
	whole   map[*Item][]byte
	streams []*stream
}

// A stream is a member being unpacked, of which the last window is kept.
type stream struct {
	it    *Item
	in    io.ReadCloser
	bytes []byte // from start on
	start int64
	err   error // what ends the stream after bytes
}

func (u *unpacked) readAt(it *Item, p []byte, off int64) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	data, ok := u.whole[it]
	if !ok && it.Hash() != "" && it.Size <= u.left {
		var err error
		if data, err = it.unpack(context.Background()); err != nil {
			return 0, err
		}
		u.left -= it.Size
		if u.whole == nil {
			u.whole = map[*Item][]byte{}
		}
		u.whole[it] = data
		ok = true
	}
	if ok {
		if off >= int64(len(data)) {
			return 0, io.EOF
		}
		n := copy(p, data[off:])
		if n < len(p) {
			return n, io.EOF
		}
		return n, nil
	}
	s, err := u.stream(it, off)
	if err != nil {
		return 0, err
	}
	return s.readAt(p, off)
}

// stream finds the stream of a member that has not passed off yet, or starts
// one. The oldest makes room.
func (u *unpacked) stream(it *Item, off int64) (*stream, error) {
	i := slices.IndexFunc(u.streams, func(s *stream) bool { return s.it == it })
	if i >= 0 && u.streams[i].start <= off {
		return u.streams[i], nil
	}
	if i < 0 && len(u.streams) == maxStreams {
		i = 0
	}
	if i >= 0 {
		u.streams[i].in.Close()
		u.streams = slices.Delete(u.streams, i, i+1)
	}
	in, err := it.content.open()
	if err != nil {
		return nil, err
	}
	s := &stream{it: it, in: in, bytes: make([]byte, 0, window)}
	u.streams = append(u.streams, s)
	return s, nil
}

func (s *stream) readAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		at := off + int64(n) - s.start
		if at < int64(len(s.bytes)) {
			n += copy(p[n:], s.bytes[at:])
			continue
		}
		if s.err != nil {
			return n, s.err
		}
		s.start += int64(len(s.bytes))
		s.bytes = s.bytes[:0]
		for s.err == nil && len(s.bytes) < cap(s.bytes) {
			var m int
			m, s.err = s.in.Read(s.bytes[len(s.bytes):cap(s.bytes)])
			s.bytes = s.bytes[:len(s.bytes)+m]
		}
	}
	return n, nil
}

func (u *unpacked) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, s := range u.streams {
		s.in.Close()
	}
	u.streams, u.whole = nil, nil
}
