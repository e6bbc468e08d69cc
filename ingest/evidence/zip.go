package evidence

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
)

// A zipFile is a zip whose directory was read.
type zipFile struct {
	members []*member
}

// A member is one entry of a zip.
type member struct {
	file   *zip.File
	at     io.ReaderAt
	start  int64 // of the packed bytes
	reason string
	limits limits
}

// Bits of a zip entry's flags, by its format.
const (
	flagEncrypted       = 1 << 0
	flagEncryptedStrong = 1 << 6
)

// openZip reads the directory of a zip and marks the members that are not to
// be read, with the reason.
func openZip(at io.ReaderAt, size int64, l limits) (*zipFile, error) {
	if n := declaredMembers(at, size); n > uint64(l.directory)/directoryEntry {
		return nil, errDirectory
	}
	bounded := &boundedReaderAt{at: at, left: l.directory}
	r, err := zip.NewReader(bounded, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, err
	}
	bounded.done = true
	r.RegisterDecompressor(zip.Deflate, flate.NewReader)
	z := &zipFile{}
	names := map[string]bool{}
	for _, f := range r.File {
		m := &member{file: f, at: at, limits: l}
		m.judge()
		if m.reason == "" && !m.isFolder() && names[f.Name] {
			m.reason = "a second member of this name: the first is read"
		}
		names[f.Name] = true
		z.members = append(z.members, m)
	}
	z.refuseOverlaps()
	return z, nil
}

// judge finds what forbids reading a member, as far as the directory and its
// own header tell.
func (m *member) judge() {
	f := m.file
	switch {
	case f.Flags&(flagEncrypted|flagEncryptedStrong) != 0:
		m.reason = "encrypted: not read"
	case m.isFolder():
	case !f.Mode().IsRegular():
		m.reason = refuseMode(f.Mode()).Error()
	case f.Method != zip.Store && f.Method != zip.Deflate:
		m.reason = fmt.Sprintf("packed by method %d, which is not supported: not read", f.Method)
	case m.unpacked() > uint64(m.limits.ratioAfter) && m.unpacked()/uint64(m.limits.ratio) > f.CompressedSize64:
		m.reason = overRatio(m.limits).Error()
	default:
		start, err := f.DataOffset()
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
		if m.reason == "" && !m.isFolder() && m.file.CompressedSize64 > 0 {
			readable = append(readable, m)
		}
	}
	slices.SortStableFunc(readable, func(a, b *member) int {
		switch {
		case a.start < b.start:
			return -1
		case a.start > b.start:
			return 1
		}
		return 0
	})
	var end uint64
	for _, m := range readable {
		if uint64(m.start) < end {
			m.reason = "overlaps another member: not read"
			continue
		}
		end = uint64(m.start) + m.file.CompressedSize64
	}
}

// isOffice reports whether the zip is an office document and so no container.
func (z *zipFile) isOffice() bool {
	return slices.ContainsFunc(z.members, func(m *member) bool { return m.file.Name == officePart })
}

func (m *member) isFolder() bool {
	return strings.HasSuffix(m.file.Name, "/") || m.file.Mode()&fs.ModeDir != 0
}

// unpacked is the size that the directory declares; a member that turns out
// longer ends in an error.
func (m *member) unpacked() uint64 { return m.file.UncompressedSize64 }

func (m *member) open() (io.ReadCloser, error) {
	in, err := m.file.Open()
	if err != nil {
		return nil, err
	}
	packed := func() int64 { return int64(m.file.CompressedSize64) }
	return &capped{in: in, close: in.Close, packed: packed, limits: &m.limits}, nil
}

// stored gives the bytes of a member that is not compressed; nil of another.
func (m *member) stored() *io.SectionReader {
	if m.file.Method != zip.Store || m.file.CompressedSize64 != m.file.UncompressedSize64 {
		return nil
	}
	return io.NewSectionReader(m.at, m.start, int64(m.file.CompressedSize64))
}

var errDirectory = errors.New("the directory of the zip is over the cap")

// Sizes and signatures of a zip's end, by its format.
const (
	directoryEntry = 46 // at least
	endSize        = 22
	endSignature   = "PK\x05\x06"
	endWithin      = 65 << 10 // from the end of the file, as the standard library looks
	locatorSize    = 20
	locator        = "PK\x06\x07"
	end64Size      = 56
)

// declaredMembers is how many members a zip says it has. The standard library
// sets aside memory for as many, so they are looked at first. It is 0 for what
// is no zip.
func declaredMembers(at io.ReaderAt, size int64) uint64 {
	tail := make([]byte, min(size, locatorSize+endWithin))
	if n, _ := at.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return 0
	}
	end := strings.LastIndex(string(tail[:max(0, len(tail)-endSize+len(endSignature))]), endSignature)
	if end < 0 {
		return 0
	}
	before := tail[:end]
	if end < locatorSize || string(before[end-locatorSize:][:len(locator)]) != locator {
		return uint64(binary.LittleEndian.Uint16(tail[end+10:]))
	}
	var end64 [end64Size]byte
	where := binary.LittleEndian.Uint64(before[end-locatorSize+8:])
	if n, _ := at.ReadAt(end64[:], int64(where&math.MaxInt64)); n < len(end64) {
		return 0
	}
	return binary.LittleEndian.Uint64(end64[32:])
}

// A boundedReaderAt fails after so many bytes, until it is done.
type boundedReaderAt struct {
	at   io.ReaderAt
	left int64
	done bool
}

func (b *boundedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if b.done {
		return b.at.ReadAt(p, off)
	}
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errDirectory
	}
	return b.at.ReadAt(p, off)
}
