package timeline

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unsafe"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// parquetGroup is how many rows a row group holds; a few are in the making at a
// time, and their details weigh.
const parquetGroup = 1 << 14

// parquetPart is how many values a column is given at a time: pages end
// between them.
const parquetPart = 1 << 12

// WriteParquet writes rows as a Parquet file, compressed with zstd: texts that
// repeat with dictionaries, times in microseconds, which every engine reads,
// and with all digits in datetime_exact.
func (t *Timeline) WriteParquet(w io.Writer, rows []int, fields []Field) error {
	columns := t.columns(withExact(fields))
	out := parquet.NewGenericWriter[any](w, parquetSchema(columns, len(rows)),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.CreatedBy("becforensics", "", ""))
	groups := make(chan *parquet.ConcurrentRowGroupWriter, 64) // used again
	type group struct {
		*parquet.ConcurrentRowGroupWriter
		err error
	}
	written := int64(0)
	wide := t.wideFor(rows, columns)
	err := inOrder(rows, parquetGroup, func(block []int) group {
		var g *parquet.ConcurrentRowGroupWriter
		select {
		case g = <-groups:
		default:
			g = out.BeginRowGroup()
		}
		return group{g, t.fillGroup(g, columns, block, wide)}
	}, func(g group) error {
		if g.err != nil {
			return g.err
		}
		n, err := g.Commit()
		written += n
		groups <- g.ConcurrentRowGroupWriter
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

// fillGroup writes rows into a row group, column by column.
func (t *Timeline) fillGroup(g *parquet.ConcurrentRowGroupWriter, columns []outgoing, rows []int, wide *wideValues) error {
	for part := range slices.Chunk(rows, parquetPart) {
		f := parquetFiller{exportBlock: t.block(part, columns, wide), writers: g.ColumnWriters()}
		for i := range columns {
			if err := f.fill(&columns[i]); err != nil {
				return err
			}
			f.leaf += leavesOf(columns[i].Field)
		}
	}
	return g.Flush()
}

// leavesOf is how many leaf columns a field takes.
func leavesOf(f Field) int {
	if f.Type == "list" {
		return len(messageTexts) + 1
	}
	return 1
}

// A parquetFiller writes the columns of some rows.
type parquetFiller struct {
	*exportBlock
	writers []*parquet.ColumnWriter
	leaf    int // the column that is written
	values  [len(messageTexts) + 1][]parquet.Value
}

func (f *parquetFiller) fill(c *outgoing) error {
	for i := range f.values {
		f.values[i] = f.values[i][:0]
	}
	for i, row := range f.rows {
		switch {
		case c.Type == "time":
			n, ok := f.t.Nanos(row)
			f.add(0, parquet.Int64Value(micros(n)), ok)
		case c.Numeric():
			n, ok := f.t.number(c, row)
			f.add(0, parquet.Int64Value(n), ok)
		case c.Type == "list":
			f.addMessages(i)
		default:
			s := valid(f.text(c, i))
			if c.codes == nil && !c.Wide {
				s = strings.Clone(s) // it must stay until it is written
			}
			f.add(0, textValue(s), s != "")
		}
	}
	for i := range leavesOf(c.Field) {
		if _, err := f.writers[f.leaf+i].WriteRowValues(f.values[i]); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return nil
}

// add appends a value of a column that is no list, or its absence.
func (f *parquetFiller) add(i int, v parquet.Value, present bool) {
	if present {
		f.values[i] = append(f.values[i], v.Level(0, 1, f.leaf+i))
	} else {
		f.values[i] = append(f.values[i], parquet.NullValue().Level(0, 0, f.leaf+i))
	}
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
