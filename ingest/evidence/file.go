package evidence

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

const (
	// maxFile is the largest file that is read, in bytes. It is far beyond any
	// export and refuses a sparse file of a terabyte at once.
	maxFile = 256 << 30
	// maxHeld is how many descriptors a set keeps open; further files are
	// opened again for each use. Systems allow 1,024 and more.
	maxHeld = 512
)

var errNotRegular = errors.New("not a regular file")

// content is where the bytes of an item are.
type content interface {
	// open starts a reading at the first byte.
	open() (io.ReadCloser, error)
}

// A file is a regular file as it was when it was first opened.
type file struct {
	path string
	info os.FileInfo
	held *os.File // nil if the set holds too many already
}

func (it *Item) file() *file {
	f, _ := it.content.(*file)
	return f
}

// openRegular opens a regular file and nothing else; the error of another kind
// of file names the kind.
func openRegular(path string) (*os.File, os.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, nil, plainError(err)
	}
	if err := refuseMode(info.Mode()); err != nil {
		return nil, nil, err
	}
	if info.Size() > maxFile {
		return nil, nil, fmt.Errorf("%d bytes: over the cap of %d", info.Size(), int64(maxFile))
	}
	h, err := openDescriptor(path)
	if err != nil {
		return nil, nil, plainError(err)
	}
	if info, err = h.Stat(); err == nil {
		err = refuseMode(info.Mode())
	}
	if err != nil {
		h.Close()
		return nil, nil, plainError(err)
	}
	return h, info, nil
}

// plainError leaves out the path, which whoever reports the error names.
func plainError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func refuseMode(m fs.FileMode) error {
	switch {
	case m.IsRegular():
		return nil
	case m.IsDir():
		return errors.New("a folder")
	case m&fs.ModeSymlink != 0:
		return errors.New("symbolic link, not followed")
	case m&fs.ModeNamedPipe != 0:
		return fmt.Errorf("named pipe, %w", errNotRegular)
	case m&fs.ModeSocket != 0:
		return fmt.Errorf("socket, %w", errNotRegular)
	case m&fs.ModeDevice != 0:
		return fmt.Errorf("device, %w", errNotRegular)
	}
	return errNotRegular
}

// newFile opens a file for a set.
func (s *Set) newFile(path string) (*file, error) {
	h, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, info: info}
	if s.held >= s.limits.held {
		return f, h.Close()
	}
	s.held++
	f.held = h
	return f, nil
}

// descriptor gives the held descriptor, or opens the file again and makes sure
// that it is the same one still. release is to be called after use.
func (f *file) descriptor() (h *os.File, release func() error, err error) {
	if f.held != nil {
		return f.held, func() error { return nil }, nil
	}
	h, info, err := openRegular(f.path)
	if err != nil {
		return nil, nil, err
	}
	if what := f.differs(info); what != "" {
		h.Close()
		return nil, nil, &ChangedError{Name: f.path, Path: f.path, What: what}
	}
	return h, h.Close, nil
}

// differs says in words how a file is another than it was; empty if it is not.
func (f *file) differs(now os.FileInfo) string {
	switch {
	case !os.SameFile(f.info, now):
		return "another file has taken its place"
	case now.Size() != f.info.Size():
		return fmt.Sprintf("size was %d bytes, is %d", f.info.Size(), now.Size())
	case !now.ModTime().Equal(f.info.ModTime()):
		return "modification time is another"
	}
	return ""
}

func (f *file) open() (io.ReadCloser, error) {
	h, release, err := f.descriptor()
	if err != nil {
		return nil, err
	}
	return &fileReading{SectionReader: io.NewSectionReader(h, 0, f.info.Size()), release: release}, nil
}

// fileReading reads as many bytes as the file had when it was opened. What is
// appended later is no evidence, and is found by Verify.
type fileReading struct {
	*io.SectionReader
	release func() error
}

func (r *fileReading) Close() error { return r.release() }

// ReadAt reads at a place of the file.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	h, release, err := f.descriptor()
	if err != nil {
		return 0, err
	}
	n, err := h.ReadAt(p, off)
	if e := release(); err == nil {
		err = e
	}
	return n, err
}

func (f *file) close() error {
	if f.held == nil {
		return nil
	}
	err := f.held.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
