package entra

import (
	"strings"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// setAccess sets what let a sign-in in: factors, policies and how the directory
// knows the device.
func (d *decoder) setAccess(r *rows.Record, ev *timeline.Event) {
	ev.Set(timeline.ColProtocol, d.text(r, Protocol))
	ev.Set(timeline.ColTokenType, d.text(r, TokenType))
	ev.Set(timeline.ColMFA, d.factors(r))
	ev.Set(timeline.ColConditionalAccess, d.access(r))
	ev.Set(timeline.ColDeviceTrust, d.trust(r))
	ev.Set(timeline.ColTLS, d.text(r, TLS))
}

// A listing gathers what stands between semicolons in one column. Most have one
// part, which is kept as it is.
type listing struct {
	only string
	all  []byte
}

// add appends a name with what is said of it; nothing if there is neither.
func (l *listing) add(name, said string) {
	part := name
	switch {
	case name == "":
		part = said
	case said != "":
		part += ": " + said
	}
	switch {
	case part == "":
	case l.only == "":
		l.only = part
	default:
		if l.all == nil {
			l.all = append(l.all, l.only...)
		}
		l.all = append(append(l.all, "; "...), part...)
	}
}

func (l *listing) String() string {
	if l.all == nil {
		return l.only
	}
	return string(l.all)
}

// factors are what a sign-in required and how each step ended; without steps
// the result in words.
func (d *decoder) factors(r *rows.Record) string {
	var l listing
	l.add(d.text(r, Requirement), "")
	result, method := d.text(r, FactorResult), d.text(r, FactorMethod)
	steps := 0
	for step := range d.fields.Object(r, Factors).Elements() {
		name, detail := member(step, "authenticationMethod").Text(), member(step, "authenticationStepResultDetail").Text()
		switch strings.ToLower(member(step, "succeeded").Text()) {
		case "true":
			l.add(name, "succeeded")
		case "false":
			l.add(name, strings.TrimSuffix("failed, "+detail, ", "))
		default:
			l.add(name, detail)
		}
		steps++
	}
	if steps == 0 {
		l.add(method, result)
	}
	return l.String()
}

// access is the result of conditional access and the policies that applied.
// Those that did not apply, or only report what they would have done, stay in
// the details.
func (d *decoder) access(r *rows.Record) string {
	var l listing
	l.add(accessWord(d.text(r, Access)), "")
	for policy := range d.fields.Object(r, Policies).Elements() {
		policy = column.Open(r, policy)
		switch result := accessWord(member(policy, "result").Text()); strings.ToLower(result) {
		case "success", "failure":
			name := member(policy, "displayName").Text()
			if name == "" {
				name = member(policy, "id").Text()
			}
			l.add(name, result)
		}
	}
	return l.String()
}

// accessWord is the word for a result of conditional access, which some tables
// write as a number.
func accessWord(result string) string {
	switch result {
	case "0":
		return "success"
	case "1":
		return "failure"
	case "2":
		return "notApplied"
	}
	return result
}

// trust is how the directory knows the device.
func (d *decoder) trust(r *rows.Record) string {
	var l listing
	l.add(d.text(r, Trust), "")
	for _, c := range [...]struct {
		field int
		word  string
	}{{Managed, "managed"}, {Compliant, "compliant"}} {
		switch said := d.text(r, c.field); {
		case said == "1" || strings.EqualFold(said, "true") || strings.EqualFold(said, "yes"):
			l.add(c.word, "")
		case said == "0" || strings.EqualFold(said, "false") || strings.EqualFold(said, "no"):
			l.add("not "+c.word, "")
		}
	}
	return l.String()
}
