package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A pipeline decodes one file: one goroutine cuts the stream into chunks of
// whole records, workers decode chunks into batches, and the caller adds the
// batches in the order of the file, so that nothing depends on timing. Memory
// is bounded by the number of jobs.
type pipeline struct {
	builder  *timeline.Builder
	decoder  *Decoder
	router   *router
	workers  int
	want     timeline.Wide
	counts   bool // whether events are only counted
	progress func(int64)
	notes    []timeline.Note
	next     string // link to a further page that the last wrapper left
	joined   bool
}

// A job is one chunk on its way. Its parts are used again for later chunks.
type job struct {
	chunk rows.Chunk
	batch *timeline.Batch
	done  chan struct{}
	// decoded is how many records of the chunk the worker did; the rest are
	// to be decoded in the order of the file. It is -1 if the worker did all.
	decoded int
}

func (p *pipeline) run(ctx context.Context, r io.Reader) error {
	if p.decoder.Each != nil {
		return p.runEach(ctx, r)
	}
	jobs := 2*p.workers + 2
	free, work, order := make(chan *job, jobs), make(chan *job, jobs), make(chan *job, jobs)
	for range jobs {
		free <- &job{batch: timeline.NewBatch(), done: make(chan struct{}, 1)}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	var cutErr error
	inOrder := worker{splitter: rows.NewSplitter(p.router.shape), decode: p.router.inOrder(p.decoder), event: timeline.Event{Want: p.want, Counted: p.counts}}
	group.Go(func() {
		defer close(order)
		defer close(work)
		cutErr = p.cut(ctx, r, free, work, order)
	})
	for range p.workers {
		group.Go(func() {
			w := worker{splitter: rows.NewSplitter(p.router.shape), decode: p.router.alone(p.decoder), event: timeline.Event{Want: p.want, Counted: p.counts}}
			for j := range work {
				if j.decoded = 0; !p.router.each {
					w.decodeChunk(j, p.router.foreign)
				}
				j.done <- struct{}{}
			}
		})
	}
	for j := range order {
		<-j.done
		if j.decoded >= 0 {
			inOrder.decodeRest(j)
		}
		if err := p.builder.Add(j.batch); err != nil {
			return err
		}
		if p.progress != nil {
			p.progress(j.chunk.Size)
		}
		p.noteChunk(&j.chunk)
		free <- j
	}
	return cutErr
}

// cut hands out chunks until the stream ends.
func (p *pipeline) cut(ctx context.Context, r io.Reader, free, work, order chan *job) error {
	cutter := rows.NewCutter(r, p.router.shape)
	for {
		var j *job
		select {
		case j = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := cutter.Next(&j.chunk)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		order <- j
		work <- j
	}
}

// A worker decodes chunks, one at a time.
type worker struct {
	splitter *rows.Splitter
	decode   func(*rows.Record, *timeline.Event) Outcome
	event    timeline.Event
}

// decodeChunk decodes the records of a chunk up to the first foreign one.
func (w *worker) decodeChunk(j *job, foreign func(*rows.Record) bool) {
	j.batch.Reset()
	w.splitter.Reset(&j.chunk)
	for {
		r, ok := w.splitter.Next()
		if !ok {
			j.decoded = -1
			j.batch.Pack()
			return
		}
		if foreign(r) {
			return
		}
		w.add(j.batch, r)
		j.decoded++
	}
}

// decodeRest decodes the records of a chunk that its worker left.
func (w *worker) decodeRest(j *job) {
	if j.decoded == 0 {
		j.batch.Reset()
	}
	w.splitter.Reset(&j.chunk)
	for n := 0; ; n++ {
		r, ok := w.splitter.Next()
		if !ok {
			j.batch.Pack()
			return
		}
		if n >= j.decoded {
			w.add(j.batch, r)
		}
	}
}

// add puts one record into a batch as what it is.
func (w *worker) add(b *timeline.Batch, r *rows.Record) {
	if r.Err != nil {
		b.Count(recordFlags(r.Flags))
		b.Reject(r.Err.Reason, r.Err.Offset)
		return
	}
	if r.Has(rows.HeaderRow) {
		b.Reject("row repeats the header: the file was joined from several", r.Offset)
		return
	}
	w.event.Reset()
	out := w.decodeOne(r)
	w.event.Flags |= recordFlags(r.Flags)
	b.Count(w.event.Flags)
	switch {
	case out.Reject != "":
		b.Reject(out.Reject, r.Offset)
	case out.Context != nil:
		b.Context(*out.Context)
	default:
		if w.event.Counted {
			w.event.Strip()
		}
		b.Event(&w.event, r.Offset, r.Length)
	}
}

// decodeOne makes a decoder's failure on one record a reject of that record.
func (w *worker) decodeOne(r *rows.Record) (out Outcome) {
	defer func() {
		if v := recover(); v != nil {
			out = Rejected(fmt.Sprintf("decoder failed: %v", v))
		}
	}()
	if reason, ok := isErrorBody(r.Value); ok {
		return Rejected(reason)
	}
	return w.decode(r, &w.event)
}

// runEach decodes a file that a source cuts by itself.
func (p *pipeline) runEach(ctx context.Context, r io.Reader) error {
	const perBatch = 1000
	b := timeline.NewBatch()
	w := worker{decode: p.decoder.Decode, event: timeline.Event{Want: p.want, Counted: p.counts}}
	flush := func() error {
		err := p.builder.Add(b)
		b.Reset()
		return err
	}
	counted := &countingReader{r: r, progress: p.progress}
	err := p.decoder.Each(counted, func(rec *rows.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.add(b, rec)
		if b.Records() < perBatch {
			return nil
		}
		return flush()
	})
	return errors.Join(err, flush())
}

type countingReader struct {
	r        io.Reader
	progress func(int64)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.progress != nil {
		c.progress(int64(n))
	}
	return n, err
}

// recordFlags says what the reading of a record had to overlook.
func recordFlags(f rows.Flags) timeline.Flags {
	var out timeline.Flags
	for _, m := range [...]struct {
		in  rows.Flags
		out timeline.Flags
	}{
		{rows.ShortRow | rows.LongRow | rows.StrayQuote, timeline.Ragged},
		{rows.BadEncoding | rows.LoneSurrogate, timeline.BadEncoding},
		{rows.KeyCase, timeline.KeyCase},
		{rows.DuplicateKey | rows.CaseTwins, timeline.DuplicateKey},
		{rows.BigInteger, timeline.LongNumber},
		{rows.Lost, timeline.DataLost},
	} {
		if f&m.in != 0 {
			out |= m.out
		}
	}
	return out
}

// noteChunk keeps what a chunk says of the completeness of its file.
func (p *pipeline) noteChunk(c *rows.Chunk) {
	for _, e := range c.Envelopes {
		if next := e.Text("@odata.nextLink"); next != "" {
			p.next = next
		} else if e.Post != nil || e.Pre != nil {
			p.next = ""
		}
	}
	if c.Joined && !p.joined {
		p.joined = true
		p.notes = append(p.notes, timeline.Note{Kind: timeline.NoteCut, Text: "stray commas or brackets between documents: the file was merged from several"})
	}
	if c.Unclosed {
		p.notes = append(p.notes, timeline.Note{Kind: timeline.NoteCut, Text: "the file ends inside an array of records: it was cut"})
	}
	if c.Last && p.next != "" {
		p.notes = append(p.notes, timeline.Note{Kind: timeline.NoteCut, Text: "the last page names a further one: unless that is in evidence too, the export is incomplete: " + p.next})
	}
}
