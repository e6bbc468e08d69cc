// Package activities decodes the Outlook Activities log of 2018: the
// undocumented record of what was done in a mailbox, as its API answered it
// and as the tools of that year saved it.
//
// Every record becomes an event, whatever its type, client or properties. The
// package does not pair the start of a reading with its end, does not make
// sessions, does not join a message's delivery to what was done with it (the
// timeline does) and does not judge whether an export is complete beyond what
// its records say of themselves.
package activities

import "becforensics/ingest"

// Source is the Outlook Activities log.
var Source = &ingest.Source{
	Name:  "activities",
	Title: "Outlook Activities log",
	Doc: `The log that Exchange Online kept of each mailbox for up to six months, always on, until Microsoft closed its
API on 6 July 2018: logons with address and user agent, messages delivered, read, moved, deleted and sent, searches with their
text. It names no actor: what a delegate does is not in it at all, so everything in it is done by who held the owner's session.
LinkClicked and OpenedAnAttachment are recorded for Outlook on the web only, and a client that synchronises copies messages
without a record of reading them: absence proves nothing. A wrong password leaves no ServerLogon of Outlook on the web.`,
	Wants:   "records or columns TimeStamp, AppIdType and ActivityIdType; on premises ClientId, ActivityId, a time and CustomProperties",
	Layouts: []*ingest.Layout{page, retriever, jsonCells, powershell, flattened, cmdlet, exchangeLog},
}

// timeDesc is what the events' times are: the moment the client or the server
// says the activity took place, not the moment it was stored.
const timeDesc = "Activity Time"
