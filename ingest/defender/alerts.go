package defender

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// alertTime is what the times of alerts are.
const alertTime = "Alert Created"

var alertInfo = &ingest.Layout{
	Name:     "AlertInfo",
	Doc:      "One row an alert: its title, severity and what raised it.",
	TimeDesc: alertTime,
	Fields: column.Fields{
		fTime:      timestamp,
		fReportID:  column.At("AlertId"),
		fTarget:    column.At("Title"),
		fResource:  column.At("ServiceSource"),
		fMark:      column.Mark("DetectionSource"),
		fOtherMark: column.Mark("Severity"),
	},
	Marks: column.Marks{{fReportID}, {fTarget}, {fMark}, {fOtherMark}},
	Lacks: []string{"EntityType"},
	Open:  table{name: "AlertInfo", operation: "AlertInfo"}.open,
}

var alertEvidence = &ingest.Layout{
	Name:     "AlertEvidence",
	Doc:      "One row an entity of an alert: account, address, message, file or application.",
	TimeDesc: alertTime,
	Fields: column.Fields{
		fTime:        timestamp,
		fReportID:    column.At("AlertId"),
		fTarget:      column.At("Title"),
		fResource:    column.At("ServiceSource"),
		fMailbox:     column.At("AccountUpn"),
		fIP:          column.At("RemoteIP"),
		fItemID:      column.At("NetworkMessageId"),
		fSubject:     column.At("EmailSubject"),
		fAppID:       column.At("OAuthApplicationId"),
		fApp:         column.At("Application"),
		fDevice:      column.At("DeviceName"),
		fAttachments: column.At("FileName"),
		fMark:        column.Mark("EntityType"),
		fOtherMark:   column.Mark("EvidenceRole"),
	},
	Marks: column.Marks{{fReportID}, {fMark}, {fOtherMark}},
	Open:  table{name: "AlertEvidence", operation: "AlertEvidence"}.open,
}

var graphAlerts = &ingest.Layout{
	Name:     "Graph alerts",
	Doc:      "Answers of security/alerts_v2: one record an alert with its evidence, whose first and last activity stay in the details.",
	TimeDesc: alertTime,
	Fields: column.Fields{
		fTime:      column.At("createdDateTime"),
		fReportID:  column.At("id"),
		fTarget:    column.At("title"),
		fResource:  column.At("serviceSource"),
		fMark:      column.Mark("detectionSource"),
		fOtherMark: column.Mark("severity"),
	},
	Marks: column.Marks{{fTime}, {fReportID}, {fTarget}, {fMark}, {fOtherMark}},
	Only:  rows.JSON,
	Lacks: []string{"AlertId", "riskEventType"},
	Open:  table{name: "Alert", operation: "Alert"}.open,
}

var graphIncidents = &ingest.Layout{
	Name:     "Graph incidents",
	Doc:      "Answers of security/incidents and of the older incidents API: one record an incident, its alerts in the details.",
	TimeDesc: "Incident Created",
	Fields: column.Fields{
		fTime:      column.At("createdDateTime", "createdTime"),
		fReportID:  column.At("id", "incidentId"),
		fTarget:    column.At("displayName", "incidentName"),
		fMark:      column.Mark("incidentWebUrl", "incidentUri", "alerts"),
		fOtherMark: column.Mark("severity"),
	},
	Marks: column.Marks{{fTime}, {fReportID}, {fTarget}, {fMark}, {fOtherMark}},
	Only:  rows.JSON,
	Lacks: []string{"detectionSource"},
	Open:  table{name: "Incident", operation: "Incident"}.open,
}
