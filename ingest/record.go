package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"becforensics/ingest/evidence"
	"becforensics/ingest/internal/rows"
)

// RawRecord returns the bytes of a file's n-th record as they lie in the file,
// and where they begin. The options are those of the run that numbered it. The
// file is read to its end, so that the item has its hash.
func RawRecord(ctx context.Context, item *evidence.Item, sources []*Source, o *Options, n int) (raw []byte, offset int64, err error) {
	err = RawRecords(ctx, item, sources, o, []int{n}, func(_ int, text []byte, at int64) { raw, offset = text, at })
	return raw, offset, err
}

// RawRecords calls each with the bytes of records of one file, as RawRecord
// returns them, in one reading. The numbers rise.
func RawRecords(ctx context.Context, item *evidence.Item, sources []*Source, o *Options, numbers []int, each func(n int, raw []byte, offset int64)) error {
	in, err := item.Open()
	if err != nil {
		return fmt.Errorf("read %q: %w", item.Name, err)
	}
	defer in.Close()
	first := make([]byte, rows.HeadSize)
	k, err := io.ReadFull(in, first)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("read %q: %w", item.Name, err)
	}
	h := NewHead(item.Name, first[:k])
	find := &finder{numbers: numbers}
	err = find.record(ctx, h, sources, o, io.MultiReader(bytes.NewReader(first[:k]), in))
	if err != nil && !errors.Is(err, errRecordsFound) {
		return fmt.Errorf("read %q: %w", item.Name, err)
	}
	if len(find.found) < len(numbers) {
		return fmt.Errorf("find record %d of %q: the file has %d", numbers[len(find.found)], item.Name, find.seen)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	for i, f := range find.found {
		raw := make([]byte, f.length)
		if k, err := item.ReadAt(raw, f.offset); k < len(raw) {
			return fmt.Errorf("read %q at byte %d: %w", item.Name, f.offset, err)
		}
		each(numbers[i], raw, f.offset)
	}
	return nil
}

var errRecordsFound = errors.New("records found")

// A finder counts records until it comes to the last of those asked for.
type finder struct {
	numbers []int // rising
	seen    int
	found   []extent // of the first of the numbers
}

// An extent is where a record lies in its file.
type extent struct {
	offset int64
	length int
}

func (f *finder) see(r *rows.Record) error {
	f.seen++
	if f.seen < f.numbers[len(f.found)] {
		return nil
	}
	f.found = append(f.found, extent{r.Offset, r.Length})
	if len(f.found) == len(f.numbers) {
		return errRecordsFound
	}
	return nil
}

func (f *finder) record(ctx context.Context, h *Head, sources []*Source, o *Options, r io.Reader) error {
	shape := h.Shape
	if found, ok := recognise(sources, h, o); ok {
		d, err := found.decoder(o)
		if err != nil {
			return err
		}
		if d.Each != nil {
			return d.Each(r, f.see)
		}
		shape = found.shape
	}
	cutter, splitter := rows.NewCutter(r, shape), rows.NewSplitter(shape)
	var chunk rows.Chunk
	for ctx.Err() == nil {
		if err := cutter.Next(&chunk); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		splitter.Reset(&chunk)
		for rec, ok := splitter.Next(); ok; rec, ok = splitter.Next() {
			if err := f.see(rec); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}
