package ingest

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A router gives each record of a file to the decoder of its export. The first
// time, records come in the order of the file, so that which of them a decoder
// is opened with depends on nothing else; read again, they may come from
// several goroutines.
type router struct {
	*reading
	claimant claimant

	mu     sync.Mutex
	known  map[uint64]int   // fingerprint of a record to the number of its layout, -1 if none claims it
	parts  map[string]*part // by number of layout and, for rows, header
	order  []*part
	tables []tableAt
	peeled []string // the ways in that led to a record, in the order of the file
	done   bool     // all records were seen once
}

// A part is the records of one layout in a file.
type part struct {
	number  uint8 // 1 + number of the layout; 0 is the file's own
	source  *timeline.Source
	decoder *Decoder
	failed  string
}

// A tableAt is where in the file rows begin that have certain columns.
type tableAt struct {
	offset  int64
	columns []string
}

func newRouter(r *reading, c claimant) *router {
	return &router{reading: r, claimant: c, known: map[uint64]int{}, parts: map[string]*part{}}
}

// foreign says whether a record of a file of one layout is another's.
func (ro *router) foreign(r *rows.Record) bool {
	if r.Err != nil || !r.Value.IsObject() {
		return false
	}
	for _, key := range ro.marks {
		flags := r.Flags
		has := r.Value.Get(key).Exists()
		if r.Flags = flags; has {
			continue
		}
		ro.mu.Lock()
		defer ro.mu.Unlock()
		saved := *r
		l, _ := ro.find(r)
		*r = saved
		return l >= 0 && ro.layoutAt(l) != ro.layout
	}
	return false
}

// alone decodes records of the file's own layout.
func (ro *router) alone(d *Decoder) func(*rows.Record, *timeline.Event) Outcome {
	if ro.table == nil || ro.each {
		return d.Decode
	}
	return func(r *rows.Record, ev *timeline.Event) Outcome {
		ro.table.Apply(r)
		return d.Decode(r, ev)
	}
}

// inOrder decodes records of any layout.
func (ro *router) inOrder(d *Decoder) func(*rows.Record, *timeline.Event) Outcome {
	alone := ro.alone(d)
	return func(r *rows.Record, ev *timeline.Event) Outcome {
		if ro.each || ro.foreign(r) {
			return ro.decode(r, ev)
		}
		return alone(r, ev)
	}
}

// decode finds the part that a record is of and decodes it there.
func (ro *router) decode(r *rows.Record, ev *timeline.Event) Outcome {
	ro.mu.Lock()
	l, path := ro.find(r)
	var p *part
	switch {
	case l >= 0:
		p = ro.part(l, r, path)
	case ro.asIs:
		p = ro.own()
	}
	if p != nil && !ro.done {
		p.source.Records++
	}
	ro.mu.Unlock()
	if p == nil {
		return Rejected("no source claims the record: " + described(r, ro.header()))
	}
	if p.failed != "" {
		return Rejected(p.failed)
	}
	out := p.decoder.Decode(r, ev)
	ev.Part = p.number
	if out.Context != nil {
		out.Context.Part = p.number
	}
	return out
}

// own is the part of the layout that claims the file, for records that nobody
// claims by themselves.
func (ro *router) own() *part {
	for i, l := range ro.layouts() {
		if l == ro.layout {
			return ro.opened(i, ro.head, "")
		}
	}
	return nil
}

// find peels a record and finds its layout: its number, -1 if none claims it,
// and the way in.
func (ro *router) find(r *rows.Record) (int, string) {
	if ro.table != nil {
		ro.table.Apply(r)
	}
	header := ro.header()
	if r.Value.IsArray() && ro.shape.Kind == rows.JSON {
		if r.Columns == nil {
			r.Columns = ro.columnsAt(r.Offset)
		}
		if r.Columns != nil {
			header = r.Columns
			asRow(r)
		}
	}
	outer := *r
	for _, p := range ro.paths {
		if p.Open(r) {
			if l := ro.claimed(r, nil); l >= 0 {
				return l, p.String()
			}
		}
		*r = outer
	}
	if l := ro.claimed(r, header); l >= 0 {
		return l, ""
	}
	found := -1
	path, ok := rows.FindInside(r, header, func(v rows.Value) bool {
		found = ro.claimedValue(v)
		return found >= 0
	})
	if !ok {
		return -1, ""
	}
	path.Open(r)
	return found, path.String()
}

// claimed is the number of the layout that claims a record as it stands.
func (ro *router) claimed(r *rows.Record, header []string) int {
	if r.Cells == nil {
		return ro.claimedValue(r.Value)
	}
	var h maphash.Hash
	h.SetSeed(fingerprints)
	for _, name := range header {
		h.WriteString(name)
		h.WriteByte(0)
	}
	return ro.remember(h.Sum64(), func() *Head { return ro.claimant.headOf(r, header) })
}

func (ro *router) claimedValue(v rows.Value) int {
	if !v.IsObject() {
		return -1
	}
	return ro.remember(fingerprint(v), func() *Head {
		return &Head{Name: ro.claimant.name, Bytes: slices.Clone(v.Raw()), Shape: rows.ShapeOf(v)}
	})
}

func (ro *router) remember(key uint64, head func() *Head) int {
	if l, ok := ro.known[key]; ok {
		return l
	}
	_, layout := detect(ro.claimant.sources, head(), ro.claimant.options)
	l := slices.Index(ro.layouts(), layout)
	ro.known[key] = l
	return l
}

var fingerprints = maphash.MakeSeed()

// fingerprint is equal for records that every layout claims or none: they have
// the same keys, also in what the diagnostic settings wrap, and the same kind.
func fingerprint(v rows.Value) uint64 {
	var h maphash.Hash
	h.SetSeed(fingerprints)
	for name, member := range v.Members() {
		h.WriteString(name)
		h.WriteByte(0)
		switch {
		case strings.EqualFold(name, "category") || strings.EqualFold(name, "type"):
			h.WriteString(member.Text())
			h.WriteByte(1)
		case strings.EqualFold(name, "properties"):
			for inner := range member.Members() {
				h.WriteString(inner)
				h.WriteByte(2)
			}
		}
	}
	return h.Sum64()
}

// layouts are those of all sources, in order.
func (ro *router) layouts() []*Layout {
	var list []*Layout
	for _, s := range ro.claimant.sources {
		list = append(list, s.Layouts...)
	}
	return list
}

func (ro *router) layoutAt(n int) *Layout { return ro.layouts()[n] }

// part is the part of a layout, opened with its first record.
func (ro *router) part(l int, r *rows.Record, path string) *part {
	header := ""
	if r.Cells != nil {
		header = strings.Join(ro.rowHeader(r), "\x00")
	}
	p := ro.parts[fmt.Sprint(l, "\x00", header)]
	if p == nil {
		p = ro.opened(l, ro.claimant.headOf(r, ro.rowHeader(r)), header)
	}
	if r.List != "" {
		path = strings.TrimSuffix(r.List+"."+path, ".")
	}
	if path != "" && !slices.Contains(ro.peeled, path) {
		ro.peeled = append(ro.peeled, path)
	}
	if r.Columns != nil && (len(ro.tables) == 0 || !slices.Equal(ro.tables[len(ro.tables)-1].columns, r.Columns)) {
		ro.tables = append(ro.tables, tableAt{r.Offset, slices.Clone(r.Columns)})
	}
	return p
}

// rowHeader is the names of a row's cells.
func (ro *router) rowHeader(r *rows.Record) []string {
	if r.Columns != nil {
		return r.Columns
	}
	return ro.header()
}

// columnsAt are the names of a row's elements, which stand before it in the
// file.
func (ro *router) columnsAt(offset int64) []string {
	for _, t := range slices.Backward(ro.tables) {
		if t.offset <= offset {
			return t.columns
		}
	}
	return nil
}

// opened is the part of a layout, opened with a head if it was not yet.
func (ro *router) opened(l int, h *Head, header string) *part {
	key := fmt.Sprint(l, "\x00", header)
	if p := ro.parts[key]; p != nil {
		return p
	}
	layout := ro.layoutAt(l)
	p := &part{number: uint8(l + 1)}
	for _, other := range ro.order {
		if other.number == p.number {
			p.source = other.source
		}
	}
	if p.source == nil {
		p.source = &timeline.Source{Part: p.number, Layout: layout.Name, TimeDesc: layout.TimeDesc}
		for _, s := range ro.claimant.sources {
			if slices.Contains(s.Layouts, layout) {
				p.source.Source = s.Name
			}
		}
	}
	d, err := layout.Decoder(h, ro.claimant.options)
	switch {
	case err != nil:
		p.failed = fmt.Sprintf("decoder failed: %v", err)
	case d.Each != nil:
		p.failed = "a record of " + layout.Name + " inside another file"
	}
	p.decoder = d
	ro.parts[key], ro.order = p, append(ro.order, p)
	return p
}

// finish tells the file what was learned of its records; alone is the decoder of
// those that are of the file's own layout.
func (ro *router) finish(s *timeline.Source, alone *Decoder) {
	ro.done = true
	s.Envelope = strings.Join(ro.peeled, ", ")
	if len(ro.order) == 0 {
		alone.finish(s)
		return
	}
	var parts []*timeline.Source
	for _, p := range ro.order {
		if !slices.Contains(parts, p.source) {
			parts = append(parts, p.source)
		}
	}
	if ro.each && len(parts) == 1 {
		s.Source, s.Layout, s.TimeDesc = parts[0].Source, parts[0].Layout, parts[0].TimeDesc
		for _, p := range ro.order {
			p.decoder.finish(s)
		}
		return
	}
	for _, p := range ro.order {
		p.decoder.finish(p.source)
	}
	if !ro.each {
		own := &timeline.Source{Source: s.Source, Layout: s.Layout, TimeDesc: s.TimeDesc, Records: s.Records - s.Rejects}
		for _, p := range parts {
			own.Records -= p.Records
		}
		alone.finish(own)
		parts = append(parts, own)
	}
	slices.SortFunc(parts, func(a, b *timeline.Source) int { return int(a.Part) - int(b.Part) })
	most := commonest(parts)
	s.Parts, s.Source, s.Layout, s.TimeDesc = parts, most.Source, most.Layout, most.TimeDesc
	s.Mailbox, s.MailboxFrom, s.DateOrder = most.Mailbox, most.MailboxFrom, most.DateOrder
	for _, p := range parts {
		p.Evidence, p.Name, p.Encoding = s.Evidence, s.Name, s.Encoding
		s.Notes = append(s.Notes, p.Notes...)
	}
}

// finish tells a source what the decoder learned, if there is a decoder and it
// learned anything.
func (d *Decoder) finish(s *timeline.Source) {
	if d != nil && d.Finish != nil {
		d.Finish(s)
	}
}

// commonest is the part whose source has the most records in a file, of equals
// the first by name, and of its layouts likewise.
func commonest(parts []*timeline.Source) *timeline.Source {
	records := map[string]int{}
	for _, p := range parts {
		records[p.Source] += p.Records
	}
	return slices.MinFunc(parts, func(a, b *timeline.Source) int {
		if n := records[b.Source] - records[a.Source]; n != 0 {
			return n
		}
		if n := strings.Compare(a.Source, b.Source); n != 0 {
			return n
		}
		if n := b.Records - a.Records; n != 0 {
			return n
		}
		return strings.Compare(a.Layout, b.Layout)
	})
}
