package rows

import (
	"fmt"
	"io"
)

// chunkSize is how much text a chunk has, unless a record is longer: enough that
// handing chunks over costs nothing, little enough that it stays in the cache.
const chunkSize = 1 << 20

// A Cutter cuts the bytes of a file into chunks of whole records. It looks at
// quotes and brackets only; what a record holds is the [Splitter]'s to judge.
type Cutter struct {
	r      io.Reader
	shape  Shape
	target int // chunk size
	limit  int // MaxRecord

	started bool
	ended   bool    // r is at its end
	rest    []byte  // text read but not yet handed out
	raw     []byte  // bytes of the file not yet transcoded
	size    int64   // of the file, as far as read
	offset  int64   // in the file of rest[0]
	station station // of rest[0]
	tape    tape
}

// NewCutter returns a Cutter of the file r, which is read from its first byte.
// s is what [Sniff] said of it; only CSV and JSON can be cut.
func NewCutter(r io.Reader, s Shape) *Cutter { return newCutter(r, s, chunkSize, MaxRecord) }

func newCutter(r io.Reader, s Shape, target, limit int) *Cutter {
	return &Cutter{r: r, shape: s, target: target, limit: limit}
}

// Next fills c with the next chunk; the error is io.EOF behind the last one, or
// that of the reader. The chunk's memory is used again, so what was found in it
// before is gone. Where the chunks are cut does not depend on how much the
// reader returns at a time.
func (c *Cutter) Next(chunk *Chunk) error {
	if c.shape.Kind != CSV && c.shape.Kind != JSON {
		return fmt.Errorf("cut records: the file is %s", c.shape.Kind)
	}
	if !c.started {
		if err := c.start(); err != nil {
			return err
		}
	}
	*chunk = Chunk{mem: chunk.mem[:0], Offset: c.offset, station: c.station}
	chunk.mem = append(chunk.mem, c.rest...)
	c.rest = c.rest[:0]
	for size := c.target; ; size = max(size, len(chunk.mem)) * 2 {
		var err error
		if chunk.mem, err = c.fill(chunk.mem, min(size, c.limit)); err != nil {
			return err
		}
		if c.done() {
			if len(chunk.mem) == 0 {
				return io.EOF
			}
			return c.give(chunk, len(chunk.mem))
		}
		var cut int
		if c.shape.Kind == CSV {
			cut = c.shape.cutRows(chunk.mem)
		} else if c.shape.inLists {
			cut = c.cutLists(chunk.mem)
		} else {
			cut = c.cutElements(chunk.mem)
		}
		if cut > 0 {
			return c.give(chunk, cut)
		}
		if len(chunk.mem) >= c.limit {
			return c.tooLong(chunk)
		}
	}
}

// start reads over the byte order mark and the header.
func (c *Cutter) start() error {
	c.started = true
	if c.shape.BOM {
		mark := make([]byte, len(c.shape.Encoding.bom()))
		n, err := io.ReadFull(c.r, mark)
		if err == io.ErrUnexpectedEOF || err == io.EOF {
			c.ended = true
		} else if err != nil {
			return err
		}
		c.offset, c.size = int64(n), int64(n)
	}
	if c.shape.Kind != CSV {
		return nil
	}
	var err error
	if c.rest, err = c.fill(c.rest, c.shape.HeaderEnd); err != nil {
		return err
	}
	c.drop(min(len(c.rest), c.shape.HeaderEnd))
	return nil
}

// drop forgets the first n bytes of the text held.
func (c *Cutter) drop(n int) {
	c.offset += fileBytes(c.rest[:n], c.shape.Encoding)
	c.rest = c.rest[:copy(c.rest, c.rest[n:])]
}

// fill reads until text has size bytes or more, or the file ends.
func (c *Cutter) fill(text []byte, size int) ([]byte, error) {
	if cap(text) < size {
		text = append(make([]byte, 0, size+64), text...)
	}
	for len(text) < size && !c.done() {
		if c.shape.Encoding == UTF8 {
			n, err := c.read(text[len(text):size])
			text = text[:len(text)+n]
			if err != nil {
				return text, err
			}
			continue
		}
		if c.raw == nil {
			c.raw = make([]byte, 0, HeadSize)
		}
		if !c.ended {
			n, err := c.read(c.raw[len(c.raw):cap(c.raw)])
			c.raw = c.raw[:len(c.raw)+n]
			if err != nil {
				return text, err
			}
			if len(c.raw) < cap(c.raw) && !c.ended {
				continue
			}
		}
		var n int
		text, n = transcode(text, c.raw, c.shape.Encoding, c.ended)
		c.raw = c.raw[:copy(c.raw, c.raw[n:])]
	}
	return text, nil
}

// read is one Read; the end of the file is remembered, not returned.
func (c *Cutter) read(p []byte) (int, error) {
	for range 100 {
		n, err := c.r.Read(p)
		c.size += int64(n)
		if err == io.EOF {
			c.ended, err = true, nil
			return n, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// give hands out the first cut bytes of the text in the chunk.
func (c *Cutter) give(chunk *Chunk, cut int) error {
	c.rest = append(c.rest[:0], chunk.mem[cut:]...)
	chunk.Data = chunk.mem[:cut]
	chunk.Size = fileBytes(chunk.Data, c.shape.Encoding)
	return c.leave(chunk)
}

// leave moves on behind the chunk. Whether it is the last is only known once one
// more byte was asked for.
func (c *Cutter) leave(chunk *Chunk) error {
	var err error
	if len(c.rest) == 0 {
		c.rest, err = c.fill(c.rest, 1)
	}
	if chunk.Last = c.done() && len(c.rest) == 0; chunk.Last {
		chunk.Size = c.size - chunk.Offset // UTF-16 may end with half a unit
	}
	c.offset += chunk.Size
	return err
}

// done says that nothing is left to read.
func (c *Cutter) done() bool { return c.ended && len(c.raw) == 0 }

// tooLong hands out a record that does not fit the limit, without its text: it
// reads on to the end of the record, or to where the next one plausibly begins.
func (c *Cutter) tooLong(chunk *Chunk) error {
	text := chunk.mem
	var find func(text []byte) (end int, found bool)
	if c.shape.Kind == CSV {
		if cut := c.shape.resyncRow(text); cut > 0 {
			return c.give(chunk, cut)
		}
		find = c.shape.endOfLongRow(len(text))
	} else if c.shape.inLists {
		find = func(text []byte) (int, bool) { return len(text), false }
	} else {
		find = c.endOfLongElement()
	}
	begin := skipSpace(text, 0)
	chunk.err = &Error{
		Offset: chunk.Offset + fileBytes(text[:begin], c.shape.Encoding),
		Reason: fmt.Sprintf("record longer than %d bytes", c.limit),
	}
	for {
		end, found := find(text)
		if !found && c.done() {
			end = len(text)
		}
		chunk.Size += fileBytes(text[:end], c.shape.Encoding)
		text = text[:copy(text, text[end:])]
		if found || c.done() {
			break
		}
		var err error
		if text, err = c.fill(text, len(text)+c.target); err != nil {
			return err
		}
	}
	c.rest = append(c.rest[:0], text...)
	chunk.mem = text[:0]
	return c.leave(chunk)
}
