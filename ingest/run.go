package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"becforensics/ingest/evidence"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// A Status is how far a file was read.
type Status string

// Statuses, as in the findings.
const (
	Read         Status = "read"
	Partial      Status = "partial"
	Unrecognised Status = "unrecognised"
	Refused      Status = "refused"
)

// A File is what became of one evidence file.
type File struct {
	Item   *evidence.Item // nil if the file was refused before it was opened
	Name   string
	Status Status
	Reason string // why it is not "read"
	*timeline.Source
}

// A Collection is the evidence of a case as it was read, before sealing.
type Collection struct {
	Files   []File
	Builder *timeline.Builder
	decoded map[uint32]*decoded
}

// decoded is what is needed to read a record of a file again.
type decoded struct {
	item    *evidence.Item
	shape   rows.Shape
	decoder *Decoder
	readers sync.Pool // of *rereader
}

// Run reads all evidence of a set in the order of ids. It fails only when the
// set cannot be read at all or ctx ends; what is wrong with single files and
// records is in the Collection.
func Run(ctx context.Context, set *evidence.Set, sources []*Source, o *Options) (*Collection, error) {
	c := &Collection{Builder: timeline.NewBuilderIn(o.Storage), decoded: map[uint32]*decoded{}}
	for i, item := range set.Items() {
		s := &timeline.Source{Evidence: uint32(i + 1), Name: item.Name}
		f := File{Item: item, Name: item.Name, Status: Read, Source: s}
		c.Builder.Begin(s)
		if item.IsContainer() {
			s.Source, s.Layout = "archive", "container"
		} else if err := c.readFile(ctx, &f, sources, o); err != nil {
			return nil, errors.Join(err, c.Builder.Close())
		}
		if f.Status == Unrecognised {
			s.Notes = append(s.Notes, timeline.Note{Kind: string(f.Status), Text: f.Reason})
		}
		c.Files = append(c.Files, f)
	}
	for _, r := range set.Refused() {
		if r.Item != nil {
			c.refuse(r)
			continue
		}
		s := &timeline.Source{Name: r.Name, Notes: []timeline.Note{{Kind: string(Refused), Text: r.Reason}}}
		c.Builder.Begin(s)
		c.Files = append(c.Files, File{Name: r.Name, Status: Refused, Reason: r.Reason, Source: s})
	}
	return c, nil
}

// refuse notes that a container was not read, or not whole.
func (c *Collection) refuse(r evidence.Refused) {
	for i := range c.Files {
		if c.Files[i].Item == r.Item {
			f := &c.Files[i]
			f.Status, f.Reason = Refused, r.Reason
			f.Notes = append(f.Notes, timeline.Note{Kind: string(Refused), Text: r.Reason})
		}
	}
}

// readFile recognises one file and decodes it.
func (c *Collection) readFile(ctx context.Context, f *File, sources []*Source, o *Options) error {
	in, err := f.Item.Open()
	if err != nil {
		f.Status, f.Reason = Partial, fmt.Sprintf("could not be read: %v", err)
		return nil
	}
	defer in.Close()
	head := make([]byte, rows.HeadSize)
	// An error here comes again when the rest is read: what lies before it is
	// decoded all the same.
	n, _ := io.ReadFull(in, head)
	head = head[:n]
	rest := io.MultiReader(bytes.NewReader(head), in)
	h := &Head{Name: f.Name, Bytes: head, Shape: rows.Sniff(head)}
	f.Encoding = encodingName(h.Shape)
	source, layout := detect(sources, h)
	if layout == nil {
		f.Status, f.Reason = Unrecognised, decline(sources, h, o.Reference)
		if reason, ok := errorBody(h); ok {
			c.Builder.Add(rejectOne(reason))
			f.Status, f.Reason = Partial, reason
			f.Notes = append(f.Notes, timeline.Note{Kind: "cut", Text: reason})
		}
		return drain(f, in, o)
	}
	f.Source.Source, f.Layout, f.TimeDesc = source.Name, layout.Name, layout.TimeDesc
	d, err := layout.Open(h, o)
	if err != nil {
		f.Status, f.Reason = Partial, fmt.Sprintf("decoder failed: %v", err)
		return drain(f, in, o)
	}
	c.decoded[f.Evidence] = &decoded{item: f.Item, shape: h.Shape, decoder: d}
	p := &pipeline{builder: c.Builder, decoder: d, shape: h.Shape, progress: o.Progress, workers: o.Workers}
	if !o.Narrow {
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
		f.Status, f.Reason = Partial, fmt.Sprintf("could not be read in full: %v", err)
		f.Notes = append(f.Notes, timeline.Note{Kind: "cut", Text: f.Reason})
	}
	f.Notes = append(f.Notes, p.notes...)
	if d.Finish != nil {
		d.Finish(f.Source)
	}
	if f.Rejects > 0 && f.Status == Read {
		f.Status, f.Reason = Partial, fmt.Sprintf("%d of %d records rejected", f.Rejects, f.Records)
	}
	return nil
}

// drain reads what is left of a file that is not decoded, so that it is
// hashed whole all the same.
func drain(f *File, in io.Reader, o *Options) error {
	n, err := io.Copy(io.Discard, in)
	if err != nil {
		f.Status, f.Reason = Partial, fmt.Sprintf("could not be read in full: %v", err)
	}
	if o.Progress != nil {
		o.Progress(n)
	}
	return nil
}

func rejectOne(reason string) *timeline.Batch {
	b := timeline.NewBatch()
	b.Reject(reason, 0)
	return b
}

// detect finds the layout that claims a file: a strong match before a weak
// one, the earlier before the later.
func detect(sources []*Source, h *Head) (*Source, *Layout) {
	var source *Source
	var layout *Layout
	best := None
	for _, s := range sources {
		for _, l := range s.Layouts {
			if m := l.Detect(h); m > best {
				best, source, layout = m, s, l
			}
		}
	}
	return source, layout
}

// Claims lists every layout that claims a file, as "source layout", with its
// match: for tests of detection.
func Claims(sources []*Source, h *Head) map[string]Match {
	claims := map[string]Match{}
	for _, s := range sources {
		for _, l := range s.Layouts {
			if m := l.Detect(h); m != None {
				claims[s.Name+" "+l.Name] = m
			}
		}
	}
	return claims
}

// decline says why no source claims a file.
func decline(sources []*Source, h *Head, tables *reference.Set) string {
	if kind, ok := knownKind(h, tables); ok {
		return kind
	}
	reasons := make([]string, len(sources))
	for i, s := range sources {
		reasons[i] = s.Name + " wants " + s.Wants
	}
	return "no source claims it: " + strings.Join(reasons, "; ")
}

// NewHead makes the head of a file from its first bytes.
func NewHead(name string, first []byte) *Head {
	return &Head{Name: name, Bytes: first, Shape: rows.Sniff(first)}
}

// encodingName says how the file's text is encoded.
func encodingName(s rows.Shape) string {
	if s.Kind == rows.Binary || s.Kind == rows.Empty {
		return ""
	}
	if s.BOM {
		return s.Encoding.String() + " with BOM"
	}
	return s.Encoding.String()
}
