// Package signin recognises the sign-ins of Entra ID, its risk detections and
// its risky users, as the portal, Graph, PowerShell, the diagnostic settings,
// Sentinel and Defender export them. It does not judge a sign-in and does not
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
	Wants: "the columns or keys of sign-ins: a created time, an application, an address and an error code, or those of risk detections or risky users",
	Layouts: []*ingest.Layout{
		portal, flat, graph, diagnostic, sentinel, defender, riskDetections, riskyUsers,
	},
}
