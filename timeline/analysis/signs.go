package analysis

import (
	"becforensics/timeline"
)

// Signs are the rows of round one that accuse by themselves, of all analyzers
// with a family. What needs them runs in round three.
var Signs = &Fact[*SignIndex]{Name: "signs", Make: func(p *Pass) *SignIndex { return indexSigns(p.run) }}

// A SignIndex finds the signs that rest on a record.
type SignIndex struct {
	// Analyzers are those that give signs, by name.
	Analyzers []*Analyzer
	// Missing are those of them that were skipped or failed.
	Missing []*Analyzer

	byOrigin map[timeline.Origin]Weights
}

// Weights are the gravest severity of each analyzer's signs.
type Weights map[*Analyzer]Severity

// At is what speaks against a record; nil if nothing does.
func (s *SignIndex) At(o timeline.Origin) Weights { return s.byOrigin[o] }

// Any reports whether there are signs at all.
func (s *SignIndex) Any() bool { return len(s.byOrigin) > 0 }

func indexSigns(r *run) *SignIndex {
	s := &SignIndex{byOrigin: map[timeline.Origin]Weights{}}
	for _, a := range r.family {
		s.Analyzers = append(s.Analyzers, a)
		f := r.value(a).(*Result).Finding
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
				if s.byOrigin[o] == nil {
					s.byOrigin[o] = Weights{}
				}
				s.byOrigin[o][a] = max(s.byOrigin[o][a], row.Severity)
			}
		}
	}
	return s
}
