// Package directoryaudit recognises the audits of Entra's directory: accounts,
// groups, roles, applications, policies and domains that were changed, and by
// whom, as the portal, Graph, PowerShell, the diagnostic settings and Sentinel
// export them. It does not judge a change.
package directoryaudit

import "becforensics/ingest"

// Source is the directory audits.
var Source = &ingest.Source{
	Name:  "directoryaudit",
	Title: "Entra audit",
	Doc: "One record a change of the directory: who or which application did what to which objects, with the old and new values. " +
		"The target shows short new values in brackets; the details hold all. Many changes carry no address. " +
		"Entra keeps audits 30 days with a paid licence and 7 without.",
	Wants:   "the columns or keys of directory audits: an activity, who initiated it and its targets",
	Layouts: []*ingest.Layout{portal, graph, diagnostic, sentinel},
}
