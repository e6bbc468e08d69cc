package entra

import (
	"bytes"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A kind is what a record of the diagnostic settings is.
type kind uint8

// Kinds of records.
const (
	noKind kind = iota
	kindSignIn
	kindAudit
	kindRisk
	kindRiskyUser
)

// kindOf is the kind of a record by its category and, where that does not
// say, by what its properties have.
func kindOf(r *rows.Record, v rows.Value) kind {
	if k := kindOfCategory(v.Get("category").Text()); k != noKind {
		return k
	}
	p := column.Open(r, v.Get("properties"))
	switch {
	case p.Get("activityDisplayName").Exists():
		return kindAudit
	case p.Get("riskEventType").Exists():
		return kindRisk
	case p.Get("status").Exists() && p.Get("appDisplayName").Exists():
		return kindSignIn
	}
	return noKind
}

func kindOfCategory(category string) kind {
	switch {
	case containsFold(category, "SignInLogs"):
		return kindSignIn
	case category == "AuditLogs":
		return kindAudit
	case strings.HasSuffix(category, "RiskEvents"):
		return kindRisk
	case strings.HasPrefix(category, "Risky"):
		return kindRiskyUser
	}
	return noKind
}

// diagnosticKind is the kind of the first record of a file of diagnostic
// settings; noKind if it is no such file or of no kind that is known.
func diagnosticKind(h *ingest.Head) kind {
	if !h.IsJSON() || !h.Has("category", "properties") {
		return noKind
	}
	r, err := rows.At(h.Shape.First, rows.Shape{Kind: rows.JSON})
	if err != nil || r.Err != nil {
		return kindOfCut(h.Shape.First)
	}
	return kindOf(r, r.Value)
}

// kindOfCut is the kind of a record that is longer than the file's head, by the
// first category in it.
func kindOfCut(text []byte) kind {
	_, rest, ok := bytes.Cut(text, []byte(`"category"`))
	rest = bytes.TrimLeft(rest, ": \t\r\n")
	if !ok || len(rest) == 0 || rest[0] != '"' {
		return noKind
	}
	category, _, _ := bytes.Cut(rest[1:], []byte(`"`))
	return kindOfCategory(string(category))
}

// diagnosticDoc is the same for both sources, whose layouts differ in what the
// first record is.
const diagnosticDoc = "Records of a storage account or event hub, one a line or under records, whose properties are what Graph has. Records of all categories in a file are read as what they are. The time is that of the record."

// signInDiagnostic is records of sign-ins and of risks.
var signInDiagnostic = &ingest.Layout{
	Name:     "diagnostic settings",
	Doc:      diagnosticDoc + " The first of them is a signIn, a riskDetection or a riskyUser; the category separates interactive from other sign-ins.",
	TimeDesc: signInTime,
	Fields:   wrappedOther,
	Parts:    diagnosticParts,
	Only:     rows.JSON,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		switch diagnosticKind(h) {
		case kindSignIn, kindRisk, kindRiskyUser:
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openDiagnostic,
}

// auditDiagnostic is records of directory audits.
var auditDiagnostic = &ingest.Layout{
	Name:     "diagnostic settings",
	Doc:      diagnosticDoc + " The first of them is a directoryAudit.",
	TimeDesc: directoryTime,
	Fields:   wrappedOther,
	Parts:    diagnosticParts,
	Only:     rows.JSON,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if diagnosticKind(h) == kindAudit {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openDiagnostic,
}

// The fields of each kind of record, where its properties state them or else
// the record around them.
var (
	wrappedSignIn = signInFields.With(map[int]column.Field{Time: {}}).Below(properties).Or(column.Fields{
		Time:     column.At("time"),
		IP:       column.At("callerIpAddress"),
		Country:  column.At("location"),
		Code:     column.At("resultType"),
		Status:   column.At("result"),
		Reason:   column.At("resultDescription.*"),
		Category: column.At("category.*"),
	})
	wrappedAudit = auditFields.Below(properties).Or(column.Fields{
		Time:      column.At("time"),
		IP:        column.At("callerIpAddress"),
		Status:    column.At("result"),
		Reason:    column.At("resultDescription.*"),
		Operation: column.At("operationName"),
	})
	wrappedRisk = riskFields.Below(properties).Or(column.Fields{
		Time:    column.At("time"),
		IP:      column.At("callerIpAddress"),
		Country: column.At("location"),
	})
	wrappedRiskyUser = riskyUserFields.Below(properties).Or(column.Fields{Time: column.At("time")})
	// wrappedOther is what a record of any other kind states.
	wrappedOther = column.Fields{
		Time:      column.At("time"),
		User:      column.At("identity"),
		IP:        column.At("callerIpAddress"),
		Operation: column.At("operationName"),
	}
)

// properties is where a record of the diagnostic settings keeps what Graph has.
const properties = "properties"

var diagnosticParts = []ingest.Part{
	{Of: "sign-ins", Fields: wrappedSignIn},
	{Of: "directory audits", Fields: wrappedAudit},
	{Of: "risk detections", Fields: wrappedRisk},
	{Of: "risky users", Fields: wrappedRiskyUser},
}

// A diagnostic decodes records of the diagnostic settings, of any kind.
type diagnostic struct {
	signIns, risks, riskyUsers, others *decoder
	audits                             *auditor
}

// openDiagnostic decodes a file of the diagnostic settings. A file may mix
// kinds; a record of no known kind is kept with the facts of its wrapper.
func openDiagnostic(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	d := &diagnostic{
		signIns:    newDecoder(m.For(wrappedSignIn), o),
		audits:     newAuditor(m.For(wrappedAudit), o),
		risks:      newDecoder(m.For(wrappedRisk), o),
		riskyUsers: newDecoder(m.For(wrappedRiskyUser), o),
		others:     newDecoder(m, o),
	}
	for _, other := range [...]*decoder{d.audits.decoder, d.risks, d.riskyUsers, d.others} {
		other.order = d.signIns.order // decided for the file
	}
	return d.signIns.decoder(d.decode), nil
}

func (d *diagnostic) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	switch kindOf(r, r.Value) {
	case kindSignIn:
		return d.signIns.signIn(r, ev)
	case kindAudit:
		return d.audits.audit(r, ev)
	case kindRisk:
		return d.risks.riskDetection(r, ev)
	case kindRiskyUser:
		return d.riskyUsers.riskyUser(r, r.Value.Get("properties"))
	}
	return d.others.other(r, ev)
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
