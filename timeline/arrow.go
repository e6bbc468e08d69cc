package timeline

import (
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// arrowBlock is how many rows a record batch holds: small enough that the
// text of a batch stays far below the 2 GiB of an Arrow string array, and that
// the few that are in the making at a time do not weigh.
const arrowBlock = 1 << 11

var messageType = arrow.StructOf(
	arrow.Field{Name: messageTexts[0], Type: arrow.BinaryTypes.String}, arrow.Field{Name: messageTexts[1], Type: arrow.BinaryTypes.String},
	arrow.Field{Name: messageTexts[2], Type: arrow.BinaryTypes.String}, arrow.Field{Name: messageTexts[3], Type: arrow.BinaryTypes.String},
	arrow.Field{Name: "size", Type: arrow.PrimitiveTypes.Int64})

// arrowType is the type of a column: texts that repeat are dictionaries, with
// the narrowest index that fits.
func arrowType(c *outgoing, rows int) arrow.DataType {
	switch {
	case c.Type == "time":
		return &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}
	case c.Type == "number":
		return arrow.PrimitiveTypes.Uint32
	case c.Type == "size":
		return arrow.PrimitiveTypes.Int64
	case c.Type == "list":
		return arrow.ListOf(messageType)
	case !c.repeats(rows):
		return arrow.BinaryTypes.String
	}
	index := arrow.PrimitiveTypes.Int32
	switch n := c.values.len() - 1; {
	case n <= math.MaxInt8:
		index = arrow.PrimitiveTypes.Int8
	case n <= math.MaxInt16:
		index = arrow.PrimitiveTypes.Int16
	}
	return &arrow.DictionaryType{IndexType: index, ValueType: arrow.BinaryTypes.String}
}

// WriteArrow writes rows as an Arrow IPC file, compressed with LZ4, which
// apache-arrow for JavaScript reads from version 21, given a decoder. Columns
// whose texts repeat are dictionaries that all batches share. It counts what
// was written, because the library's writer can report success for a batch it
// dropped.
func (t *Timeline) WriteArrow(w io.Writer, rows []int, fields []Field) error {
	columns := t.columns(fields)
	types := make([]arrow.Field, len(columns))
	dicts := make([]arrow.Array, len(columns))
	for i := range columns {
		c := &columns[i]
		types[i] = arrow.Field{Name: c.Name, Type: arrowType(c, len(rows)), Nullable: true, Metadata: arrow.NewMetadata([]string{"doc"}, []string{c.Doc})}
		if _, ok := types[i].Type.(*arrow.DictionaryType); ok {
			dicts[i] = arrowDict(c.values)
		}
	}
	schema := arrow.NewSchema(types, nil)
	out, err := ipc.NewFileWriter(&position{w: w}, ipc.WithSchema(schema), ipc.WithLZ4())
	if err != nil {
		return fmt.Errorf("write Arrow: %w", err)
	}
	written := 0
	wide := t.wideFor(rows, columns)
	err = inOrder(rows, wide.atOnce(arrowBlock), func() func(block []int, _ arrow.Record) arrow.Record {
		b := exportBlock{t: t, from: wide}
		return func(block []int, _ arrow.Record) arrow.Record {
			arrays := make([]arrow.Array, len(columns))
			b.read(block, columns)
			for i := range columns {
				arrays[i] = b.arrowColumn(&columns[i], types[i].Type, dicts[i])
				b.done()
			}
			return array.NewRecord(schema, arrays, int64(len(block)))
		}
	}, func(rec arrow.Record) error {
		defer rec.Release()
		written += int(rec.NumRows())
		return out.Write(rec)
	})
	if err == nil {
		err = out.Close()
	}
	if err == nil && written != len(rows) {
		err = fmt.Errorf("wrote %d of %d rows", written, len(rows))
	}
	if err == nil {
		err = t.Err()
	}
	if err != nil {
		return fmt.Errorf("write Arrow: %w", err)
	}
	return nil
}

// A position is a writer that knows how far it got, which is all that the
// library's file writer seeks for.
type position struct {
	w io.Writer
	n int64
}

func (p *position) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.n += int64(n)
	return n, err
}

func (p *position) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return p.n, fmt.Errorf("seek to %d: the output is written once, from start to end", offset)
	}
	return p.n, nil
}

// arrowDict makes an Arrow array of a dictionary; code 0, absent, is left out,
// so a code stands one higher than its place there.
func arrowDict(d *dict) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(d.len() - 1)
	b.ReserveData(int(d.texts.size))
	for code := 1; code < d.len(); code++ {
		b.Append(valid(d.value(uint32(code))))
	}
	return b.NewArray()
}

// arrowColumn makes a column of a batch.
func (from *exportBlock) arrowColumn(c *outgoing, kind arrow.DataType, values arrow.Array) arrow.Array {
	t, rows := from.t, from.rows
	if d, ok := kind.(*arrow.DictionaryType); ok {
		return t.codedArray(c, d, values, rows)
	}
	b := array.NewBuilder(memory.DefaultAllocator, kind)
	defer b.Release()
	b.Reserve(len(rows))
	switch b := b.(type) {
	case *array.TimestampBuilder:
		for _, row := range rows {
			if n, ok := t.Nanos(row); ok {
				b.UnsafeAppend(arrow.Timestamp(n))
			} else {
				b.UnsafeAppendBoolToBitmap(false)
			}
		}
	case *array.Uint32Builder:
		appendNumbers(t, c, rows, func(n int64) { b.UnsafeAppend(uint32(n)) }, b.UnsafeAppendBoolToBitmap)
	case *array.Int64Builder:
		appendNumbers(t, c, rows, b.UnsafeAppend, b.UnsafeAppendBoolToBitmap)
	case *array.StringBuilder:
		if c.Name == "details" {
			b.ReserveData(len(from.wide[wideDetails].bytes))
		}
		for i := range rows {
			appendText(b, from.text(c, i))
		}
	case *array.ListBuilder:
		item := b.ValueBuilder().(*array.StructBuilder)
		for i := range rows {
			appendMessages(b, item, from.messages(i))
		}
	}
	return b.NewArray()
}

func appendNumbers(t *Timeline, c *outgoing, rows []int, add func(int64), valid func(bool)) {
	for _, row := range rows {
		if n, ok := t.number(c, row); ok {
			add(n)
		} else {
			valid(false)
		}
	}
}

// codedArray makes a column of codes.
func (t *Timeline) codedArray(c *outgoing, kind *arrow.DictionaryType, values arrow.Array, rows []int) arrow.Array {
	var index arrow.Array
	switch kind.IndexType.ID() {
	case arrow.INT8:
		b := array.NewInt8Builder(memory.DefaultAllocator)
		defer b.Release()
		appendCodes(c, rows, b, func(code uint32) { b.UnsafeAppend(int8(code)) })
		index = b.NewArray()
	case arrow.INT16:
		b := array.NewInt16Builder(memory.DefaultAllocator)
		defer b.Release()
		appendCodes(c, rows, b, func(code uint32) { b.UnsafeAppend(int16(code)) })
		index = b.NewArray()
	default:
		b := array.NewInt32Builder(memory.DefaultAllocator)
		defer b.Release()
		appendCodes(c, rows, b, func(code uint32) { b.UnsafeAppend(int32(code)) })
		index = b.NewArray()
	}
	return array.NewDictionaryArray(kind, index, values)
}

func appendCodes(c *outgoing, rows []int, b array.Builder, add func(code uint32)) {
	b.Reserve(len(rows))
	for _, row := range rows {
		if code := c.codes(row); code != 0 {
			add(code - 1)
		} else {
			b.AppendNull()
		}
	}
}

// appendText appends a string, made valid UTF-8, or null for an empty one.
func appendText(b *array.StringBuilder, s string) {
	if s == "" {
		b.AppendNull()
		return
	}
	b.Append(valid(s))
}

func appendMessages(list *array.ListBuilder, item *array.StructBuilder, messages []Message) {
	if len(messages) == 0 {
		list.AppendNull()
		return
	}
	list.Append(true)
	for _, m := range messages {
		item.Append(true)
		for i, s := range m.texts() {
			appendText(item.FieldBuilder(i).(*array.StringBuilder), s)
		}
		item.FieldBuilder(4).(*array.Int64Builder).Append(m.Size)
	}
}
