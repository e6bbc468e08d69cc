package auditlog

import (
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A jsonObject writes a JSON object member by member.
type jsonObject struct{ b strings.Builder }

// add writes a member whose value is JSON text.
func (o *jsonObject) add(name, value string) {
	if o.b.Len() == 0 {
		o.b.WriteByte('{')
	} else {
		o.b.WriteByte(',')
	}
	o.b.WriteString(rows.Quote(name))
	o.b.WriteByte(':')
	o.b.WriteString(value)
}

func (o *jsonObject) addPair(q pair) {
	if q.name == "" {
		return
	}
	if q.value.Exists() {
		o.add(q.name, string(q.value.Raw()))
	} else {
		o.add(q.name, rows.Quote(q.text))
	}
}

// text is the object, "" if it has no members.
func (o *jsonObject) text() string {
	if o.b.Len() == 0 {
		return ""
	}
	o.b.WriteByte('}')
	return o.b.String()
}

// parameters is the parameters of a cmdlet as one JSON object. A text that is
// neither a list nor a line as it was typed is kept under the name of the
// property itself.
func parameters(p *properties) string {
	var o jsonObject
	list := p.nested(kParameters)
	p.pairs(list, o.addPair)
	if s := p.text(kParameters); o.b.Len() == 0 && s != "" && !list.Exists() && !o.addCommandLine(s) {
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
