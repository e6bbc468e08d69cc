package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Open starts a reading of the item's bytes, unpacked if it is a member. They
// are hashed on their way; a reading that reaches the end leaves Size and
// SHA256 in the item. The error of a reading stays: later calls repeat it. A
// second reading that finds other bytes than the first ends in a
// *ChangedError.
func (it *Item) Open() (io.ReadCloser, error) {
	in, err := it.content.open()
	if err != nil {
		return nil, it.readError(err)
	}
	return &reading{it: it, in: in, sum: sha256.New()}, nil
}

func (it *Item) readError(err error) error {
	if changed, ok := err.(*ChangedError); ok {
		changed.ID, changed.Name = it.ID, it.Name
		return changed
	}
	return fmt.Errorf("read %q: %w", it.Name, err)
}

type reading struct {
	it  *Item
	in  io.ReadCloser
	sum hash.Hash
	n   int64
	err error
}

func (r *reading) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.in.Read(p)
	r.sum.Write(p[:n])
	r.n += int64(n)
	switch {
	case err == io.EOF:
		if r.err = r.it.settle(r.n, [sha256.Size]byte(r.sum.Sum(nil))); r.err == nil {
			r.err = io.EOF
		}
	case err != nil:
		r.err = r.it.readError(err)
	}
	return n, r.err
}

// Close ends the reading. One that stands at the last byte counts as whole.
func (r *reading) Close() error {
	var probe [1]byte
	if size := r.it.declared(); r.err == nil && r.n == size {
		r.Read(probe[:])
	}
	if err := r.in.Close(); err != nil {
		return r.it.readError(err)
	}
	if changed, ok := r.err.(*ChangedError); ok {
		return changed
	}
	return nil
}

func (it *Item) declared() int64 {
	it.mu.Lock()
	defer it.mu.Unlock()
	return it.Size
}

// settle keeps what a whole reading found.
func (it *Item) settle(size int64, sum [sha256.Size]byte) error {
	it.mu.Lock()
	defer it.mu.Unlock()
	changed := &ChangedError{ID: it.ID, Name: it.Name, Path: it.Path, After: hex.EncodeToString(sum[:])}
	if f := it.file(); f != nil && size != f.info.Size() {
		changed.What = fmt.Sprintf("cut from %d to %d bytes", f.info.Size(), size)
		return changed
	}
	if !it.hashed {
		it.Size, it.SHA256, it.hashed = size, sum, true
		return nil
	}
	if sum == it.SHA256 {
		return nil
	}
	changed.What = "the bytes are others"
	changed.Before = hex.EncodeToString(it.SHA256[:])
	return changed
}

// whole reads an item to its end, for its hash, and hands the bytes to w.
func (it *Item) whole(ctx context.Context, w io.Writer) error {
	in, err := it.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = copyBytes(ctx, w, in)
	return err
}
