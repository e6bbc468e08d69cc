package defender

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

var identityLogons = &ingest.Layout{
	Name:     "IdentityLogonEvents",
	Doc:      "One row a logon that Defender for Identity or for Cloud Apps saw, on premises or in the cloud. What was uncommon for the user stays in the details.",
	TimeDesc: "Logon",
	Fields: column.Fields{
		fTime:      timestamp,
		fOperation: column.At("ActionType"),
		fUser:      column.At("AccountUpn", "AccountName"),
		fIP:        column.At("IPAddress"),
		fApp:       column.At("Application"),
		fDevice:    column.At("DeviceName"),
		fTarget:    column.At("DestinationDeviceName", "TargetDeviceName"),
		fProtocol:  column.At("Protocol"),
		fCountry:   column.At("Location"),
		fNetwork:   column.At("ISP"),
		fFailure:   column.At("FailureReason"),
		fMark:      column.Mark("LogonType"),
		fReportID:  column.At("ReportId"),
	},
	Marks: column.Marks{{fOperation}, {fMark}, {fUser}, {fIP}, {fApp}},
	Lacks: []string{"RawEventData", "ErrorCode"},
	Open: table{name: "IdentityLogonEvents", operation: "IdentityLogonEvents", fill: func(t *reading, r *rows.Record, ev *timeline.Event) {
		word, failure := strings.ToLower(ev.Cols[timeline.ColOperation]), t.text(r, fFailure)
		switch {
		case strings.Contains(word, "fail") || failure != "":
			ev.Outcome = timeline.Failure
			ev.Set(timeline.ColError, failure)
		case strings.Contains(word, "success"):
			ev.Outcome = timeline.Success
		}
	}}.open,
}
