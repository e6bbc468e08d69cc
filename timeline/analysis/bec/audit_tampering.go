package bec

import (
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/logon"
)

var auditTampering = &analysis.Analyzer{
	Name:  "audit-tampering",
	Title: "Audit tampering",
	Doc: analysis.Doc{
		Question: "Did somebody switch off or cut short the records that would show what was done?",
		Method:   "Operations that the table of watched changes lists: the unified or the administrators' audit log switched off, a mailbox or an account taken from auditing, retention shortened. An act attributed to a suspicious actor weighs one step more. A change of medium weight or less, as of retention, only informs from a network that is usual for the account, with 20 active days of history, or where the account's own device was at the address within 12 hours, and with no suspicious logon in the 24 hours before; so does a failed operation.",
		Limits:   "What was done while auditing was off left no record here. Licences taken from an account, which end some auditing, are not seen. Gaps without such an operation are in Coverage and limits.",
		Innocent: "Administrators tune retention and exempt service accounts from auditing.",
		Confirm:  "A change ticket; the administrator's account; whether auditing was switched on again, and when.",
	},
	Columns:    change.WatchedColumns,
	Key:        []string{analysis.KeyUser, "Kind", "Operation", "Target"},
	Needs:      []analysis.Need{analysis.Signs, logon.Networks, logon.Profiles, actor.Actors, actor.Suspicious},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    2,
	Techniques: []string{"T1562.008"},
	References: []string{"elastic/detection-rules 675239ea", "SigmaHQ/sigma", "blueteam0ps/det-eng-samples"},
	Acts: func(p *analysis.Pass) (*analysis.Finding, error) {
		return actor.FindWatched(p, "audit-tampering", nil), nil
	},
}
