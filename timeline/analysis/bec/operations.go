package bec

import (
	"iter"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Classes of operations that these analyses ask for, as the reference tables
// name them.
const (
	classAccess   = "access"
	classDelete   = "delete"
	classDelivery = "delivery"
	classDraft    = "draft"
	classExfil    = "exfil"
	classMessage  = "message"
	classMove     = "move"
	classOpen     = "open"
	classRead     = "read"
	classRule     = "rule"
	classSearch   = "search"
	classSend     = "send"
	classTrace    = "trace"
)

type operationKey struct{}

// operationClasses is the class of each code of the operation column, empty
// where the reference tables know none.
func operationClasses(p *analysis.Pass) []string {
	return analysis.Once(p, operationKey{}, func() []string {
		classes := make([]string, p.Timeline.Cardinality(timeline.ColOperation))
		for code := range classes {
			classes[code] = p.Reference.OperationClass(p.Timeline.Value(timeline.ColOperation, uint32(code)))
		}
		return classes
	})
}

// rowsOf yields the rows whose operation is of one of the classes, in time
// order, with the class.
func rowsOf(p *analysis.Pass, classes ...string) iter.Seq2[int, string] {
	of := operationClasses(p)
	wanted := make([]bool, len(of))
	for code, class := range of {
		wanted[code] = class != "" && slices.Contains(classes, class)
	}
	return func(yield func(int, string) bool) {
		for row := range p.Timeline.Len() {
			code := p.Timeline.Code(timeline.ColOperation, row)
			if wanted[code] && !yield(row, of[code]) {
				return
			}
		}
	}
}
