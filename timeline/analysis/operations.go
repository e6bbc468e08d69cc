package analysis

import (
	"iter"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// Classes of operations, as the reference tables name them.
const (
	ClassAccess      = "access"
	ClassAlert       = "alert"       // that the service raised
	ClassApplication = "application" // that register applications and give them credentials
	ClassConsent     = "consent"     // that give an application rights
	ClassDelete      = "delete"
	ClassDelivery    = "delivery"
	ClassCopilot     = "copilot"   // that ask Copilot
	ClassDirectory   = "directory" // requests that read the directory
	ClassDownload    = "download"  // that copy files out
	ClassDraft       = "draft"
	ClassExfil       = "exfil"
	ClassFileList    = "file-list" // requests that list files
	ClassList        = "list"      // requests that list messages or folders
	ClassLogon       = "logon"     // that admit somebody to an account
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
	Name:  "operations",
	Needs: []Need{requests},
	Make:  classify,
	None:  func(p *Pass) []string { return make([]string, p.Timeline.Cardinality(timeline.ColOperation)) },
}

// requests is the class of each code of the request column, by what is asked
// for; empty where the reference tables know none.
var requests = &Fact[[]string]{
	Name: "requests",
	Make: classifyRequests,
}

func classifyRequests(p *Pass) []string {
	classes := make([]string, p.Timeline.Cardinality(timeline.ColRequest))
	table := p.Reference.Table(reference.GraphRequests)
	for code := 1; code < len(classes); code++ {
		q := timeline.ParseRequest(p.Timeline.Value(timeline.ColRequest, uint32(code)))
		if row, ok := table.Find(q.Shape()); ok {
			classes[code] = row.Get("class")
		}
		if q.Searches() && (classes[code] == ClassList || classes[code] == ClassFileList) {
			classes[code] = ClassSearch
		}
	}
	return classes
}

// RequestClass is the class of a row's request; empty if the row is no request
// or the tables know none. The pass must have declared Operations.
func RequestClass(p *Pass, row int) string {
	Operations.Of(p)
	return p.run.value(requests, false).([]string)[p.Timeline.Code(timeline.ColRequest, row)]
}

func classify(p *Pass) []string {
	classes := make([]string, p.Timeline.Cardinality(timeline.ColOperation))
	for code := range classes {
		classes[code] = p.Reference.OperationClass(p.Timeline.Value(timeline.ColOperation, uint32(code)))
	}
	return classes
}

// RowsOf yields the rows whose operation, or whose request to Graph, is of one
// of the classes, in time order, with the class.
func RowsOf(p *Pass, classes ...string) iter.Seq2[int, string] {
	of := Operations.Of(p)
	asked := p.run.value(requests, false).([]string)
	wanted, wantedRequest := among(of, classes), among(asked, classes)
	t := p.Timeline
	if !slices.Contains(wantedRequest, true) {
		return func(yield func(int, string) bool) {
			for row := range t.RowsWith(timeline.ColOperation, wanted) {
				if !yield(row, of[t.Code(timeline.ColOperation, row)]) {
					return
				}
			}
		}
	}
	return func(yield func(int, string) bool) {
		for row := range t.Len() {
			code, request := t.Code(timeline.ColOperation, row), t.Code(timeline.ColRequest, row)
			switch {
			case wanted[code]:
				if !yield(row, of[code]) {
					return
				}
			case wantedRequest[request]:
				if !yield(row, asked[request]) {
					return
				}
			}
		}
	}
}

// ActsOf yields the rows of RowsOf that are the first of those that tell of
// their act: whoever counts acts ranges over them. The other witnesses of a
// row that is cited are cited with it.
func ActsOf(p *Pass, classes ...string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for row, class := range RowsOf(p, classes...) {
			if p.Timeline.IsAct(row) && !yield(row, class) {
				return
			}
		}
	}
}

// among says of each class by code whether it is one of some.
func among(of, classes []string) []bool {
	is := make([]bool, len(of))
	for code, class := range of {
		is[code] = class != "" && slices.Contains(classes, class)
	}
	return is
}
