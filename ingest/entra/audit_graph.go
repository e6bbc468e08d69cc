package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// auditGraph is the directoryAudit resource, however it was saved.
var auditGraph = &ingest.Layout{
	Name:     "Graph directoryAudit",
	Doc:      "JSON of Graph, of the portal's download, of Microsoft-Extractor-Suite and PascalCase dumps of PowerShell. New values are JSON texts within texts.",
	TimeDesc: directoryTime,
	Fields:   auditFields,
	Marks:    column.Marks{{Operation}, {Targets, User}},
	Only:     rows.JSON,
	Lacks:    []string{"AADOperationType"},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newAuditor(m, o)
		return d.decoder.decoder(d.audit), nil
	},
}

// auditFields are those of Graph's directoryAudit.
var auditFields = column.Fields{
	Time:        column.At("activityDateTime"),
	ID:          column.At("id.*"),
	Correlation: column.At("correlationId.*"),
	User:        column.At("initiatedBy.user.userPrincipalName", "initiatedBy.user.displayName", "initiatedBy.user.id"),
	UserID:      column.At("initiatedBy.user.id.*"),
	Principal:   column.At("initiatedBy.app.displayName", "initiatedBy.app.servicePrincipalName", "initiatedBy.app.servicePrincipalId"),
	AppID:       column.At("initiatedBy.app.appId"),
	IP:          column.At("initiatedBy.user.ipAddress", "initiatedBy.app.ipAddress"),
	Status:      column.At("result"),
	Reason:      column.At("resultReason.*"),
	Operation:   column.At("activityDisplayName"),
	Targets:     column.At("targetResources.*"),
	Additional:  column.At("additionalDetails.*"),
	UserAgent:   column.At("userAgent"),
}
