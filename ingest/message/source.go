// Package message decodes messages themselves: their headers and metadata, as
// an examiner fetched them for the activities that name them, as mail files,
// or as a search through mailboxes lists them.
//
// The package does not judge headers, does not decode attachments and keeps of
// a body no more than its beginning.
package message

import "becforensics/ingest"

// Source is messages and their headers.
var Source = &ingest.Source{
	Name:  "message",
	Title: "Messages and their headers",
	Doc: `Messages fetched from the mailbox. They are what most records lack: who sent what to whom, and what the receiving
server found out about the sender. The Mail API's answer and the list of a search are a state, not an activity: their rows complete
the activities on the same item or message. A mail, in a file of its own or in an mbox, is an event: the arrival of the message.
A message that was deleted, or fetched by another mailbox's id, is not there. Outlook data files (.pst, .ost) are not read: export
the messages as .eml, .msg or mbox.`,
	Wants:   "messages of the Mail API or of Graph: Id with headers, a preview, or addresses and a time; an item list of eDiscovery; a mail's headers; an mbox; an Outlook message",
	Layouts: []*ingest.Layout{mailAPI, items, eml, mbox, msg},
}
