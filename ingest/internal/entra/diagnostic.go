package entra

import (
	"bytes"
	"strconv"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/paths"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A Kind is what a record of the diagnostic settings is.
type Kind uint8

// Kinds of records.
const (
	None Kind = iota
	SignIn
	Audit
	Risk
	RiskyUser
	GraphCall
)

// kindOf tells the kind of a record by its category and, where that does not
// say, by what its properties have.
func kindOf(r *rows.Record, v rows.Value) Kind {
	if kind := kindOfCategory(v.Get("category").Text()); kind != None {
		return kind
	}
	p := paths.Open(r, v.Get("properties"))
	switch {
	case p.Get("activityDisplayName").Exists():
		return Audit
	case p.Get("riskEventType").Exists():
		return Risk
	case p.Get("status").Exists() && p.Get("appDisplayName").Exists():
		return SignIn
	}
	return None
}

func kindOfCategory(category string) Kind {
	switch {
	case containsFold(category, "SignInLogs"):
		return SignIn
	case category == "AuditLogs":
		return Audit
	case strings.HasSuffix(category, "RiskEvents"):
		return Risk
	case strings.HasPrefix(category, "Risky"):
		return RiskyUser
	case category == "MicrosoftGraphActivityLogs":
		return GraphCall
	}
	return None
}

// DiagnosticKind is the kind of the first record of a file of diagnostic
// settings; None if it is no such file or of no kind that is known.
func DiagnosticKind(h *ingest.Head) Kind {
	if !h.IsJSON() || !h.Has("category", "properties") {
		return None
	}
	r, err := rows.At(h.Shape.First, rows.Shape{Kind: rows.JSON})
	if err != nil || r.Err != nil {
		return kindOfCut(h.Shape.First)
	}
	return kindOf(r, r.Value)
}

// kindOfCut is the kind of a record that is longer than the file's head, by the
// first category in it.
func kindOfCut(text []byte) Kind {
	_, rest, ok := bytes.Cut(text, []byte(`"category"`))
	rest = bytes.TrimLeft(rest, ": \t\r\n")
	if !ok || len(rest) == 0 || rest[0] != '"' {
		return None
	}
	category, _, _ := bytes.Cut(rest[1:], []byte(`"`))
	return kindOfCategory(string(category))
}

// A diagnostic decodes records of the diagnostic settings, of any kind.
type diagnostic struct {
	signIns, risks, riskyUsers, calls, others *decoder
	audits                                    auditor
}

// Diagnostic decodes a file of the diagnostic settings. A file may mix kinds;
// what is of none is kept with the facts of its wrapper.
func Diagnostic(h *ingest.Head, o *ingest.Options) *ingest.Decoder {
	wrapped := func(p Paths) *decoder {
		p = p.below("properties")
		wrapper := wrapperPaths()
		if len(p[Operation]) == 0 {
			wrapper[Operation] = nil // the kind is the operation
		}
		for f := range p {
			p[f] = append(p[f], wrapper[f]...)
		}
		return newDecoder(h, o, p)
	}
	signIn := SignInPaths()
	signIn[Time] = nil // the record's; Created tells when the sign-in began
	d := &diagnostic{
		signIns:    wrapped(signIn),
		audits:     auditor{decoder: wrapped(AuditPaths())},
		risks:      wrapped(RiskPaths()),
		riskyUsers: wrapped(RiskyUserPaths()),
		calls:      wrapped(callPaths()),
	}
	other := wrapperPaths()
	other[User] = []string{"identity"}
	d.others = newDecoder(h, o, other)
	for _, other := range []*decoder{d.audits.decoder, d.risks, d.riskyUsers, d.calls, d.others} {
		other.order = d.signIns.order // decided for the file
	}
	return d.signIns.decoder(d.decode)
}

// wrapperPaths are those of the record around the properties.
func wrapperPaths() Paths {
	return Paths{
		Time:      {"time"},
		IP:        {"callerIpAddress"},
		Country:   {"location"},
		Code:      {"resultType"},
		Status:    {"result"},
		Reason:    {"resultDescription.*"},
		Operation: {"operationName"},
		Category:  {"category.*"},
	}
}

func (d *diagnostic) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	switch kindOf(r, r.Value) {
	case SignIn:
		return d.signIns.signIn(r, ev)
	case Audit:
		return d.audits.audit(r, ev)
	case Risk:
		return d.risks.riskDetection(r, ev)
	case RiskyUser:
		return d.riskyUsers.riskyUser(r, r.Value.Get("properties"))
	case GraphCall:
		return d.calls.call(r, ev)
	}
	return d.others.other(r, ev)
}

// callPaths are those of a call of Graph. The token is the sign-in's that it
// was issued by.
func callPaths() Paths {
	return Paths{
		Time:      {"timeGenerated"},
		ID:        {"requestId.*"},
		User:      {"userId"},
		Principal: {"servicePrincipalId"},
		IP:        {"ipAddress"},
		AppID:     {"appId"},
		UserAgent: {"userAgent"},
		Session:   {"C_Sid", "sessionId"},
		Token:     {"signInActivityId"},
		DeviceID:  {"C_DeviceId"},
		Code:      {"responseStatusCode"},
		Operation: {"operationName"},
		Method:    {"requestMethod"},
		Resource:  {"requestUri"},
	}
}

// call decodes a call of Graph.
func (d *decoder) call(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	if out := d.other(r, ev); out.Reject != "" {
		return out
	}
	ev.Set(timeline.ColAppID, d.text(r, AppID))
	ev.Set(timeline.ColUserAgent, d.text(r, UserAgent))
	ev.Set(timeline.ColSession, d.text(r, Session))
	ev.Set(timeline.ColToken, d.text(r, Token))
	ev.Set(timeline.ColDevice, d.text(r, DeviceID))
	ev.Set(timeline.ColTarget, d.text(r, Method)+" "+d.text(r, Resource))
	code := d.text(r, Code)
	const firstFailure = 400 // HTTP status codes from here on are failures
	if n, err := strconv.Atoi(code); err == nil && n >= firstFailure {
		ev.Outcome = timeline.Failure
		ev.Set(timeline.ColError, code)
	} else if err == nil {
		ev.Outcome = timeline.Success
	}
	d.identify(ev, d.text(r, ID), r, ev.Time, ev.Cols[timeline.ColUser], ev.Cols[timeline.ColTarget], code)
	return ingest.Outcome{}
}

// other decodes what every record of the diagnostic settings states.
func (d *decoder) other(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	operation := d.text(r, Operation)
	user := d.text(r, User)
	if user == "" {
		user = d.text(r, Principal)
	}
	if reason := d.setTime(ev, d.text(r, Time)); reason != "" && user == "" && operation == "" {
		return ingest.Rejected(reason)
	}
	ev.Set(timeline.ColOperation, operation)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColIP, d.text(r, IP))
	ev.ByContent, ev.Content = true, r.Raw
	if ev.Wants(timeline.WideDetails) {
		ev.Details = d.rest(r, ev)
	}
	return ingest.Outcome{}
}
