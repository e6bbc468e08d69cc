package cite

import (
	"hash/maphash"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Rows makes the rows of one finding. What they are made of lies together in
// memory, and texts that many of them have are held once: a finding may have as
// many rows as the evidence has records.
type Rows struct {
	t       *timeline.Timeline
	cells   room[analysis.Cell]
	texts   room[string]
	origins room[timeline.Origin]

	seed   maphash.Seed
	made   []string // texts that were made last, each at a place that its hash gives
	making []byte
}

// RowsOf makes rows that rest on events of a timeline.
func RowsOf(t *timeline.Timeline) *Rows { return &Rows{t: t} }

// Citing is a finding row that rests on events: their span, addresses,
// sessions and every origin. The user and the mailbox are the events' own
// where they agree on one. rows must be in time order and not be empty.
func (m *Rows) Citing(rows ...int) analysis.Row {
	t := m.t
	r := analysis.Row{
		User:     Common(t, timeline.ColUser, rows),
		Mailbox:  Common(t, timeline.ColMailbox, rows),
		First:    t.Time(rows[0]),
		IPs:      m.distinct(timeline.ColIP, rows),
		Sessions: m.distinct(timeline.ColSession, rows),
		Origins:  m.origins.take(len(rows)),
	}
	for i, row := range rows {
		if at := t.Time(row); at.After(r.Last) {
			r.Last = at
		}
		r.Origins[i] = t.Origin(row)
	}
	return r
}

// Informing is an info row about many events: it cites the first and the last.
func (m *Rows) Informing(first, last int) analysis.Row {
	r := m.Citing(first, last)
	r.Severity, r.Confidence = analysis.Info, analysis.Firm
	return r
}

// distinct lists the values of rows in a column, sorted, each once.
func (m *Rows) distinct(c timeline.Col, rows []int) []string {
	codes := make([]uint32, 0, 4)
	for _, row := range rows {
		if code := m.t.Code(c, row); code != 0 && (len(codes) == 0 || codes[len(codes)-1] != code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	values := m.texts.take(len(codes))
	for i, code := range codes {
		values[i] = m.t.Value(c, code)
	}
	slices.Sort(values)
	return values
}

// Cells makes the cells of a row, of what analysis.CellOf takes.
func (m *Rows) Cells(values ...any) []analysis.Cell {
	cells := m.cells.take(len(values))
	for i, v := range values {
		if s, ok := v.(string); ok && s != "" {
			at := &m.texts.take(1)[0]
			*at = s
			cells[i] = analysis.TextCell(at)
			continue
		}
		cells[i] = analysis.CellOf(v)
	}
	return cells
}

// Sentence joins parts by semicolons.
func (m *Rows) Sentence(parts []string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	b := m.making[:0]
	for i, part := range parts {
		if i > 0 {
			b = append(b, "; "...)
		}
		b = append(b, part...)
	}
	m.making = b
	return m.text(b)
}

// lastMade is how many texts are held so that rows that say the same share them.
const lastMade = 256

// text is the text of some bytes, one that was made before if it still is there.
func (m *Rows) text(b []byte) string {
	if m.made == nil {
		m.seed, m.made = maphash.MakeSeed(), make([]string, lastMade)
	}
	at := &m.made[maphash.Bytes(m.seed, b)%lastMade]
	if *at != string(b) {
		*at = string(b)
	}
	return *at
}

// A room holds values of rows that lie together.
type room[T any] struct {
	free []T
	size int
}

// roomiest is how many values lie together at most: a row that is kept alone
// keeps no more than these.
const roomiest = 512

// take gives room for n values that no other row has. Whoever appends to them
// gets a copy. Rows that need much lie by themselves.
func (r *room[T]) take(n int) []T {
	if n == 0 || n > roomiest/8 {
		return make([]T, n)
	}
	if n > len(r.free) {
		r.size = max(n, min(2*r.size, roomiest))
		r.free = make([]T, r.size)
	}
	taken := r.free[:n:n]
	r.free = r.free[n:]
	return taken
}
