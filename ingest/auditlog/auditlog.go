// Package auditlog decodes the Unified Audit Log of Microsoft 365, in every
// container in which it is handed over: the CSV and JSON of
// Search-UnifiedAuditLog and of the audit portals, Management API blobs, Graph
// audit log queries, collectors' lines, Sentinel's OfficeActivity, Defender's
// CloudAppEvents and PowerShell's CliXml.
//
// What they all carry is the AuditData object; one decoder reads it, whatever
// the container. The package does not judge what was done, does not recognise
// bursts, does not resolve addresses and does not tell whether an export is
// complete beyond what its records say.
package auditlog

import (
	"becforensics/ingest"
)

// Source is the Unified Audit Log.
var Source = &ingest.Source{
	Name:  "auditlog",
	Title: "Unified Audit Log",
	Doc: `What users, administrators and applications did in Exchange, SharePoint, OneDrive, Teams and the directory, as the
tenant's audit log recorded it. CreationTime inside AuditData is the time, UTC. Reading of mail is recorded as MailItemsAccessed:
single messages (bind) with their ids, synchronised folders (sync) without. Records repeat in exports, reach back 180 days or
a year by licence, and are missing where auditing was off, throttled or not licensed: an absent record proves nothing.`,
	Wants: "AuditData (a column, a key or the object itself: CreationTime with RecordType, Operation or OrganizationId), RawEventData or OfficeWorkload",
	Layouts: append(tableLayouts(),
		searchJSON, graphJSON, objects, flatCSV,
		officeActivityCSV, officeActivityJSON, cloudAppCSV, cloudAppJSON,
		adminLog, adminXML, ruleChanges,
	),
}

// timeDesc is what CreationTime is.
const timeDesc = "Recorded Time"
