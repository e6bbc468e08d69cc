package activities

import (
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

const jsonNull = "null"

// details is what no column holds, as a JSON object: each property under its
// own name, in the order of the record; it is good as long as the event's room.
func (a *activity) details(ev *timeline.Event) string {
	b := append(a.text[:0], '{')
	add := func(name, value string, json bool) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(rows.AppendQuoted(b, name), ':')
		if json {
			b = append(b, value...)
		} else {
			b = rows.AppendQuoted(b, value)
		}
	}
	if a.std(stdCreated) != "" {
		add("ActivityCreationTime", a.std(stdCreated), false)
	}
	if s := a.std(stdSession); s != session(s) {
		add("ClientSessionId", s, false)
	}
	for _, list := range [...][]property{a.other, a.custom} {
		for i := range list {
			if p := &list[i]; !p.used {
				add(p.name, p.value, p.json)
			}
		}
	}
	if a.unread != "" {
		add("CustomProperties", a.unread, false)
	}
	if len(b) == 1 {
		return ""
	}
	a.text = append(b, '}')
	return ev.Lay(a.text)
}
