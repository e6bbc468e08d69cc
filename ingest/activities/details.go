package activities

import (
	"encoding/hex"
	"unicode/utf8"
)

const jsonNull = "null"

// details is what no column holds, as a JSON object: each property under its
// own name, in the order of the record.
func (a *activity) details() string {
	b := []byte{'{'}
	add := func(name, value string, json bool) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, name), ':')
		if json {
			b = append(b, value...)
		} else {
			b = appendQuoted(b, value)
		}
	}
	if a.standard[stdCreated] != "" {
		add("ActivityCreationTime", a.standard[stdCreated], false)
	}
	if s := a.standard[stdSession]; s != session(s) {
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
	return string(append(b, '}'))
}

// appendQuoted appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0')
			b = hex.AppendEncode(b, []byte{byte(r)})
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
