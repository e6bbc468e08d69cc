package defender

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// suiteAlerts is Graph's alerts as a collector flattened them.
var suiteAlerts = &ingest.Layout{
	Name:     "Extractor-Suite SecurityAlerts",
	Doc:      "CSV of the Microsoft-Extractor-Suite, one row an alert of Graph. Users and hosts stand in one cell each, a user with the address of the logon; when it happened stays in the details.",
	TimeDesc: alertTime,
	Fields: column.Fields{
		fTime:      column.At("CreatedDateTime"),
		fReportID:  column.At("Id"),
		fTarget:    column.At("Title"),
		fResource:  column.At("Provider", "Vendor"),
		fMembers:   column.At("AffectedUser.*"),
		fMark:      column.Mark("EventDateTime", "LastEventDateTime"),
		fOtherMark: column.Mark("Severity"),
	},
	Marks: column.Marks{{fTime}, {fReportID}, {fTarget}, {fMembers}, {fMark}, {fOtherMark}},
	Only:  rows.CSV,
	Open:  table{name: "Alert", operation: "Alert", fill: fillAffected}.open,
}

// fillAffected takes the user of an alert of one user, who stands before the
// address: ann@example.com/192.0.2.10, or /null.
func fillAffected(t *reading, r *rows.Record, ev *timeline.Event) {
	user, address, ok := strings.Cut(t.text(r, fMembers), "/")
	if !ok || strings.Contains(address, ";") {
		return
	}
	ev.Set(timeline.ColMailbox, user)
	if address != "null" {
		ev.Set(timeline.ColIP, address)
	}
}
