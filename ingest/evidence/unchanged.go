package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

// Verify reads every file once more from its descriptor and compares size,
// modification time, place in the file system and SHA-256 with what was opened
// and hashed. It fails with a *ChangedError for each that differs, in the
// order of ids, or an *InputError for one that can no longer be read. What was
// not read whole before gets its hash here, members too, except those that
// cannot be unpacked.
func (s *Set) Verify(ctx context.Context) error {
	files := s.files()
	wrong := make([]error, len(files))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(files)); i = next.Add(1) - 1 {
				wrong[i] = files[i].verify(ctx)
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, it := range s.items {
		if it.file() == nil && it.Hash() == "" {
			if it.whole(ctx, io.Discard); ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	s.verified.Store(true)
	return nil
}

// confirm makes sure before outputs appear that no input has changed: by
// Verify, or, if that was done before, by size, time and place.
func (s *Set) confirm(ctx context.Context) error {
	if !s.verified.Load() {
		return s.Verify(ctx)
	}
	var wrong []error
	for _, it := range s.files() {
		f := it.file()
		now, err := os.Lstat(f.path)
		what := ""
		if err != nil {
			what = fmt.Sprintf("it can no longer be found: %v", plainError(err))
		} else {
			what = f.differs(now)
		}
		if what != "" {
			wrong = append(wrong, &ChangedError{ID: it.ID, Name: it.Name, Path: it.Path, What: what, Before: it.Hash()})
		}
	}
	return errors.Join(wrong...)
}

// verify compares a file with what it was.
func (it *Item) verify(ctx context.Context) error {
	f := it.file()
	changed := &ChangedError{ID: it.ID, Name: it.Name, Path: it.Path, Before: it.Hash()}
	named, err := os.Lstat(f.path)
	if err != nil {
		changed.What = fmt.Sprintf("it can no longer be found: %v", plainError(err))
		return changed
	}
	h, info := f.held, os.FileInfo(nil)
	if h == nil {
		if h, info, err = openRegular(f.path); err != nil {
			changed.What = fmt.Sprintf("it can no longer be opened: %v", err)
			return changed
		}
		defer h.Close()
	} else if info, err = h.Stat(); err != nil {
		return &InputError{it.Path, err}
	}
	if !os.SameFile(named, info) {
		changed.What = "another file has taken its place"
		return changed
	}
	sum := sha256.New()
	n, err := copyBytes(ctx, sum, io.NewSectionReader(h, 0, f.info.Size()))
	if err != nil {
		return &InputError{it.Path, err}
	}
	prefix := hex.EncodeToString(sum.Sum(nil))
	changed.What = f.differs(info)
	grown := info.Size() - f.info.Size()
	if grown > 0 && prefix == changed.Before {
		changed.What = fmt.Sprintf("%d bytes were appended; the first %d bytes are as they were", grown, n)
	}
	if grown > 0 {
		if _, err := copyBytes(ctx, sum, io.NewSectionReader(h, n, grown)); err != nil {
			return &InputError{it.Path, err}
		}
	}
	changed.After = hex.EncodeToString(sum.Sum(nil))
	if changed.What != "" {
		if changed.Before == changed.After {
			changed.What += "; the bytes are as they were"
		}
		return changed
	}
	return it.settle(n, [sha256.Size]byte(sum.Sum(nil)))
}

// copyBytes copies until r ends or ctx does. It reads the next block while w
// takes the one before: hashing takes one processor as long as it lasts.
func copyBytes(ctx context.Context, w io.Writer, r io.Reader) (int64, error) {
	type part struct {
		text []byte
		err  error
	}
	const size = 256 << 10
	free, filled := make(chan []byte, 2), make(chan part, 2)
	free <- make([]byte, size)
	go func() {
		defer close(filled)
		for block := range free {
			n, err := r.Read(block)
			filled <- part{block[:n], err}
			if err != nil {
				return
			}
		}
	}()
	defer func() {
		close(free)
		for range filled { // r is the caller's again
		}
	}()
	var total int64
	for {
		if err := ctx.Err(); err != nil {
			return total, err
		}
		p := <-filled
		total += int64(len(p.text))
		if _, err := w.Write(p.text); err != nil {
			return total, err
		}
		if p.err == io.EOF {
			return total, nil
		}
		if p.err != nil {
			return total, p.err
		}
		if total == size && len(p.text) > 0 { // there may be more than one block
			free <- make([]byte, size)
		}
		free <- p.text[:size]
	}
}
