package analysis

import (
	"iter"
	"slices"

	"becforensics/timeline"
)

// ClassConsent is the class of operations that give an application rights.
const ClassConsent = "consent"

// ClassShare is the class of operations that share files.
const ClassShare = "sharing"

// ClassLogon is the class of operations that admit somebody to an account.
const ClassLogon = "logon"

// ClassDownload is the class of operations that copy files out.
const ClassDownload = "download"

// ClassMFA is the class of errors at the second factor.
const ClassMFA = "mfa"

// Classes of operations that these analyses ask for, as the reference tables
// name them.
const (
	ClassAccess   = "access"
	ClassDelete   = "delete"
	ClassDelivery = "delivery"
	ClassDraft    = "draft"
	ClassExfil    = "exfil"
	ClassMessage  = "message"
	ClassMove     = "move"
	ClassOpen     = "open"
	ClassRead     = "read"
	ClassRule     = "rule"
	ClassSearch   = "search"
	ClassSend     = "send"
	ClassTrace    = "trace"
)

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

// ClassAlert is the class of alerts that the service raised.
const ClassAlert = "alert"
