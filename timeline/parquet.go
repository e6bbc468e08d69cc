package timeline

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"unsafe"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	pzstd "github.com/parquet-go/parquet-go/compress/zstd"
)

// parquetGroup is how many rows a row group holds; a few are in the making at a
// time, and their details weigh.
const parquetGroup = 1 << 14

// parquetBlock is how many rows' wide values are read at a time at least,
// parquetPage how many values a page of codes holds, parquetPart how many a
// column is given at a time: pages of texts end between them.
const (
	parquetBlock = 1 << 11
	parquetPage  = 1 << 12
	parquetPart  = 1 << 9
)

// parquetChunk is of how many bytes a column's pages take memory at a time until
// their row group is written; many columns need few.
const parquetChunk = 1 << 13

// A pageCodec is zstd at its fastest. It looks back as far as most pages reach,
// not as far as the library's own does, which keeps 8 MiB an encoder for it.
type pageCodec struct {
	pzstd.Codec
	encoders sync.Pool
}

func newPageCodec() *pageCodec {
	c := &pageCodec{}
	c.encoders.New = func() any {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(1<<20), zstd.WithZeroFrames(true), zstd.WithEncoderCRC(false))
		if err != nil {
			panic(err) // the options are constant
		}
		return e
	}
	return c
}

// Encode compresses a page.
func (c *pageCodec) Encode(dst, page []byte) ([]byte, error) {
	e := c.encoders.Get().(*zstd.Encoder)
	defer c.encoders.Put(e)
	return e.EncodeAll(page, dst[:0]), nil
}

// WriteParquet writes rows as a Parquet file, compressed with zstd: texts that
// repeat with dictionaries, times in microseconds, which every engine reads,
// and with all digits in datetime_exact.
func (t *Timeline) WriteParquet(w io.Writer, rows []int, fields []Field) error {
	columns := t.columns(withExact(fields))
	out := parquet.NewGenericWriter[any](w, parquetSchema(columns, len(rows)),
		parquet.Compression(newPageCodec()),
		parquet.ColumnPageBuffers(parquet.NewChunkBufferPool(parquetChunk)), parquet.CreatedBy("becforensics", "", ""))
	type group struct {
		*parquet.ConcurrentRowGroupWriter
		err error
	}
	written := int64(0)
	wide := t.wideFor(rows, columns)
	err := inOrder(rows, parquetGroup, func() func(block []int, g group) group {
		f := parquetFiller{exportBlock: exportBlock{t: t, from: wide}, columns: columns, known: map[string][]parquet.Value{}}
		return func(block []int, g group) group {
			if g.ConcurrentRowGroupWriter == nil {
				g.ConcurrentRowGroupWriter = out.BeginRowGroup()
			}
			g.err = f.fill(g.ConcurrentRowGroupWriter, block)
			return g
		}
	}, func(g group) error {
		if g.err != nil {
			return g.err
		}
		n, err := g.Commit()
		written += n
		return err
	})
	if err == nil {
		err = out.Close()
	}
	if err == nil && written != int64(len(rows)) {
		err = fmt.Errorf("wrote %d of %d rows", written, len(rows))
	}
	if err == nil {
		err = t.Err()
	}
	if err != nil {
		return fmt.Errorf("write Parquet: %w", err)
	}
	return nil
}

// parquetSchema is the schema of columns, in their order.
func parquetSchema(columns []outgoing, rows int) *parquet.Schema {
	group := parquet.Group{}
	var names []string
	for i := range columns {
		group[columns[i].Name] = parquet.Optional(parquetNode(&columns[i], rows))
		names = append(names, columns[i].Name)
	}
	return parquet.NewSchema("timeline", inSchemaOrder{group, names})
}

func parquetNode(c *outgoing, rows int) parquet.Node {
	switch {
	case c.Type == "time":
		return parquet.Timestamp(parquet.Microsecond)
	case c.Numeric():
		return parquet.Int(64)
	case c.Type == "list":
		group := parquet.Group{"size": parquet.Optional(parquet.Int(64))}
		for _, name := range messageTexts {
			group[name] = parquet.Optional(parquet.String())
		}
		return parquet.List(inSchemaOrder{group, append(slices.Clone(messageTexts[:]), "size")})
	case c.repeats(rows):
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	}
	return parquet.Encoded(parquet.String(), &parquet.Plain)
}

// An inSchemaOrder is a group of which the fields are not in the order of the
// alphabet.
type inSchemaOrder struct {
	parquet.Group
	names []string
}

func (g inSchemaOrder) Fields() []parquet.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(g.names, a.Name()) - slices.Index(g.names, b.Name())
	})
	return fields
}

// leavesOf is how many leaf columns a field takes.
func leavesOf(f Field) int {
	if f.Type == "list" {
		return len(messageTexts) + 1
	}
	return 1
}

// A parquetFiller writes rows into row groups.
type parquetFiller struct {
	exportBlock
	columns []outgoing
	values  [len(messageTexts) + 1][]parquet.Value // by leaf of the column that is written
	leaf    int                                    // the first of them
	known   map[string][]parquet.Value             // of columns that have few, by code
}

// fill writes rows into a row group, one column after the other, which so use
// the same buffers.
func (f *parquetFiller) fill(g *parquet.ConcurrentRowGroupWriter, rows []int) error {
	f.leaf = 0
	for i := range f.columns {
		c := &f.columns[i]
		writers := g.ColumnWriters()[f.leaf:][:leavesOf(c.Field)]
		size := parquetPage
		if c.Wide {
			size = f.from.atOnce(parquetBlock)
		}
		for block := range slices.Chunk(rows, size) {
			f.read(block, f.columns[i:i+1])
			if err := f.write(c, writers); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
		f.leaf += len(writers)
	}
	return g.Flush()
}

// write writes a column of the rows that were read.
func (f *parquetFiller) write(c *outgoing, writers []*parquet.ColumnWriter) error {
	for from := 0; from < len(f.rows); from += parquetPart {
		f.part(c, from, min(from+parquetPart, len(f.rows)))
		for i, w := range writers {
			if _, err := w.WriteRowValues(f.values[i]); err != nil {
				return err
			}
		}
		f.done()
	}
	if c.codes == nil && !c.Wide {
		return nil
	}
	for _, w := range writers {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// part makes the values of a column for some of the rows.
func (f *parquetFiller) part(c *outgoing, from, to int) {
	for i := range f.values {
		f.values[i] = f.values[i][:0]
	}
	if known := f.few(c); known != nil {
		for _, row := range f.rows[from:to] {
			f.values[0] = append(f.values[0], known[c.codes(row)])
		}
		return
	}
	for i := from; i < to; i++ {
		switch {
		case c.Type == "time":
			n, ok := f.t.Nanos(f.rows[i])
			f.add(0, parquet.Int64Value(micros(n)), ok)
		case c.Numeric():
			n, ok := f.t.number(c, f.rows[i])
			f.add(0, parquet.Int64Value(n), ok)
		case c.Type == "list":
			f.addMessages(i)
		default:
			s := valid(f.text(c, i))
			f.add(0, textValue(s), s != "")
		}
	}
}

// few are the values of a column of texts by their codes; nil if they are many.
func (f *parquetFiller) few(c *outgoing) []parquet.Value {
	const few = 1 << 12
	if c.codes == nil || c.Numeric() || c.values.len() > few {
		return nil
	}
	known := f.known[c.Name]
	if known == nil {
		for code := range c.values.len() {
			s := valid(c.values.value(uint32(code)))
			known = append(known, f.value(0, textValue(s), s != ""))
		}
		f.known[c.Name] = known
	}
	return known
}

// add appends a value of a column that is no list, or its absence.
func (f *parquetFiller) add(i int, v parquet.Value, present bool) {
	f.values[i] = append(f.values[i], f.value(i, v, present))
}

func (f *parquetFiller) value(i int, v parquet.Value, present bool) parquet.Value {
	if present {
		return v.Level(0, 1, f.leaf+i)
	}
	return parquet.NullValue().Level(0, 0, f.leaf+i)
}

// addMessages appends the messages of the i-th row: absent at level 0, a
// message without the field at 2, with it at 3.
func (f *parquetFiller) addMessages(i int) {
	listed := f.messages(i)
	if len(listed) == 0 {
		for i := range f.values {
			f.add(i, parquet.Value{}, false)
		}
	}
	for k := range listed {
		m, again := &listed[k], min(k, 1)
		for i, s := range m.texts() {
			v, level := parquet.NullValue(), 2
			if s != "" {
				v, level = textValue(valid(s)), 3
			}
			f.values[i] = append(f.values[i], v.Level(again, level, f.leaf+i))
		}
		last := len(f.values) - 1
		f.values[last] = append(f.values[last], parquet.Int64Value(m.Size).Level(again, 3, f.leaf+last))
	}
}

// micros is a time in microseconds, rounded down.
func micros(nanos int64) int64 {
	m := nanos / 1e3
	if nanos%1e3 < 0 {
		m--
	}
	return m
}

func textValue(s string) parquet.Value {
	return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s)))
}
