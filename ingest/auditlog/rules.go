package auditlog

import (
	"strings"
	"sync"
	"unicode/utf8"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A jsonObject writes a JSON object member by member.
type jsonObject struct {
	b      []byte
	pooled *[]byte
}

// objectBuffers are buffers for objects, used again; objectSize is room for what
// most of them hold.
var objectBuffers = sync.Pool{New: func() any { b := make([]byte, 0, objectSize); return &b }}

const objectSize = 1 << 12

// largeObject is a buffer's size from which it is not kept for other objects.
const largeObject = 1 << 20

// add writes a member whose value is JSON text.
func (o *jsonObject) add(name, value string) {
	o.begin()
	o.b = append(appendName(o.b, name), value...)
}

// addMember writes a member of another object, of which v is the value.
func (o *jsonObject) addMember(name string, v rows.Value) {
	o.begin()
	o.b = appendMember(o.b, name, v)
}

// addRaw is add of bytes.
func (o *jsonObject) addRaw(name string, value []byte) {
	o.begin()
	o.b = append(appendName(o.b, name), value...)
}

// addUnlisted writes what a property says beyond the messages that are listed
// of it.
func (o *jsonObject) addUnlisted(name string, k int, list rows.Value) {
	from := len(o.b)
	o.begin()
	var more bool
	if o.b, more = unlisted(appendName(o.b, name), k, list); !more {
		o.b = o.b[:max(from, len("{"))]
	}
}

// begin goes on from the member before.
func (o *jsonObject) begin() {
	if o.b == nil {
		o.pooled = objectBuffers.Get().(*[]byte)
		o.b = append((*o.pooled)[:0], '{')
	}
	o.b = goOn(o.b)
}

// goOn goes on from the element or member before, if there is one.
func goOn(b []byte) []byte {
	if c := b[len(b)-1]; c != '[' && c != '{' {
		b = append(b, ',')
	}
	return b
}

// appendMember appends a member of another object, of which v is the value.
func appendMember(b []byte, name string, v rows.Value) []byte {
	if text := v.Member(); text != nil {
		return append(b, text...)
	}
	return append(appendName(b, name), v.Raw()...)
}

// appendName appends what a member begins with.
func appendName(b []byte, name string) []byte {
	if isPlain(name) {
		return append(append(append(b, '"'), name...), '"', ':')
	}
	return append(append(b, rows.Quote(name)...), ':')
}

// isPlain reports whether a name needs no escape in JSON.
func isPlain(name string) bool {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func (o *jsonObject) addPair(q pair) {
	if q.name == "" {
		return
	}
	if q.value.Exists() {
		o.addRaw(q.name, q.value.Raw())
	} else {
		o.add(q.name, rows.Quote(q.text))
	}
}

// isEmpty reports whether the object has no members yet.
func (o *jsonObject) isEmpty() bool { return len(o.b) <= len("{") }

// text is the object, "" if it has no members, which ends the writing.
func (o *jsonObject) text() string {
	if o.isEmpty() {
		return ""
	}
	text := string(append(o.b, '}'))
	o.release()
	return text
}

// textIn is text in the room of an event, good as long as that.
func (o *jsonObject) textIn(ev *timeline.Event) string {
	if o.isEmpty() {
		return ""
	}
	o.b = append(o.b, '}')
	text := ev.Lay(o.b)
	o.release()
	return text
}

// release lets other objects have the buffer.
func (o *jsonObject) release() {
	if cap(o.b) <= largeObject {
		*o.pooled = o.b[:0]
		objectBuffers.Put(o.pooled)
	}
}

// parameters is the parameters of a cmdlet as one JSON object. A text that is
// neither a list nor a line as it was typed is kept under the name of the
// property itself.
func parameters(p *properties) string {
	var o jsonObject
	list := p.nested(kParameters)
	p.pairs(list, o.addPair)
	if s := p.text(kParameters); o.isEmpty() && s != "" && !list.Exists() && !o.addCommandLine(s) {
		o.add(p.names.Name(kParameters), rows.Quote(s))
	}
	return o.text()
}

// opUpdateRules is what Outlook and EWS record of inbox rules: the rule stands
// in OperationProperties.
const opUpdateRules = "UpdateInboxRules"

// setOperation takes what OperationProperties says: how mail was accessed, or
// which inbox rule was changed and how.
func setOperation(p *properties, op string, ev *timeline.Event) {
	list := p.nested(kOperationProperties)
	if strings.EqualFold(op, opUpdateRules) {
		setRuleUpdate(p, list, ev)
		return
	}
	p.pairs(list, func(q pair) {
		switch q.name {
		case "MailAccessType", "AttachmentAccessType":
			switch q.text {
			case "Bind":
				ev.Flags |= timeline.Bind
			case "Sync":
				ev.Flags |= timeline.Sync
			}
		case "IsThrottled":
			if strings.EqualFold(q.text, "true") {
				ev.Flags |= timeline.Throttled
			}
		}
	})
}
