package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
)

// auditSentinel is the AuditLogs table of Log Analytics.
var auditSentinel = &ingest.Layout{
	Name:     "Sentinel AuditLogs",
	Doc:      "AuditLogs from Log Analytics, CSV or JSON: who and what are JSON in texts, dates of CSV are in the browser's culture, UTC. Rows of a hunting query have the columns that it made.",
	TimeDesc: directoryTime,
	Fields: column.Fields{
		Time:        column.At("TimeGenerated", "ActivityDateTime"),
		ID:          column.At("Id.*"),
		Correlation: column.At("CorrelationId.*"),
		User:        column.At("InitiatedBy.user.userPrincipalName.*", "InitiatedBy.user.displayName.*", "InitiatedBy.user.id.*"),
		UserID:      column.At("InitiatedBy.user.id.*"),
		Principal:   column.At("InitiatedBy.app.displayName.*", "InitiatedBy.app.servicePrincipalName.*", "InitiatedBy.app.servicePrincipalId.*"),
		AppID:       column.At("InitiatedBy.app.appId.*"),
		IP:          column.At("InitiatedBy.user.ipAddress.*", "InitiatedBy.app.ipAddress.*", "InitiatingIpAddress"),
		Status:      column.At("Result"),
		Reason:      column.At("ResultReason.*", "ResultDescription.*"),
		Operation:   column.At("ActivityDisplayName", "OperationName"),
		Targets:     column.At("TargetResources.*"),
		Additional:  column.At("AdditionalDetails.*"),
		UserAgent:   column.At("UserAgent"),
	},
	Marks: column.Marks{{User}, {Targets}, {Operation}, {Status}},
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if h.IsCSV() || h.Has("AADOperationType") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newAuditor(m, o, ingest.PortalCaps...)
		d.whole = true
		return d.decoder.decoder(d.audit), nil
	},
}
