package ingest

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"becforensics/ingest/evidence"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// timeless is why a file with events is read in part only, if no time can be
// read in it.
const timeless = "no time could be read in any of its events: they stand at the end of the timeline, and nothing that goes by time sees them"

// A Collection is the evidence of a case as it was read, before sealing.
type Collection struct {
	Files   []File
	Builder *timeline.Builder
	decoded map[uint32]*decoded
}

// decoded is what is needed to read a record of a file again.
type decoded struct {
	item    *evidence.Item
	router  *router
	decoder *Decoder
	readers sync.Pool // of *rereader
}

// Run reads all evidence of a set in the order of ids. It fails only when the
// set cannot be read at all or ctx ends; what is wrong with single files and
// records is in the Collection.
func Run(ctx context.Context, set *evidence.Set, sources []*Source, o *Options) (*Collection, error) {
	c := &Collection{Builder: timeline.NewBuilderIn(o.Storage), decoded: map[uint32]*decoded{}}
	for _, item := range set.Items() {
		s := &timeline.Source{Evidence: item.Number(), Name: item.Name, SHA256: hex.EncodeToString(item.SHA256[:])}
		f := File{Item: item, Status: Read, Source: s}
		c.Builder.Begin(s)
		if item.IsContainer() {
			s.Source, s.Layout, s.Container = "archive", "container", true
		} else if err := c.readFile(ctx, &f, sources, o); err != nil {
			return nil, errors.Join(err, c.Builder.Close())
		}
		c.Files = append(c.Files, f)
	}
	for _, r := range set.Refused() {
		if r.Item != nil {
			c.refuse(r)
			continue
		}
		f := File{Source: &timeline.Source{Name: r.Name}, parent: r.Parent}
		f.become(Refused, r.Reason)
		c.Builder.Begin(f.Source)
		c.Files = append(c.Files, f)
	}
	return c, nil
}

// refuse notes that a container was not read, or not whole.
func (c *Collection) refuse(r evidence.Refused) {
	for i := range c.Files {
		if c.Files[i].Item == r.Item {
			c.Files[i].become(Refused, r.Reason)
		}
	}
}

// readFile recognises one file and decodes it. It fails only when ctx ends or
// the timeline cannot take the file's records.
func (c *Collection) readFile(ctx context.Context, f *File, sources []*Source, o *Options) error {
	in, err := f.Item.Open()
	if err != nil {
		f.fail(fmt.Sprintf("could not be read: %v", err))
		return nil
	}
	defer in.Close()
	head := make([]byte, rows.HeadSize)
	// An error here comes again when the rest is read: what lies before it is
	// decoded all the same.
	n, _ := io.ReadFull(in, head)
	head = head[:n]
	rest := io.MultiReader(bytes.NewReader(head), in)
	h := NewHead(f.Name, head)
	f.Encoding = encodingName(h.Shape)
	found, ok := recognise(sources, h, o)
	if !ok {
		if reason, ok := errorBody(h); ok {
			if err := c.Builder.Add(rejectOne(reason)); err != nil {
				return err
			}
			f.become(Partial, reason)
			f.drain(in, o)
			return nil
		}
		f.Status, f.Reason = Unrecognised, decline(sources, h, o)
		f.drain(in, o)
		if f.Status == Unrecognised {
			f.become(Unrecognised, f.Reason)
		}
		return nil
	}
	f.Source.Source, f.Layout, f.TimeDesc = found.source.Name, found.layout.Name, found.layout.TimeDesc
	d, err := found.decoder(o)
	if err != nil {
		f.fail(fmt.Sprintf("decoder failed: %v", err))
		f.drain(in, o)
		return nil
	}
	found.each = found.each && d.Each == nil
	ro := newRouter(found, claimant{sources, f.Name, o})
	c.decoded[f.Evidence] = &decoded{item: f.Item, router: ro, decoder: d}
	p := &pipeline{builder: c.Builder, decoder: d, router: ro, progress: o.Progress, workers: o.Workers, counts: o.Keep == Counts}
	if o.Keep == Everything {
		p.want = timeline.WideMessages | timeline.WideDetails
	}
	if p.workers == 0 {
		p.workers = runtime.GOMAXPROCS(0)
	}
	if err := p.run(ctx, rest); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var store *timeline.StoreError
		if errors.As(err, &store) {
			return err
		}
		f.become(Partial, fmt.Sprintf("could not be read in full: %v", err))
	}
	f.Notes = append(f.Notes, p.notes...)
	ro.finish(f.Source, d)
	if f.Rejects > 0 && f.Status == Read {
		f.fail(fmt.Sprintf("%d of %d records rejected", f.Rejects, f.Records))
	}
	if f.Timeless() && found.head.statesTime() {
		f.fail(strings.TrimPrefix(f.Reason+"; ", "; ") + timeless)
	}
	return nil
}

// drain reads what is left of a file that is not decoded, so that it is
// hashed whole all the same.
func (f *File) drain(in io.Reader, o *Options) {
	n, err := io.Copy(io.Discard, in)
	if err != nil {
		f.fail(fmt.Sprintf("could not be read in full: %v", err))
	}
	if o.Progress != nil {
		o.Progress(n)
	}
}

func rejectOne(reason string) *timeline.Batch {
	b := timeline.NewBatch()
	b.Reject(reason, 0)
	return b
}
