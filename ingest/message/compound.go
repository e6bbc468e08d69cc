package message

import (
	"encoding/binary"
	"errors"
	"unicode/utf16"
)

// A compound is an OLE compound file (MS-CFB): a file system in a file, with
// storages for folders and streams for files. Whatever its sector numbers say,
// no more of it is read than it is long.
type compound struct {
	data    []byte
	sector  int      // bytes of a sector
	fat     []uint32 // the sector that follows each
	miniFAT []uint32 // the same for the small sectors inside the root's stream
	mini    []byte   // the root's stream
	entries []entry
}

// An entry is a storage or a stream in the directory.
type entry struct {
	name               string
	left, right, child uint32
	start              uint32
	size               uint64
}

const (
	oleHeader     = 512
	oleEntry      = 128        // bytes of an entry in the directory
	miniSector    = 64         // bytes of a small sector
	miniCutoff    = 4096       // streams below it are in small sectors
	oleLastSector = 0xfffffffa // what is above is a mark, not a sector
)

// le is the byte order of compound files.
var le = binary.LittleEndian

// readCompound reads the allocation tables and the directory of a compound
// file.
func readCompound(data []byte) (*compound, error) {
	if len(data) < oleHeader || string(data[:8]) != oleMagic {
		return nil, errors.New("no OLE compound file")
	}
	shift := le.Uint16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, errors.New("compound file has an unknown size of sectors")
	}
	c := &compound{data: data, sector: 1 << shift}
	c.readFAT()
	directory := c.chain(le.Uint32(data[48:]), len(data))
	for i := 0; i+oleEntry <= len(directory); i += oleEntry {
		c.entries = append(c.entries, readEntry(directory[i:i+oleEntry]))
	}
	if len(c.entries) == 0 {
		return nil, errors.New("compound file has no directory")
	}
	c.miniFAT = words32(c.chain(le.Uint32(data[60:]), len(data)))
	root := c.entries[0]
	c.mini = c.chain(root.start, int(min(root.size, uint64(len(data)))))
	return c, nil
}

// readFAT gathers the allocation table from the sectors that the header and
// the sectors after it name.
func (c *compound) readFAT() {
	most := len(c.data) / c.sector
	add := func(list []byte) {
		for _, n := range words32(list) {
			if n < oleLastSector && len(c.fat) < most {
				c.fat = append(c.fat, words32(c.at(n))...)
			}
		}
	}
	add(c.data[76:oleHeader])
	next := le.Uint32(c.data[68:])
	for range min(int(le.Uint32(c.data[72:])), most) {
		s := c.at(next)
		if s == nil {
			return
		}
		add(s[:c.sector-4])
		next = le.Uint32(s[c.sector-4:])
	}
}

// at is a sector, nil if the file does not hold the whole of it.
func (c *compound) at(n uint32) []byte {
	from := (int64(n) + 1) * int64(c.sector)
	if n >= oleLastSector || from+int64(c.sector) > int64(len(c.data)) {
		return nil
	}
	return c.data[from : from+int64(c.sector)]
}

// chain is the first size bytes of the sectors that follow from one on.
func (c *compound) chain(n uint32, size int) []byte {
	var out []byte
	for range len(c.fat) {
		s := c.at(n)
		if s == nil || len(out) >= size || int(n) >= len(c.fat) {
			break
		}
		out = append(out, s...)
		n = c.fat[n]
	}
	return out[:min(size, len(out))]
}

// stream is the content of a stream, at most as many bytes as most says.
func (c *compound) stream(e entry, most int) []byte {
	size := int(min(e.size, uint64(most)))
	if e.size >= miniCutoff {
		return c.chain(e.start, size)
	}
	var out []byte
	n := e.start
	for range len(c.miniFAT) {
		from := int64(n) * miniSector
		if len(out) >= size || from >= int64(len(c.mini)) || int(n) >= len(c.miniFAT) {
			break
		}
		out = append(out, c.mini[from:min(from+miniSector, int64(len(c.mini)))]...)
		n = c.miniFAT[n]
	}
	return out[:min(size, len(out))]
}

// children are the entries of a storage by name. seen holds what was visited,
// so that no entry is in two storages.
func (c *compound) children(storage entry, seen []bool) map[string]entry {
	found := map[string]entry{}
	open := []uint32{storage.child}
	for len(open) > 0 {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if uint64(n) >= uint64(len(c.entries)) || seen[n] {
			continue
		}
		seen[n] = true
		e := c.entries[n]
		found[e.name] = e
		open = append(open, e.left, e.right)
	}
	return found
}

func readEntry(b []byte) entry {
	units := make([]uint16, min(int(le.Uint16(b[64:])), 64)/2)
	for i := range units {
		units[i] = le.Uint16(b[2*i:])
	}
	if n := len(units); n > 0 && units[n-1] == 0 {
		units = units[:n-1]
	}
	return entry{
		name: string(utf16.Decode(units)),
		left: le.Uint32(b[68:]), right: le.Uint32(b[72:]), child: le.Uint32(b[76:]),
		start: le.Uint32(b[116:]), size: uint64(le.Uint32(b[120:])), // no message has 4 GB
	}
}

func words32(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = le.Uint32(b[4*i:])
	}
	return out
}
