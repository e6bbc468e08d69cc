package mail

import (
	"fmt"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// mostlyPassing and failingShare say when a failure stands out from the other
// messages of a domain.
var (
	mostlyPassing = &analysis.Threshold{Name: "authentication-failure.passing_messages", Value: 5, Doc: "messages of a domain that must have passed for a failure to stand out"}
	failingShare  = &analysis.Threshold{Name: "authentication-failure.failing_share", Value: 0.2, Doc: "share of a domain's messages that may fail for a failure to stand out"}
)

// authHeader is the header in which a receiving server writes what it found.
const authHeader = "Authentication-Results"

// A Verdict is what the receiving server's checks say of one message, and what
// else speaks against it.
type Verdict struct {
	AuthResults
	Header   *Header
	By       string   // the header that the results were read from; empty without one
	Failed   []string // the methods that failed
	Reasons  []string
	Severity analysis.Severity // Info where nothing failed or the examiner cleared the sender
}

// An AuthenticationIndex has a verdict for every message with headers, in the
// order of Headers.
type AuthenticationIndex struct {
	Verdicts []Verdict
	Judged   int // messages with results
	failed   map[timeline.Origin]bool
}

// Failed reports whether a record is about a message whose checks failed, in
// the examiner's window and not cleared.
func (a *AuthenticationIndex) Failed(o timeline.Origin) bool { return a.failed[o] }

// Authentication judges every message by the checks of its receiving server.
var Authentication = &analysis.Fact[*AuthenticationIndex]{
	Name:       "authentication",
	Needs:      []analysis.Need{analysis.Operations, Contacts, Headers, Lookalikes},
	Thresholds: []*analysis.Threshold{failingShare, mostlyPassing, sendingSpan, sendingDays},
	Points:     []*analysis.Point{PaymentWeight},
	Make:       authenticate,
}

func authenticate(p *analysis.Pass) *AuthenticationIndex {
	all := Headers.Of(p)
	a := &AuthenticationIndex{Verdicts: make([]Verdict, len(all)), failed: map[timeline.Origin]bool{}}
	type tally struct{ passed, failed int }
	domains := map[string]*tally{}
	for i, m := range all {
		v := &a.Verdicts[i]
		v.Header = m
		if v.AuthResults, v.By = m.Headers.Results(); v.By == "" {
			continue
		}
		a.Judged++
		d := domains[DomainOf(m.Sender)]
		if d == nil {
			d = &tally{}
			domains[DomainOf(m.Sender)] = d
		}
		v.Failed = v.Failures()
		switch {
		case len(v.Failed) > 0:
			d.failed++
		case v.Passes():
			d.passed++
		}
	}
	contacts, like, sending := Contacts.Of(p), SuspectDomains(p), sendingPlaces(p)
	passing, share := p.Threshold(mostlyPassing), p.Threshold(failingShare)
	for i := range a.Verdicts {
		v := &a.Verdicts[i]
		if len(v.Failed) == 0 {
			continue
		}
		v.Severity = analysis.Low
		v.Reasons = v.Header.reasons(p, contacts, like)
		if d := domains[DomainOf(v.Header.Sender)]; float64(d.passed) >= passing && float64(d.failed) <= share*float64(d.passed+d.failed) {
			v.Reasons = append(v.Reasons, fmt.Sprintf("of the domain %s passed and %d failed", cite.Counted(d.passed, "message"), d.failed))
		}
		switch {
		case contacts.Cleared(v.Header.Sender):
			v.Severity = analysis.Info
			v.Reasons = append(v.Reasons, "the examiner cleared the domain")
		case len(v.Reasons) > 0:
			v.Severity = analysis.Medium
		default:
			if why := sending.habit(p, v); why != "" {
				v.Severity, v.Reasons = analysis.Info, append(v.Reasons, why)
			}
		}
		if v.Severity == analysis.Info || p.Settings.Outside(v.Header.At, v.Header.At) {
			continue
		}
		for _, o := range v.Header.Origins {
			a.failed[o] = true
		}
	}
	return a
}
