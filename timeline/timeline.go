package timeline

import (
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"becforensics/geo"
)

// A Timeline is the events of a case in the total order (time, evidence,
// record). It is immutable and safe for concurrent use. Rows count from 0.
//
// Where columns cannot be read back from the temporary file, values are empty
// and Err says why: ask it before an answer is relied on.
type Timeline struct {
	store    *store
	n        int
	time     vector
	evidence vector
	record   vector
	outcome  vector
	flags    vector
	part     vector // by row, 0 if the file holds one export only
	inferred vector // by row, a bit a column
	// sameAs is by row the first row of its act, nextWitness the next one of
	// it, + 1; 0 if it has none or is the row itself.
	sameAs, nextWitness vector
	witnesses           witnessIndex

	cols   [NumCols]stored
	wide   wideValues
	sorted sortedWide
	places []geo.Place // by code of ColIP

	sources    []*Source
	byEvidence map[uint32]*Source
	context    []Context
	rejects    []Reject
	duplicates []Duplicate
	derived    map[string]*derivation
	geo        *geo.DB
}

type stored struct {
	codes vector
	dict  *dict
	once  sync.Once
	fold  []uint32
}

// Err is what kept columns from being read back, if anything did: a
// *StoreError.
func (t *Timeline) Err() error { return t.store.failure() }

// Close removes the temporary file, if one was needed. Answers need it.
func (t *Timeline) Close() error { return t.store.close() }

// Spilled tells how many bytes of columns were put into a temporary file, and
// in which folder; none and no folder if memory was enough.
func (t *Timeline) Spilled() (bytes int64, dir string) {
	s := &t.store.spill
	if s.path == "" {
		return 0, ""
	}
	return s.size, filepath.Dir(s.path)
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
func (t *Timeline) Nanos(row int) (int64, bool) {
	n := int64(t.time.at(row))
	return n, n != noTime
}

// Time is the time of a row in UTC, the zero time if the record states none.
func (t *Timeline) Time(row int) time.Time {
	n, ok := t.Nanos(row)
	if !ok {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// Timed is the number of rows that have a time; they come first.
func (t *Timeline) Timed() int { return t.before(noTime) }

// Between gives the rows [lo, hi) with from <= time < to, in nanoseconds.
func (t *Timeline) Between(from, to int64) (lo, hi int) {
	return t.before(from), t.before(min(to, noTime))
}

// before is the number of rows with a time before one.
func (t *Timeline) before(nanos int64) int {
	return sort.Search(t.n, func(row int) bool { return int64(t.time.at(row)) >= nanos })
}

// Origin says where a row was read.
func (t *Timeline) Origin(row int) Origin {
	return Origin{uint32(t.evidence.at(row)), uint32(t.record.at(row))}
}

// Source is the file a row was read from, or that of the exports in it that the
// row is of.
func (t *Timeline) Source(row int) *Source { return t.export(t.holding(row)) }

// holding is where a row was read.
func (t *Timeline) holding(row int) holding {
	return holding{uint32(t.evidence.at(row)), uint8(t.part.at(row))}
}

// export is the file, or that of the exports in it, which a holding names.
func (t *Timeline) export(at holding) *Source {
	s := t.byEvidence[at.evidence]
	if s.Parts != nil {
		return s.part(at.part)
	}
	return s
}

// SourceOf is what ingest learned of an evidence file; nil if no such file was
// read.
func (t *Timeline) SourceOf(evidence uint32) *Source { return t.byEvidence[evidence] }

// Outcome says how a row's operation ended.
func (t *Timeline) Outcome(row int) Outcome { return Outcome(t.outcome.at(row)) }

// Flags are a row's flags.
func (t *Timeline) Flags(row int) Flags { return Flags(t.flags.at(row)) }

// Has reports whether any of the flags is set on a row.
func (t *Timeline) Has(row int, f Flags) bool { return t.Flags(row)&f != 0 }

// Code is a row's code in a column: equal values have equal codes, 0 is
// absent.
func (t *Timeline) Code(c Col, row int) uint32 { return uint32(t.cols[c].codes.at(row)) }

// Text is a row's value in a column, empty if absent.
func (t *Timeline) Text(c Col, row int) string { return t.Value(c, t.Code(c, row)) }

// Cardinality is the number of codes of a column, the absent one included.
func (t *Timeline) Cardinality(c Col) int { return t.cols[c].dict.len() }

// Value is the value of a code of a column. Once texts have left memory it is a
// copy: whoever keeps a view of one keeps all that was brought back with it.
func (t *Timeline) Value(c Col, code uint32) string {
	value := t.cols[c].dict.value(code)
	if code >= leafTexts && t.store.textsLeft.Load() {
		return strings.Clone(value)
	}
	return value
}

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
func (t *Timeline) Inferred(c Col, row int) bool { return t.inferred.at(row)&(1<<c) != 0 }

// InferredNames lists the columns of a row that were filled by a join.
func (t *Timeline) InferredNames(row int) []string { return inferredNames(t.inferred.at(row)) }

func inferredNames(bits uint64) []string {
	var names []string
	for c := range NumCols {
		if bits&(1<<c) != 0 {
			names = append(names, c.String())
		}
	}
	return names
}
