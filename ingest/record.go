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
func RawRecord(ctx context.Context, item *evidence.Item, sources []*Source, o *Options, n int) ([]byte, int64, error) {
	in, err := item.Open()
	if err != nil {
		return nil, 0, fmt.Errorf("read %q: %w", item.Name, err)
	}
	defer in.Close()
	first := make([]byte, rows.HeadSize)
	k, err := io.ReadFull(in, first)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, 0, fmt.Errorf("read %q: %w", item.Name, err)
	}
	h := NewHead(item.Name, first[:k])
	find := &finder{n: n}
	err = find.record(ctx, h, sources, o, io.MultiReader(bytes.NewReader(first[:k]), in))
	if err != nil && !errors.Is(err, errRecordFound) {
		return nil, 0, fmt.Errorf("read %q: %w", item.Name, err)
	}
	if !find.found {
		return nil, 0, fmt.Errorf("find record %d of %q: the file has %d", n, item.Name, find.seen)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return nil, 0, err
	}
	raw := make([]byte, find.length)
	if k, err := item.ReadAt(raw, find.offset); k < len(raw) {
		return nil, 0, fmt.Errorf("read %q at byte %d: %w", item.Name, find.offset, err)
	}
	return raw, find.offset, nil
}

var errRecordFound = errors.New("record found")

// A finder counts records until it comes to the n-th.
type finder struct {
	n, seen int
	found   bool
	offset  int64
	length  int
}

func (f *finder) see(r *rows.Record) error {
	f.seen++
	if f.seen < f.n {
		return nil
	}
	f.found, f.offset, f.length = true, r.Offset, r.Length
	return errRecordFound
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
