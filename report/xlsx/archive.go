package xlsx

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"math"
	"time"

	"github.com/klauspost/compress/flate"
)

// level is the fastest level of deflate: sheets are large and much alike, and
// higher levels gain little on them.
const level = 1

// epoch is the earliest time of a zip archive: the time of every part, so that
// no clock is in the workbook.
var epoch = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// An archive is a zip archive without clock and names of the machine. Its
// bytes depend on the parts and their order alone.
type archive struct {
	zip  *zip.Writer
	room [][]byte // chunks that no stream has
}

func newArchive(w io.Writer) *archive {
	z := zip.NewWriter(w)
	var deflate *flate.Writer // of one part after the other
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (_ io.WriteCloser, err error) {
		if deflate == nil {
			deflate, err = flate.NewWriter(w, level)
		} else {
			deflate.Reset(w)
		}
		return deflate, err
	})
	return &archive{zip: z}
}

// part starts a part; the one before is complete.
func (a *archive) part(name string) (io.Writer, error) {
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: epoch})
}

func (a *archive) add(name string, content []byte) error {
	w, err := a.part(name)
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}

func (a *archive) close() error { return a.zip.Close() }

// chunk is how much of a part is handed to the compressor at a time.
const chunk = 256 << 10

// mostPart bounds a part: beyond 4 GiB it would need a form of zip archive
// that Excel does not open.
const mostPart = math.MaxUint32

var errLargePart = errors.New("more than 4 GiB of cells: split the sheet or leave rows out")

// A stream writes a part while its next chunk is being made.
type stream struct {
	archive *archive
	full    chan []byte
	free    chan freed // holds every chunk, so that the writing side never waits
	size    int64
}

// A freed chunk has been written, or not because of err.
type freed struct {
	chunk []byte
	err   error
}

// chunks are in flight: one being made, one being written, one between.
const chunks = 3

// stream starts a part that is written chunk by chunk.
func (a *archive) stream(name string) (*stream, error) {
	w, err := a.part(name)
	if err != nil {
		return nil, err
	}
	s := &stream{archive: a, full: make(chan []byte, chunks), free: make(chan freed, chunks)}
	a.room = append(a.room, make([][]byte, chunks-len(a.room))...)
	for _, b := range a.room {
		s.free <- freed{chunk: b}
	}
	a.room = a.room[:0]
	go func() {
		defer close(s.free)
		var err error
		for b := range s.full {
			if err == nil {
				_, err = w.Write(b)
			}
			s.free <- freed{b[:0], err}
		}
	}()
	return s, nil
}

// next gives an empty chunk, or the error that an earlier one met.
func (s *stream) next() ([]byte, error) {
	f := <-s.free
	return f.chunk, f.err
}

// put hands a chunk over to be written.
func (s *stream) put(b []byte) error {
	s.size += int64(len(b))
	if s.size > mostPart {
		return errLargePart
	}
	s.full <- b
	return nil
}

// close waits until all is written and returns the first error.
func (s *stream) close() error {
	close(s.full)
	var err error
	for f := range s.free {
		err = cmp.Or(err, f.err)
		s.archive.room = append(s.archive.room, f.chunk)
	}
	return err
}
