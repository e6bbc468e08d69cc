package auditlog

import (
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// setMail takes what a record says of messages. A record of one message has
// it in the columns; one of several lists them as messages and has only their
// folder here. The Item of a synchronised folder is the folder itself.
func setMail(p *properties, ev *timeline.Event) {
	switch {
	case p.has(kItem):
		item := p.nested(kItem)
		setItem(item, ev)
		folder := item.Get("ParentFolder")
		if id := folder.Get("Id").Text(); id != "" && id == ev.Cols[timeline.ColItemID] {
			ev.Set(timeline.ColItemID, "")
		}
		ev.Set(timeline.ColFolder, folderOf(folder))
		if r := item.Get("Recipients"); r.Exists() {
			ev.Set(timeline.ColRecipients, p.list(r))
		}
	case p.has(kAffectedItems):
		items := p.nested(kAffectedItems)
		if item, only := single(items); only {
			setItem(item, ev)
			ev.Set(timeline.ColFolder, folderOf(item.Get("ParentFolder")))
		}
	case p.has(kFolders):
		setFolders(p.nested(kFolders), itemsOf(kFolders), ev)
	case p.has(kMessages):
		setFolders(p.nested(kMessages), itemsOf(kMessages), ev)
	}
	if p.has(kFolder) {
		if f := folderOf(p.nested(kFolder)); f != "" {
			ev.Set(timeline.ColFolder, f)
		}
	}
	if p.has(kDestFolder) {
		ev.Set(timeline.ColTargetFolder, folderOf(p.nested(kDestFolder)))
	}
	setMessage(p, ev)
}

// setItem takes the columns of one message.
func setItem(item rows.Value, ev *timeline.Event) {
	for name, v := range item.Members() {
		switch name {
		case "Id":
			ev.Set(timeline.ColItemID, v.Text())
		case "InternetMessageId":
			ev.Set(timeline.ColMessageID, v.Text())
		case "Subject":
			ev.Set(timeline.ColSubject, v.Text())
		case "Attachments":
			ev.Set(timeline.ColAttachments, v.Text())
		}
	}
}

// setFolders takes what a record of several folders has in one: the folder if
// there is only one, the message if there is only one.
func setFolders(folders rows.Value, items rows.Key, ev *timeline.Event) {
	folder, only := single(folders)
	if !only {
		return
	}
	ev.Set(timeline.ColFolder, folderOf(folder))
	if item, only := single(folder.At(items)); only {
		setItem(item, ev)
	}
}

// single is the element of a list that has only one. A list of nothing but
// null has none.
func single(list rows.Value) (rows.Value, bool) {
	var only rows.Value
	n := 0
	for e := range list.Elements() {
		if n++; n > 1 {
			return rows.Value{}, false
		}
		only = e
	}
	if list.IsObject() {
		return list, true
	}
	return only, only.IsObject()
}

// folderOf is the path of a folder, or its name where the path is not known.
func folderOf(folder rows.Value) string {
	const unknown = "Not Available"
	path := folder.At(pathKey).Text()
	if path == "" || path == unknown {
		if name := folder.At(nameKey).Text(); name != "" {
			return name
		}
	}
	if path == unknown {
		return ""
	}
	return path
}

// listOf is a property's texts, separated by semicolons.
func (p *properties) listOf(k int) string {
	if list := p.nested(k); list.Exists() {
		return p.list(list)
	}
	return p.text(k)
}

// list is the texts of a list, separated by semicolons; of an object in it
// its address.
func (p *properties) list(v rows.Value) string {
	if !v.IsArray() {
		return v.Text()
	}
	var b strings.Builder
	for e := range v.Elements() {
		text := e.Text()
		for _, name := range [...]string{"SmtpAddress", "EmailAddress", "Address"} {
			if text == "" {
				text = e.Get(name).Text()
			}
		}
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(';')
		}
		b.WriteString(text)
	}
	return b.String()
}
