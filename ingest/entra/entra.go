// Package entra decodes what Entra ID logs: sign-ins, directory audits, risk
// detections and risky users, and the records of the diagnostic
// settings that wrap any of them, as the portal, Graph, PowerShell, Sentinel
// and Defender export them. Sign-ins and directory audits are sources of their
// own, which share what their records have in common.
//
// The package does not judge a sign-in or a change and does not look up
// addresses; what an error code means stands in the reference tables.
package entra

import "becforensics/ingest"

// SignIns is the sign-ins of Entra ID, its risk detections and its risky users.
var SignIns = &ingest.Source{
	Name:  "signin",
	Title: "Entra sign-ins",
	Doc: "One record a sign-in or token refresh: user, application, address, client, device, session, error code; and what Identity Protection said of users. " +
		"Entra keeps sign-ins 30 days with a paid licence and 7 without, so an absent one may only be older. " +
		"A code that interrupts is no failure; a code that comes after the password proves the password. " +
		"IMAP and POP sign-ins with code 0 can be false successes.",
	Wants: "the columns or keys of sign-ins: a created time, an application, an address and an error code, or those of risk detections or risky users",
	Layouts: []*ingest.Layout{
		signInPortal, signInFlat, signInGraph, signInDiagnostic, signInSentinel, signInDefender, riskDetections, riskyUsers,
	},
}

// Audits is the audits of Entra's directory: accounts, groups, roles,
// applications, policies and domains that were changed, and by whom.
var Audits = &ingest.Source{
	Name:  "directoryaudit",
	Title: "Entra audit",
	Doc: "One record a change of the directory: who or which application did what to which objects, with the old and new values. " +
		"The target shows short new values in brackets; the details hold all. Many changes carry no address. " +
		"Entra keeps audits 30 days with a paid licence and 7 without.",
	Wants:   "the columns or keys of directory audits: an activity, who initiated it and its targets",
	Layouts: []*ingest.Layout{auditPortal, auditGraph, auditDiagnostic, auditSentinel},
}

// What the times of the events are.
const (
	signInTime    = "Sign-in"
	directoryTime = "Directory Activity"
)

// Facts that records of Entra ID state; each layout has some of them.
const (
	Time    = iota
	Created // when a sign-in began, where the time is that of its record
	ID
	Correlation
	User
	Principal // service principal or managed identity
	IP
	Country
	Code   // error code
	Status // outcome in a word
	Reason // of a failure, in words
	App
	AppID
	Client
	UserAgent
	Session
	Token
	DeviceID
	DeviceName
	Resource
	Interactive
	EventTypes
	Category
	Operation
	Targets    // objects acted upon
	Additional // list of keys and values
	RiskType
	RiskLevel
	RiskState
	RiskTypes     // of a sign-in
	RiskAggregate // level of the user, where that of the sign-in is not stated
	Protocol
	Transfer
)
