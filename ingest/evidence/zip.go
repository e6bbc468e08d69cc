package evidence

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
)

// A zipFile is a zip whose directory was read.
type zipFile struct {
	at      io.ReaderAt
	limits  limits
	members []*member // folders left out, as many as are taken at most
	more    int       // members beyond
	damage  error     // what ended the directory before its end; nil if nothing did
	office  bool      // an office document and so no container
}

// A member is one file in a zip.
type member struct {
	zip   *zipFile
	entry zipEntry
	start int64 // of the packed bytes

	// reason says why it is not read; empty if it is.
	reason string
}

// Bits of a zip entry's flags, by its format.
const (
	flagEncrypted       = 1 << 0
	flagEncryptedStrong = 1 << 6
)

// openZip reads the directory of a zip, keeps so many members at most, and
// marks those that are not to be read, with the reason.
func openZip(at io.ReaderAt, size int64, l limits, most int) (*zipFile, error) {
	d, err := openDirectory(at, size, l.directory)
	if err != nil {
		return nil, err
	}
	z := &zipFile{at: at, limits: l}
	seen := map[string]bool{}
	z.damage = d.each(func(e *zipEntry) {
		z.office = z.office || e.name == officePart
		switch {
		case e.isFolder():
		case len(z.members) == most:
			z.more++
		default:
			m := &member{zip: z, entry: *e}
			m.judge()
			if m.reason == "" && seen[e.name] {
				m.reason = "a second member of this name: the first is read"
			}
			seen[e.name] = true
			z.members = append(z.members, m)
		}
	})
	z.refuseOverlaps()
	return z, nil
}

func (e *zipEntry) isFolder() bool {
	return strings.HasSuffix(e.name, "/") || e.mode&fs.ModeDir != 0
}

// judge finds what forbids reading a member, as far as the directory and its
// own header tell.
func (m *member) judge() {
	e, l := &m.entry, m.zip.limits
	switch {
	case e.flags&(flagEncrypted|flagEncryptedStrong) != 0:
		m.reason = "encrypted: not read"
	case !e.mode.IsRegular():
		m.reason = refuseMode(e.mode).Error()
	case e.method != zip.Store && e.method != zip.Deflate:
		m.reason = fmt.Sprintf("packed by method %d, which is not supported: not read", e.method)
	case e.unpacked > uint64(l.ratioAfter) && e.unpacked/uint64(l.ratio) > e.packed:
		m.reason = overRatio(l).Error()
	default:
		start, err := e.content(m.zip.at)
		if err != nil {
			m.reason = unreadable(err)
		}
		m.start = start
	}
}

// refuseOverlaps refuses members whose packed bytes another one uses too: the
// same bytes counted many times make a small file unpack to a vast one.
func (z *zipFile) refuseOverlaps() {
	var readable []*member
	for _, m := range z.members {
		if m.reason == "" && m.entry.packed > 0 {
			readable = append(readable, m)
		}
	}
	slices.SortStableFunc(readable, func(a, b *member) int { return cmp.Compare(a.start, b.start) })
	var end uint64
	for _, m := range readable {
		if uint64(m.start) < end {
			m.reason = "overlaps another member: not read"
			continue
		}
		end = uint64(m.start) + m.entry.packed
	}
}

// unpacked is the size that the directory declares; a member that turns out
// longer ends in an error.
func (m *member) unpacked() uint64 { return m.entry.unpacked }

func (m *member) open() (io.ReadCloser, error) {
	packed := io.NewSectionReader(m.zip.at, m.start, int64(m.entry.packed))
	c := &checked{in: packed, entry: &m.entry}
	if m.entry.method == zip.Deflate {
		c.inflater = inflaters.Get().(io.ReadCloser)
		if err := c.inflater.(flate.Resetter).Reset(packed, nil); err != nil {
			return nil, err
		}
		c.in = c.inflater
	}
	return &capped{in: c, close: c.Close, packed: func() int64 { return int64(m.entry.packed) }, limits: &m.zip.limits}, nil
}

// inflaters are used again: each holds some 40 KB, and a zip of mails has many
// members.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(strings.NewReader("")) }}

// checked holds a member to the size and, where it states one, the checksum of
// its entry.
type checked struct {
	in       io.Reader
	inflater io.ReadCloser // nil if the member is not packed
	entry    *zipEntry
	n        uint64
	sum      uint32
	err      error
}

var errChecksum = errors.New("checksum differs from the zip's")

func (c *checked) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.in.Read(p)
	c.n += uint64(n)
	c.sum = crc32.Update(c.sum, crc32.IEEETable, p[:n])
	switch {
	case c.n > c.entry.unpacked:
		n, err = 0, fmt.Errorf("unpacks to more than the %d bytes that the zip states", c.entry.unpacked)
	case err == io.EOF && c.n < c.entry.unpacked:
		err = io.ErrUnexpectedEOF
	case err == io.EOF && c.entry.sum != 0 && c.sum != c.entry.sum:
		err = errChecksum
	}
	c.err = err
	return n, err
}

func (c *checked) Close() error {
	if c.inflater == nil {
		return nil
	}
	err := c.inflater.Close()
	inflaters.Put(c.inflater)
	c.inflater, c.err = nil, fs.ErrClosed
	return err
}

// stored gives the bytes of a member that is not compressed; nil of another.
func (m *member) stored() *io.SectionReader {
	if m.entry.method != zip.Store || m.entry.packed != m.entry.unpacked {
		return nil
	}
	return io.NewSectionReader(m.zip.at, m.start, int64(m.entry.packed))
}
