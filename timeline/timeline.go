package timeline

import (
	"slices"
	"sync"
	"time"

	"becforensics/geo"
)

// A Timeline is the events of a case in the total order (time, evidence,
// record). It is immutable and safe for concurrent use. Rows count from 0.
type Timeline struct {
	n        int
	time     []int64
	evidence []uint32
	record   []uint32
	outcome  []Outcome
	flags    []Flags
	offset   []int64
	length   []uint32
	part     []uint8  // nil if no file holds several exports
	inferred []uint64 // by row, a bit a column; nil if nothing was joined
	cols     [NumCols]stored
	places   []geo.Place // by code of ColIP

	sources    []*Source
	byEvidence map[uint32]*Source
	context    []Context
	rejects    []Reject
	duplicates []Duplicate
	reread     func(Origin, int64, int, *Event, func()) error
	geo        *geo.DB
}

type stored struct {
	codes []uint32 // nil if no event fills the column
	dict  *dict
	once  sync.Once
	fold  []uint32
}

func (t *Timeline) indexSources() {
	t.byEvidence = make(map[uint32]*Source, len(t.sources))
	for _, s := range t.sources {
		t.byEvidence[s.Evidence] = s
	}
}

// Len is the number of events.
func (t *Timeline) Len() int { return t.n }

// Sources are the evidence files, in the order of their ids.
func (t *Timeline) Sources() []*Source { return t.sources }

// Exports are the evidence files and, in place of a file that holds records of
// several exports, each of these: what Source names for a row.
func (t *Timeline) Exports() []*Source {
	var list []*Source
	for _, s := range t.sources {
		if s.Parts == nil {
			list = append(list, s)
		}
		list = append(list, s.Parts...)
	}
	return list
}

// Context are the rows of state, in the order of their origins.
func (t *Timeline) Context() []Context { return t.context }

// Rejects are the records that could not be read, in the order of origins.
func (t *Timeline) Rejects() []Reject { return t.rejects }

// Duplicates are the records that repeat another.
func (t *Timeline) Duplicates() []Duplicate { return t.duplicates }

// Nanos is the time of a row, UTC in nanoseconds since 1970; false if the
// record states none.
func (t *Timeline) Nanos(row int) (int64, bool) { return t.time[row], t.time[row] != noTime }

// Time is the time of a row in UTC, the zero time if the record states none.
func (t *Timeline) Time(row int) time.Time {
	if t.time[row] == noTime {
		return time.Time{}
	}
	return time.Unix(0, t.time[row]).UTC()
}

// Timed is the number of rows that have a time; they come first.
func (t *Timeline) Timed() int {
	n, _ := slices.BinarySearch(t.time, noTime)
	return n
}

// Between gives the rows [lo, hi) with from <= time < to, in nanoseconds.
func (t *Timeline) Between(from, to int64) (lo, hi int) {
	lo, _ = slices.BinarySearch(t.time, from)
	hi, _ = slices.BinarySearch(t.time, min(to, noTime))
	return lo, hi
}

// Origin says where a row was read.
func (t *Timeline) Origin(row int) Origin { return Origin{t.evidence[row], t.record[row]} }

// Source is the file a row was read from, or that of the exports in it that the
// row is of.
func (t *Timeline) Source(row int) *Source {
	s := t.byEvidence[t.evidence[row]]
	if t.part != nil && s.Parts != nil {
		return s.part(t.part[row])
	}
	return s
}

// SourceOf is what ingest learned of an evidence file; nil if no such file was
// read.
func (t *Timeline) SourceOf(evidence uint32) *Source { return t.byEvidence[evidence] }

// Outcome says how a row's operation ended.
func (t *Timeline) Outcome(row int) Outcome { return t.outcome[row] }

// Flags are a row's flags.
func (t *Timeline) Flags(row int) Flags { return t.flags[row] }

// Has reports whether any of the flags is set on a row.
func (t *Timeline) Has(row int, f Flags) bool { return t.flags[row]&f != 0 }

// Code is a row's code in a column: equal values have equal codes, 0 is
// absent.
func (t *Timeline) Code(c Col, row int) uint32 {
	if t.cols[c].codes == nil {
		return 0
	}
	return t.cols[c].codes[row]
}

// Text is a row's value in a column, empty if absent.
func (t *Timeline) Text(c Col, row int) string { return t.cols[c].dict.value(t.Code(c, row)) }

// Cardinality is the number of codes of a column, the absent one included.
func (t *Timeline) Cardinality(c Col) int { return t.cols[c].dict.len() }

// Value is the value of a code of a column.
func (t *Timeline) Value(c Col, code uint32) string { return t.cols[c].dict.value(code) }

// Find returns the code of a value in a column, and whether any event has it.
func (t *Timeline) Find(c Col, value string) (uint32, bool) { return t.cols[c].dict.code(value) }

// Fold maps the codes of a column so that values that are equal but for case
// share one: the code of the spelling that was met first.
func (t *Timeline) Fold(c Col) []uint32 {
	s := &t.cols[c]
	s.once.Do(func() { s.fold = s.dict.folded() })
	return s.fold
}

// Folded is a row's code in a column without regard to case.
func (t *Timeline) Folded(c Col, row int) uint32 { return t.Fold(c)[t.Code(c, row)] }

// Place is where a row's address is; nil if the row has none.
func (t *Timeline) Place(row int) *geo.Place {
	code := t.Code(ColIP, row)
	if code == 0 {
		return nil
	}
	return &t.places[code]
}

// PlaceOf is where the address with a code of ColIP is.
func (t *Timeline) PlaceOf(code uint32) *geo.Place { return &t.places[code] }

// Inferred reports whether a cell was filled from another record.
func (t *Timeline) Inferred(c Col, row int) bool {
	return t.inferred != nil && t.inferred[row]&(1<<c) != 0
}

// InferredNames lists the columns of a row that were filled by a join.
func (t *Timeline) InferredNames(row int) []string {
	if t.inferred == nil || t.inferred[row] == 0 {
		return nil
	}
	var names []string
	for c := range NumCols {
		if t.inferred[row]&(1<<c) != 0 {
			names = append(names, c.String())
		}
	}
	return names
}
