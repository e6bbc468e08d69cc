package ingest

import (
	"fmt"

	"becforensics/geo"
	"becforensics/ingest/evidence"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Seal makes the timeline of a collection.
func (c *Collection) Seal(db *geo.DB) (*timeline.Timeline, error) {
	return c.Builder.Seal(timeline.Sealing{Geo: db, Reread: c.reread, Canonical: canonical})
}

// reread decodes one record again and lets use have it: the strings of ev are
// views that are good until use returns.
func (c *Collection) reread(o timeline.Origin, offset int64, length int, ev *timeline.Event, use func()) error {
	d := c.decoded[o.Evidence]
	if d == nil {
		return fmt.Errorf("evidence %s was not decoded", timeline.EvidenceID(o.Evidence))
	}
	r, _ := d.readers.Get().(*rereader)
	if r == nil {
		r = &rereader{splitter: rows.NewSplitter(d.router.shape)}
	}
	defer d.readers.Put(r)
	raw, err := r.read(d.item, offset, length)
	if err != nil {
		return err
	}
	var rec *rows.Record
	if d.decoder.At != nil {
		rec, err = d.decoder.At(raw)
	} else {
		rec, err = r.splitter.At(raw)
	}
	if err != nil {
		return fmt.Errorf("decode %q at byte %d: %w", d.item.Name, offset, err)
	}
	if rec.Err != nil {
		return fmt.Errorf("decode %q at byte %d: %s", d.item.Name, offset, rec.Err.Reason)
	}
	rec.Offset = offset
	if out := d.router.inOrder(d.decoder)(rec, ev); out.Reject != "" {
		return fmt.Errorf("decode %q at byte %d: %s", d.item.Name, offset, out.Reject)
	}
	use()
	return nil
}

// A rereader reads records of one file again. It reads a little more than was
// asked for: records that are near in time are often neighbours in the file.
type rereader struct {
	splitter *rows.Splitter
	buffer   []byte
	at       int64 // where in the file the buffer's bytes begin
}

// readAhead is how much of a file is read for one record.
const readAhead = 32 << 10

func (r *rereader) read(item *evidence.Item, offset int64, length int) ([]byte, error) {
	if from := offset - r.at; from >= 0 && from+int64(length) <= int64(len(r.buffer)) {
		return r.buffer[from : from+int64(length)], nil
	}
	if size := max(length, readAhead); cap(r.buffer) < size {
		r.buffer = make([]byte, size)
	} else {
		r.buffer = r.buffer[:size]
	}
	n, err := item.ReadAt(r.buffer, offset)
	r.buffer, r.at = r.buffer[:n], offset
	if n < length {
		return nil, fmt.Errorf("read %q at byte %d: %w", item.Name, offset, err)
	}
	return r.buffer[:length], nil
}
