package timeline

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// arrowBlock is how many rows a record batch holds: small enough that the
// text of a batch stays far below the 2 GiB of an Arrow string array, and that
// the few that are in the making at a time do not weigh.
const arrowBlock = 1 << 13

var (
	codedType   = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	messageType = arrow.StructOf(
		arrow.Field{Name: "message_id", Type: arrow.BinaryTypes.String}, arrow.Field{Name: "item_id", Type: arrow.BinaryTypes.String},
		arrow.Field{Name: "folder", Type: arrow.BinaryTypes.String}, arrow.Field{Name: "subject", Type: arrow.BinaryTypes.String},
		arrow.Field{Name: "size", Type: arrow.PrimitiveTypes.Int64})
)

// ArrowSchema is the schema of the Arrow file: the columns of Schema.
func ArrowSchema() *arrow.Schema {
	fields := make([]arrow.Field, len(Schema))
	for i, f := range Schema {
		fields[i] = arrow.Field{Name: f.Name, Type: arrowType(f), Nullable: true, Metadata: arrow.NewMetadata([]string{"doc"}, []string{f.Doc})}
	}
	return arrow.NewSchema(fields, nil)
}

func arrowType(f Field) arrow.DataType {
	switch {
	case f.Code:
		return codedType
	case f.Type == "time":
		return &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}
	case f.Type == "number":
		return arrow.PrimitiveTypes.Uint32
	case f.Type == "list":
		return arrow.ListOf(messageType)
	}
	return arrow.BinaryTypes.String
}

// WriteArrow writes rows as an Arrow IPC file. Coded columns are dictionaries
// that all batches share. It counts what was written, because the library's
// writer can report success for a batch it dropped.
func (t *Timeline) WriteArrow(w io.Writer, rows []int) error {
	schema := ArrowSchema()
	out, err := ipc.NewFileWriter(&position{w: w}, ipc.WithSchema(schema))
	if err != nil {
		return fmt.Errorf("write arrow: %w", err)
	}
	dicts := t.arrowDicts()
	written := 0
	err = inOrder(rows, arrowBlock, func(block []int) arrow.Record {
		return t.arrowBatch(schema, dicts, block)
	}, func(rec arrow.Record) error {
		defer rec.Release()
		written += int(rec.NumRows())
		return out.Write(rec)
	})
	if err != nil {
		return fmt.Errorf("write arrow: %w", err)
	}
	if written != len(rows) {
		return fmt.Errorf("write arrow: wrote %d of %d rows", written, len(rows))
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("write arrow: %w", err)
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

// arrowDicts makes Arrow arrays of the dictionaries; code 0, absent, is left
// out, so a code stands one higher than its place there.
func (t *Timeline) arrowDicts() [NumCols]arrow.Array {
	var dicts [NumCols]arrow.Array
	for c := range NumCols {
		d := t.cols[c].dict
		b := array.NewStringBuilder(memory.DefaultAllocator)
		b.Reserve(d.len() - 1)
		b.ReserveData(int(d.arena.size))
		for code := 1; code < d.len(); code++ {
			b.Append(strings.ToValidUTF8(d.value(uint32(code)), "\ufffd"))
		}
		dicts[c] = b.NewArray()
		b.Release()
	}
	return dicts
}

func (t *Timeline) arrowBatch(schema *arrow.Schema, dicts [NumCols]arrow.Array, rows []int) arrow.Record {
	cols := make([]arrow.Array, len(Schema))
	messages, details := t.wideColumns(rows)
	for i, f := range Schema {
		switch {
		case f.Code:
			cols[i] = t.codedColumn(f.Col, dicts[f.Col], rows)
		case f.Name == "messages":
			cols[i] = messages
		case f.Name == "details":
			cols[i] = details
		case f.Type == "time":
			cols[i] = t.timeColumn(rows)
		case f.Type == "number":
			cols[i] = t.numberColumn(f, rows)
		default:
			cols[i] = t.textColumn(f, rows)
		}
	}
	return array.NewRecord(schema, cols, int64(len(rows)))
}

func (t *Timeline) codedColumn(c Col, dict arrow.Array, rows []int) arrow.Array {
	b := array.NewInt32Builder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(len(rows))
	for _, row := range rows {
		if code := t.Code(c, row); code != 0 {
			b.UnsafeAppend(int32(code - 1))
		} else {
			b.UnsafeAppendBoolToBitmap(false)
		}
	}
	return array.NewDictionaryArray(codedType, b.NewInt32Array(), dict)
}

func (t *Timeline) timeColumn(rows []int) arrow.Array {
	b := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"})
	defer b.Release()
	for _, row := range rows {
		if n, ok := t.Nanos(row); ok {
			b.Append(arrow.Timestamp(n))
		} else {
			b.AppendNull()
		}
	}
	return b.NewArray()
}

func (t *Timeline) numberColumn(f Field, rows []int) arrow.Array {
	b := array.NewUint32Builder(memory.DefaultAllocator)
	defer b.Release()
	for _, row := range rows {
		if n, err := strconv.ParseUint(t.cell(f, row), 10, 32); err == nil {
			b.Append(uint32(n))
		} else {
			b.AppendNull()
		}
	}
	return b.NewArray()
}

func (t *Timeline) textColumn(f Field, rows []int) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	for _, row := range rows {
		appendText(b, t.cell(f, row))
	}
	return b.NewArray()
}

// appendText appends a string, made valid UTF-8, or null for an empty one.
func appendText(b *array.StringBuilder, s string) {
	if s == "" {
		b.AppendNull()
		return
	}
	b.Append(strings.ToValidUTF8(s, "\ufffd"))
}

// wideText is how much text the wide columns of a row are expected to hold.
const wideText = 1 << 10

// wideColumns are the messages and details of rows.
func (t *Timeline) wideColumns(rows []int) (messages, details arrow.Array) {
	list := array.NewListBuilder(memory.DefaultAllocator, messageType)
	defer list.Release()
	text := array.NewStringBuilder(memory.DefaultAllocator)
	defer text.Release()
	text.Reserve(len(rows))
	text.ReserveData(wideText * len(rows))
	item := list.ValueBuilder().(*array.StructBuilder)
	var listed []Message
	for _, row := range rows {
		appendText(text, t.details(row))
		listed = t.messages(row, listed[:0])
		appendMessages(list, item, listed)
	}
	return list.NewArray(), text.NewArray()
}

func appendMessages(list *array.ListBuilder, item *array.StructBuilder, messages []Message) {
	if len(messages) == 0 {
		list.AppendNull()
		return
	}
	list.Append(true)
	for _, m := range messages {
		item.Append(true)
		for i, s := range [...]string{m.MessageID, m.ItemID, m.Folder, m.Subject} {
			appendText(item.FieldBuilder(i).(*array.StringBuilder), s)
		}
		item.FieldBuilder(4).(*array.Int64Builder).Append(m.Size)
	}
}
