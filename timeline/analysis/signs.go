package analysis

import (
	"slices"

	"becforensics/timeline"
)

// Signs are the rows of round one that accuse by themselves, of all analyzers
// with a family. Round one itself is served none.
var Signs = &Fact[*SignIndex]{Name: "signs", Make: func(p *Pass) *SignIndex { return indexSigns(p.run, p.early) }}

// A SignIndex finds the signs that rest on a record.
type SignIndex struct {
	// Analyzers are those that give signs, by name.
	Analyzers []*Analyzer
	// Missing are those of them that were skipped or failed.
	Missing []*Analyzer
	// All are the signs, by analyzer and in the order of its finding.
	All []Sign

	byOrigin map[timeline.Origin][]int32 // places in All
	cited    [][]uint64                  // by evidence: bits of the records that signs rest on
}

// A Sign is a row that accuses by itself.
type Sign struct {
	Analyzer *Analyzer
	*Row
}

// At lists the places in All of the signs that rest on a record.
func (s *SignIndex) At(o timeline.Origin) []int32 {
	if int(o.Evidence) >= len(s.cited) {
		return nil
	}
	if bits := s.cited[o.Evidence]; int(o.Record/64) >= len(bits) || bits[o.Record/64]&(1<<(o.Record%64)) == 0 {
		return nil
	}
	return s.byOrigin[o]
}

// cite notes that a sign rests on a record: most records are asked for, few are
// cited.
func (s *SignIndex) cite(o timeline.Origin, sign int32) {
	s.byOrigin[o] = append(s.byOrigin[o], sign)
	for int(o.Evidence) >= len(s.cited) {
		s.cited = append(s.cited, nil)
	}
	bits := s.cited[o.Evidence]
	if need := int(o.Record/64) + 1; need > len(bits) {
		bits = append(bits, make([]uint64, need-len(bits))...)
		s.cited[o.Evidence] = bits
	}
	bits[o.Record/64] |= 1 << (o.Record % 64)
}

// Any reports whether there are signs at all.
func (s *SignIndex) Any() bool { return len(s.All) > 0 }

// With is the index with more signs at the end of All, which rest on no record
// that At knows.
func (s *SignIndex) With(more []Sign) *SignIndex {
	all := *s
	all.All = slices.Concat(s.All, more)
	return &all
}

func indexSigns(r *run, early bool) *SignIndex {
	s := &SignIndex{byOrigin: map[timeline.Origin][]int32{}}
	for _, a := range r.family {
		s.Analyzers = append(s.Analyzers, a)
		if early {
			continue
		}
		f := r.value(a, true).(*Result).Finding
		if f == nil {
			s.Missing = append(s.Missing, a)
			continue
		}
		for i := range f.Rows {
			row := &f.Rows[i]
			if row.Severity == Info {
				continue
			}
			for _, o := range row.Origins {
				s.cite(o, int32(len(s.All)))
			}
			s.All = append(s.All, Sign{a, row})
		}
	}
	return s
}
