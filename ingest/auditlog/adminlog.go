package auditlog

import (
	"strconv"
	"strings"
	"sync/atomic"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Fields of a record of the administrator audit log.
const (
	aTime = iota
	aCmdlet
	aParameters
	aCaller
	aSucceeded
	aError
	aObject
	aIP
	aIdentity
)

// adminLog is the log of cmdlets by itself.
var adminLog = &ingest.Layout{
	Name: "Search-AdminAuditLog",
	Doc: "Cmdlets that changed something in Exchange, online or on premises, by Search-AdminAuditLog as CSV or JSON. RunDate is in the culture and zone of whoever exported it; " +
		"UTC is assumed where it names no zone. As CSV the cell of parameters often holds only their names: what they were set to is lost then.",
	TimeDesc: "Cmdlet Run",
	Fields: column.Fields{
		aTime:       column.At("RunDate"),
		aCmdlet:     column.At("CmdletName"),
		aParameters: column.At("CmdletParameters.*").Saying("stand in the rule column, as those of audit records do"),
		aCaller:     column.At("Caller"),
		aSucceeded:  column.At("Succeeded"),
		aError:      column.At("Error"),
		aObject:     column.At("ObjectModified"),
		aIP:         column.At("ClientIP"),
		aIdentity:   column.At("Identity"),
	},
	Marks: column.Marks{{aTime}, {aCmdlet}, {aCaller, aSucceeded}},
	Lacks: []string{"AuditData"},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &adminDecoder{decoder: newDecoder(m, o), fields: m}
		return &ingest.Decoder{Decode: d.decode, Finish: d.finish}, nil
	},
}

// ruleChanges are cmdlets about inbox rules as investigators' bundles list
// them: one rule a record, with its parameters as pairs.
var ruleChanges = &ingest.Layout{
	Name:     "inbox rule changes",
	Doc:      "Cmdlets about inbox rules that a bundle of an investigation lists, with the rule's name and its parameters as Name=Value pairs; UTC is assumed where Date names no zone.",
	TimeDesc: "Cmdlet Run",
	Fields: column.Fields{
		aTime:       column.At("Date"),
		aCmdlet:     column.At("Operation"),
		aParameters: column.At("Parameters.*").Saying("stand in the rule column, as those of audit records do"),
		aCaller:     column.At("UserKey"),
		aSucceeded:  column.At("Succeeded"),
		aError:      column.At("Error"),
		aObject:     column.At("RuleName"),
		aIP:         column.At("ClientIP"),
		aIdentity:   column.At("Id"),
	},
	Marks: column.Marks{{aTime}, {aCmdlet}, {aCaller}, {aObject}, {aParameters}},
	Lacks: []string{"AuditData", "CreationTime"},
	Open:  adminLog.Open,
}

type adminDecoder struct {
	*decoder
	fields  *column.Map
	unnamed atomic.Int64 // records with names of parameters alone
}

// adminRecord is the record type that the audit log gives cmdlets.
const adminRecord = "ExchangeAdmin"

func (d *adminDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	get := func(f int) string { return clean(d.fields.Text(r, f)) }
	cmdlet, caller := get(aCmdlet), get(aCaller)
	if reading, ok := clock.Parse(get(aTime)); ok {
		d.setTime(reading, ev)
	} else if cmdlet == "" {
		return ingest.Rejected("record has neither a usable time nor a cmdlet")
	}
	ev.Content = r.Raw
	if ev.ID = get(aIdentity); ev.ID == "" {
		ev.ByContent = true
	}
	ev.Set(timeline.ColOperation, cmdlet)
	ev.Set(timeline.ColUser, caller)
	ev.Set(timeline.ColIP, get(aIP))
	ev.Set(timeline.ColTarget, get(aObject))
	ev.Set(timeline.ColRecordType, adminRecord)
	ev.Outcome = outcome(get(aSucceeded))
	if e := get(aError); ev.Outcome != timeline.Success && !strings.EqualFold(e, "None") {
		ev.Set(timeline.ColError, e)
	}
	ev.Set(timeline.ColRule, d.parameters(r, ev))
	if isService(caller) {
		ev.Flags |= timeline.Service
	}
	if ev.Wants(timeline.WideDetails) {
		ev.Details = d.fields.Rest(r)
	}
	return ingest.Outcome{}
}

// parameters is the parameters of a cmdlet as one JSON object. Where only their
// names are left, these stand under the name of the property: a parameter
// without a value would say that it was set to nothing.
func (d *adminDecoder) parameters(r *rows.Record, ev *timeline.Event) string {
	var o jsonObject
	p := properties{rec: r, names: d.names, plain: d.plain}
	list := d.fields.Object(r, aParameters)
	p.pairs(list, o.addPair)
	s := clean(d.fields.Text(r, aParameters))
	if !o.isEmpty() || strings.Trim(s, " {}[]") == "" || o.addPairs(s) || o.addCommandLine(s) {
		return o.text()
	}
	d.unnamed.Add(1)
	ev.Flags |= timeline.DataLost
	o.add("CmdletParameters", rows.Quote(s))
	return o.text()
}

// addPairs writes the members of a text such as "Name=Value; Name=Value". It
// reports false, having written nothing, for any other text.
func (o *jsonObject) addPairs(text string) bool {
	parts := strings.Split(text, ";")
	for _, part := range parts {
		name, _, ok := strings.Cut(part, "=")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " -{\"") {
			return false
		}
	}
	for _, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		o.add(strings.TrimSpace(name), rows.Quote(strings.TrimSpace(value)))
	}
	return true
}

func (d *adminDecoder) finish(s *timeline.Source) {
	d.decoder.finish(s)
	if n := d.unnamed.Load(); n > 0 {
		s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteCut, Text: strconv.FormatInt(n, 10) + " records name the parameters of a cmdlet without their values: what was set is lost"})
	}
}
