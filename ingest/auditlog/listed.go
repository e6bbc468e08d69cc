package auditlog

import (
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Members of a folder and of a message in it.
var (
	folderItemsKey  = rows.NewKey("FolderItems")
	messageItemsKey = rows.NewKey("MessageItems")
	pathKey         = rows.NewKey("Path")
	idKey           = rows.NewKey("Id")
	messageIDKey    = rows.NewKey("InternetMessageId")
	subjectKey      = rows.NewKey("Subject")
	sizeKey         = rows.NewKey("SizeInBytes")
)

// itemsOf names the messages of a folder of kFolders or kMessages.
func itemsOf(k int) rows.Key {
	if k == kMessages {
		return messageItemsKey
	}
	return folderItemsKey
}

// messages lists the messages of a record that names any.
func messages(p *properties, list []timeline.Message) []timeline.Message {
	for _, k := range [...]int{kFolders, kMessages} {
		for folder := range p.nested(k).Elements() {
			path := folderOf(folder)
			for item := range folder.At(itemsOf(k)).Elements() {
				list = appendMessage(list, item, path)
			}
		}
	}
	for item := range p.nested(kAffectedItems).Elements() {
		list = appendMessage(list, item, folderOf(item.Get("ParentFolder")))
	}
	return list
}

func appendMessage(list []timeline.Message, item rows.Value, folder string) []timeline.Message {
	if !item.IsObject() {
		return list
	}
	return append(list, timeline.Message{
		MessageID: item.At(messageIDKey).Text(),
		ItemID:    item.At(idKey).Text(),
		Folder:    folder,
		Subject:   item.At(subjectKey).Text(),
		Size:      size(item.At(sizeKey).Text()),
	})
}

// size reads a number of bytes, which AttachmentAccess writes with decimals.
func size(s string) int64 {
	var n int64
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || n > 1<<50 {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// unlisted appends to b what a property says beyond the messages that are listed
// of it. Every folder and every message keeps its place. more is false if that
// is nothing.
func unlisted(b []byte, k int, list rows.Value) (_ []byte, more bool) {
	if k == kAffectedItems {
		return unlistedItems(b, list)
	}
	b = append(b, '[')
	for folder := range list.Elements() {
		b = goOn(b)
		items, path := folder.At(itemsOf(k)), folder.At(pathKey)
		if !hasObject(items) {
			b, more = append(b, folder.Raw()...), true
			continue
		}
		b = append(b, '{')
		for name, v := range folder.Members() {
			switch v {
			case items:
				from, left := len(b), false
				if b, left = unlistedItems(appendName(goOn(b), name), v); left {
					more = true
				} else {
					b = b[:from]
				}
			case path:
				if v.IsString() && v.Text() == folderOf(folder) {
					continue
				}
				fallthrough
			default:
				b, more = appendMember(goOn(b), name, v), true
			}
		}
		b = append(b, '}')
	}
	return append(b, ']'), more
}

// unlistedItems is unlisted of the messages themselves.
func unlistedItems(b []byte, items rows.Value) (_ []byte, more bool) {
	b = append(b, '[')
	for item := range items.Elements() {
		b = goOn(b)
		if !item.IsObject() {
			b, more = append(b, item.Raw()...), true
			continue
		}
		b = append(b, '{')
		for name, v := range item.Keyed() {
			if !isListed(item, name, v) {
				b, more = appendMember(goOn(b), name.Name(), v), true
			}
		}
		b = append(b, '}')
	}
	return append(b, ']'), more
}

// hasObject reports whether an element of a list is an object.
func hasObject(list rows.Value) bool {
	for e := range list.Elements() {
		if e.IsObject() {
			return true
		}
	}
	return false
}

// isListed reports whether all that a member of a message says is listed.
func isListed(item rows.Value, name rows.Key, v rows.Value) bool {
	switch name.Hash() {
	case messageIDKey.Hash():
		return v.IsString() && item.At(messageIDKey) == v
	case idKey.Hash():
		return v.IsString() && item.At(idKey) == v
	case subjectKey.Hash():
		return v.IsString() && item.At(subjectKey) == v
	case sizeKey.Hash():
		n, whole := v.Int()
		return whole && n > 0 && n == size(v.Text()) && item.At(sizeKey) == v
	}
	return false
}
