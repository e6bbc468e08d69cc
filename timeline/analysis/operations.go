package analysis

import (
	"iter"
	"slices"

	"becforensics/timeline"
)

// Classes of operations, as the reference tables name them.
const (
	ClassAccess      = "access"
	ClassAlert       = "alert"       // that the service raised
	ClassApplication = "application" // that register applications and give them credentials
	ClassConsent     = "consent"     // that give an application rights
	ClassDelete      = "delete"
	ClassDelivery    = "delivery"
	ClassDownload    = "download" // that copy files out
	ClassDraft       = "draft"
	ClassExfil       = "exfil"
	ClassLogon       = "logon" // that admit somebody to an account
	ClassMessage     = "message"
	ClassMove        = "move"
	ClassOpen        = "open"
	ClassRead        = "read"
	ClassRule        = "rule"
	ClassSearch      = "search"
	ClassSend        = "send"
	ClassShare       = "sharing" // that share files
	ClassTrace       = "trace"
)

// ClassMFA is the class of errors at the second factor.
const ClassMFA = "mfa"

// Operations is the class of each code of the operation column, empty
// where the reference tables know none.
var Operations = &Fact[[]string]{
	Name: "operations",
	Make: classify,
}

func classify(p *Pass) []string {
	classes := make([]string, p.Timeline.Cardinality(timeline.ColOperation))
	for code := range classes {
		classes[code] = p.Reference.OperationClass(p.Timeline.Value(timeline.ColOperation, uint32(code)))
	}
	return classes
}

// RowsOf yields the rows whose operation is of one of the classes, in time
// order, with the class.
func RowsOf(p *Pass, classes ...string) iter.Seq2[int, string] {
	of := Operations.Of(p)
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
