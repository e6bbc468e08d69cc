package evidence

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
)

// A directory is the list of members at the end of a zip. It is read entry by
// entry: the standard library's reader holds all of them, however many the
// file claims.
type directory struct {
	at      io.ReaderAt
	base    int64  // of the zip in its file
	claimed uint16 // the number of members, of which the format keeps 16 bits
	entries *bufio.Reader
	left    int64 // bytes of entries that are read at most
}

// A zipEntry is what the directory says of one member.
type zipEntry struct {
	name             string
	mode             fs.FileMode
	flags, method    uint16
	sum              uint32 // CRC-32 of the unpacked bytes
	packed, unpacked uint64 // sizes in bytes
	header           int64  // where in the file the member's own header stands
}

var (
	errNotZip    = errors.New("not a valid zip file")
	errDirectory = errors.New("the directory of the zip is over the cap: what it lists further is not read")
)

// Sizes and signatures, by the format (APPNOTE.TXT 6.3.10, 4.3).
const (
	localSize      = 30
	localSignature = "PK\x03\x04"
	entrySize      = 46
	entrySignature = "PK\x01\x02"
	endSize        = 22
	endSignature   = "PK\x05\x06"
	endWithin      = endSize + math.MaxUint16 // from the end of the file
	locatorSize    = 20
	locator        = "PK\x06\x07"
	end64Size      = 56
	end64Signature = "PK\x06\x06"
	extra64        = 1 // the extra field that holds sizes of more than 32 bits
)

var le = binary.LittleEndian

// openDirectory finds the directory of a zip.
func openDirectory(at io.ReaderAt, size, most int64) (*directory, error) {
	tail := make([]byte, min(size, endWithin))
	if n, _ := at.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return nil, errNotZip
	}
	i := lastEnd(tail)
	if i < 0 {
		return nil, errNotZip
	}
	end := tail[i:]
	endAt := size - int64(len(tail)) + int64(i)
	claimed := uint64(le.Uint16(end[10:]))
	length, start := uint64(le.Uint32(end[12:])), uint64(le.Uint32(end[16:]))
	if claimed == math.MaxUint16 || length == math.MaxUint32 || start == math.MaxUint32 {
		if end64, where := readEnd64(at, endAt); end64 != nil {
			endAt = where
			claimed, length, start = le.Uint64(end64[32:]), le.Uint64(end64[40:]), le.Uint64(end64[48:])
		}
	}
	if length > uint64(endAt) || start > uint64(endAt)-length {
		return nil, errNotZip
	}
	d := &directory{at: at, base: endAt - int64(length) - int64(start), claimed: uint16(claimed), left: most}
	if d.base > 0 {
		// Something stands before the zip, unless the length lies.
		var b [len(entrySignature)]byte
		if n, _ := at.ReadAt(b[:], int64(start)); n == len(b) && string(b[:]) == entrySignature {
			d.base = 0
		}
	}
	from := d.base + int64(start)
	d.entries = bufio.NewReader(io.NewSectionReader(at, from, size-from))
	return d, nil
}

// lastEnd is where the end record stands in the tail of a zip, -1 if nowhere.
func lastEnd(tail []byte) int {
	for i := len(tail) - endSize; i >= 0; i-- {
		if string(tail[i:][:len(endSignature)]) == endSignature {
			if i+endSize+int(le.Uint16(tail[i+20:])) > len(tail) {
				return -1
			}
			return i
		}
	}
	return -1
}

// readEnd64 reads the end record of a large zip, nil if there isn't one.
func readEnd64(at io.ReaderAt, end int64) ([]byte, int64) {
	var loc [locatorSize]byte
	if n, _ := at.ReadAt(loc[:], max(0, end-locatorSize)); n < len(loc) || string(loc[:len(locator)]) != locator {
		return nil, 0
	}
	where := le.Uint64(loc[8:])
	rec := make([]byte, end64Size)
	if where > uint64(end) {
		return nil, 0
	}
	if n, _ := at.ReadAt(rec, int64(where)); n < len(rec) || string(rec[:len(end64Signature)]) != end64Signature {
		return nil, 0
	}
	return rec, int64(where)
}

// each yields the entries in their order. The error of a directory that ends
// at another entry than it claims comes after those that could be read.
func (d *directory) each(yield func(*zipEntry)) error {
	n := 0
	for {
		e, err := d.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		yield(e)
		n++
	}
	if uint16(n) != d.claimed {
		return fmt.Errorf("the directory of the zip is damaged after %d entries: what it lists further is not read", n)
	}
	return nil
}

// next is the next entry; io.EOF where no further one stands.
func (d *directory) next() (*zipEntry, error) {
	var b [entrySize]byte
	if _, err := io.ReadFull(d.entries, b[:]); err != nil || string(b[:len(entrySignature)]) != entrySignature {
		return nil, endOf(err)
	}
	name, extra, comment := int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:]))
	if d.left -= int64(entrySize + name + extra + comment); d.left < 0 {
		return nil, errDirectory
	}
	rest := make([]byte, name+extra)
	if _, err := io.ReadFull(d.entries, rest); err != nil {
		return nil, endOf(err)
	}
	if _, err := d.entries.Discard(comment); err != nil {
		return nil, endOf(err)
	}
	e := &zipEntry{
		name: string(rest[:name]), flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]), sum: le.Uint32(b[16:]),
		packed: uint64(le.Uint32(b[20:])), unpacked: uint64(le.Uint32(b[24:])),
	}
	header := uint64(le.Uint32(b[42:]))
	if !widen(rest[name:], &e.unpacked, &e.packed, &header) || header > math.MaxInt64 {
		return nil, io.EOF
	}
	e.header = d.base + int64(header)
	h := zip.FileHeader{Name: e.name, CreatorVersion: le.Uint16(b[4:]), ExternalAttrs: le.Uint32(b[38:])}
	e.mode = h.Mode()
	return e, nil
}

// endOf makes a directory that is cut one that ends, and keeps other errors.
func endOf(err error) error {
	if err == nil || err == io.ErrUnexpectedEOF {
		return io.EOF
	}
	return err
}

// widen reads the values that stand in the extra fields because they need more
// than 32 bits, and reports whether they are there. The unpacked size alone
// may be the greatest of 32 bits.
func widen(extra []byte, unpacked, packed, header *uint64) bool {
	var wide []byte
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if extra = extra[4:]; n > len(extra) {
			break
		}
		if id == extra64 {
			wide = extra[:n]
		}
		extra = extra[n:]
	}
	for _, v := range [...]*uint64{unpacked, packed, header} {
		if *v != math.MaxUint32 {
			continue
		}
		if len(wide) < 8 {
			if v == unpacked {
				continue
			}
			return false
		}
		*v, wide = le.Uint64(wide), wide[8:]
	}
	return true
}

// content is where the packed bytes of a member begin, by its own header.
func (e *zipEntry) content(at io.ReaderAt) (int64, error) {
	var b [localSize]byte
	if n, err := at.ReadAt(b[:], e.header); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	if string(b[:len(localSignature)]) != localSignature {
		return 0, errNotZip
	}
	return e.header + localSize + int64(le.Uint16(b[26:])) + int64(le.Uint16(b[28:])), nil
}
