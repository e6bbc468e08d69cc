package graphactivity

import (
	"strings"

	"becforensics/timeline"
)

// fill sets the columns that a request decides.
func fill(q *timeline.Request, ev *timeline.Event) {
	ev.Set(timeline.ColRequest, q.Text())
	ev.Set(timeline.ColResource, q.Host)
	ev.Set(timeline.ColQuery, q.Search())
	if !ofMail(q) {
		return
	}
	owner := q.Owner()
	if owner == "me" {
		owner = ev.Cols[timeline.ColUser]
	}
	ev.Set(timeline.ColMailbox, owner)
	if id := q.After("messages"); !timeline.IsPathWord(id) {
		ev.Set(timeline.ColItemID, id)
	}
	if name := q.After("mailFolders"); timeline.IsPathWord(name) {
		ev.Set(timeline.ColFolder, name)
	}
}

// ofMail reports whether a request is to a mailbox.
func ofMail(q *timeline.Request) bool {
	for _, part := range q.Parts {
		switch strings.ToLower(part) {
		case "messages", "mailfolders", "sendmail", "mailboxsettings", "messagerules", "inferenceclassification":
			return q.Owner() != ""
		}
	}
	return false
}
