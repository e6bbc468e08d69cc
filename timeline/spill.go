package timeline

import (
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"slices"

	"github.com/klauspost/compress/s2"
)

// spillPattern names the temporary file so that a later run recognises it as
// one that a killed run left, and removes it.
const spillPattern = ".becforensics-tmp-columns-*"

// A StoreError is a failure of the temporary file that columns lie in.
type StoreError struct {
	Op   string // "keep" or "read back"
	Path string
	Err  error
}

func (e *StoreError) Error() string {
	return fmt.Sprintf("%s columns in temporary file %q: %v", e.Op, e.Path, e.Err)
}

func (e *StoreError) Unwrap() error { return e.Err }

var errBlockChanged = errors.New("its content is not what was written")

// A block is where bytes lie in the spill, and their checksum.
type block struct {
	at     int64
	packed uint32
	sum    uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A spill is the temporary file. It is made when the first block is put into
// it, readable by its owner alone, and has no name any more wherever an open
// file can lose its name; elsewhere close removes it.
type spill struct {
	dir  string
	path string // "" until it is made
	name bool   // whether the name is still there
	file *os.File
	size int64
	pack []byte // scratch of put
}

func (s *spill) open() error {
	dir := s.dir
	if dir == "" {
		dir = os.TempDir()
	}
	f, err := os.CreateTemp(dir, spillPattern) // mode 0600
	if err != nil {
		s.path = dir
		return err
	}
	s.file, s.path = f, f.Name()
	s.name = os.Remove(s.path) != nil
	return nil
}

// put appends a block, packed unless the bytes are already.
func (s *spill) put(data []byte, asIs bool) (block, *StoreError) {
	if s.file == nil {
		if err := s.open(); err != nil {
			return block{}, &StoreError{"keep", s.path, err}
		}
	}
	if !asIs {
		s.pack = slices.Grow(s.pack[:0], s2.MaxEncodedLen(len(data)))
		data = s2.Encode(s.pack[:cap(s.pack)], data)
	}
	if _, err := s.file.WriteAt(data, s.size); err != nil {
		return block{}, &StoreError{"keep", s.path, err}
	}
	b := block{s.size, uint32(len(data)), crc32.Checksum(data, castagnoli)}
	s.size += int64(len(data))
	return b, nil
}

// get fills data with what a block holds.
func (s *spill) get(b block, data []byte, asIs bool) *StoreError {
	packed := data
	if !asIs {
		packed = make([]byte, b.packed)
	}
	if n, err := s.file.ReadAt(packed, b.at); n < len(packed) {
		return &StoreError{"read back", s.path, err}
	}
	if crc32.Checksum(packed, castagnoli) != b.sum {
		return &StoreError{"read back", s.path, errBlockChanged}
	}
	if asIs {
		return nil
	}
	if n, err := s2.DecodedLen(packed); err != nil || n != len(data) {
		return &StoreError{"read back", s.path, errBlockChanged}
	}
	if _, err := s2.Decode(data, packed); err != nil {
		return &StoreError{"read back", s.path, err}
	}
	return nil
}

// close lets go of the file, which thereby is gone.
func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.name {
		err = errors.Join(err, os.Remove(s.path))
	}
	s.file = nil
	return err
}
