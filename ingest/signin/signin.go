// Package signin decodes the sign-ins of Entra ID, its risk detections and its
// risky users, in the shapes of the portal, Graph, PowerShell, the diagnostic
// settings, Sentinel and Defender. It does not judge a sign-in and does not
// look up addresses; what an error code means stands in the reference tables.
package signin

import "becforensics/ingest"

// Source is the sign-ins.
var Source = &ingest.Source{
	Name:  "signin",
	Title: "Entra sign-ins",
	Doc: "One record a sign-in or token refresh: user, application, address, client, device, session, error code; and what Identity Protection said of users. " +
		"Entra keeps sign-ins 30 days with a paid licence and 7 without, so an absent one may only be older. " +
		"A code that interrupts is no failure; a code that comes after the password proves the password. " +
		"IMAP and POP sign-ins with code 0 can be false successes.",
	Wants:   "the columns or keys of sign-ins: a created time, an application, an address and an error code, or those of risk detections or risky users",
	Layouts: []*ingest.Layout{portal, flat, graph, diagnostic, sentinel, defender},
}

// Fields of a sign-in.
const (
	fTime = iota
	fID
	fUser
	fPrincipal // service principal or managed identity
	fIP
	fSeenIP
	fCountry
	fCode
	fStatus // outcome in a word
	fReason
	fApp
	fAppID
	fClient
	fAgent
	fSession
	fToken
	fDeviceID
	fDeviceName
	fResource
	fInteractive
	fEventTypes
	fCategory
	numFields
)
