package directoryaudit

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/entra"
)

const timeDesc = "Directory Activity"

// portal is the download of the Entra portal as CSV.
var portal = &ingest.Layout{
	Name:     "portal CSV",
	Doc:      "Targets and their properties are spread over columns: three targets of five properties, so longer lists are cut. Headers are in the language of the portal. Rows have no id: copies are known by their content.",
	Columns:  []string{"Date (UTC)", "CorrelationId", "Activity", "Result", "ResultReason", "User Agent", "ActorType", "ActorUserPrincipalName", "ActorServicePrincipalName", "ActorDisplayName", "IPAddress", "Target1DisplayName", "Target1UserPrincipalName", "Target1ModifiedProperty1NewValue"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && entra.Has(h, "Date (UTC)", "Activity", "Result") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.Audits(h, o, entra.Paths{
			entra.Time:        {"Date (UTC)"},
			entra.Correlation: {"CorrelationId.*"},
			entra.Operation:   {"Activity"},
			entra.Status:      {"Result"},
			entra.Reason:      {"ResultReason.*"},
			entra.UserAgent:   {"User Agent"},
			entra.User:        {"ActorUserPrincipalName"},
			entra.Principal:   {"ActorServicePrincipalName", "ActorServicePrincipalId"},
			entra.App:         {"ActorDisplayName.*"},
			entra.EventTypes:  {"ActorType.*"},
			entra.IP:          {"IPAddress"},
		}, false), nil
	},
}

// graph is the directoryAudit resource, however it was saved.
var graph = &ingest.Layout{
	Name:     "Graph directoryAudit",
	Doc:      "JSON of Graph, of the portal's download, of Microsoft-Extractor-Suite and PascalCase dumps of PowerShell. New values are JSON texts within texts.",
	Columns:  []string{"activityDateTime", "id", "activityDisplayName", "result", "resultReason", "initiatedBy", "targetResources", "additionalDetails"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsJSON() && h.Has("activityDisplayName") && (h.Has("targetResources") || h.Has("initiatedBy")) && !h.Has("AADOperationType") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.Audits(h, o, entra.AuditPaths(), false), nil
	},
}

// diagnostic is records of the diagnostic settings.
var diagnostic = &ingest.Layout{
	Name:     "diagnostic settings",
	Doc:      "Records of a storage account or event hub, one a line or under records, whose properties are a directoryAudit or a call of Graph. Records of other categories in the same file are read as what they are.",
	Columns:  []string{"time", "category", "operationName", "callerIpAddress", "identity", "properties"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		switch entra.DiagnosticKind(h) {
		case entra.Audit, entra.GraphCall:
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.Diagnostic(h, o), nil
	},
}

// sentinel is the AuditLogs table of Log Analytics.
var sentinel = &ingest.Layout{
	Name:     "Sentinel AuditLogs",
	Doc:      "AuditLogs from Log Analytics, CSV or JSON: who and what are JSON in texts, dates of CSV are in the browser's culture, UTC. Rows of a hunting query have the columns that it made.",
	Columns:  []string{"TimeGenerated", "ActivityDateTime", "Id", "OperationName", "ActivityDisplayName", "Result", "ResultReason", "InitiatedBy", "TargetResources", "AdditionalDetails"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.Has("InitiatedBy", "TargetResources", "OperationName", "Result") && (h.IsCSV() || h.Has("AADOperationType")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.Audits(h, o, entra.Paths{
			entra.Time:        {"TimeGenerated", "ActivityDateTime"},
			entra.ID:          {"Id.*"},
			entra.Correlation: {"CorrelationId.*"},
			entra.User:        {"InitiatedBy.user.userPrincipalName.*", "InitiatedBy.user.displayName.*", "InitiatedBy.user.id.*"},
			entra.Principal:   {"InitiatedBy.app.displayName.*", "InitiatedBy.app.servicePrincipalName.*", "InitiatedBy.app.servicePrincipalId.*"},
			entra.AppID:       {"InitiatedBy.app.appId.*"},
			entra.IP:          {"InitiatedBy.user.ipAddress.*", "InitiatedBy.app.ipAddress.*", "InitiatingIpAddress"},
			entra.Status:      {"Result"},
			entra.Reason:      {"ResultReason.*", "ResultDescription.*"},
			entra.Operation:   {"ActivityDisplayName", "OperationName"},
			entra.Targets:     {"TargetResources.*"},
			entra.Additional:  {"AdditionalDetails.*"},
			entra.UserAgent:   {"UserAgent"},
		}, true, ingest.PortalCaps...), nil
	},
}
