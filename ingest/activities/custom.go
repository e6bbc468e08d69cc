package activities

import (
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// readCustom takes the properties out of a CustomProperties value.
func (a *activity) readCustom(r *rows.Record, v rows.Value) {
	switch {
	case v.IsString():
		a.readText(r, v.Text(), nil)
	case v.IsObject():
		a.readMembers(v)
	case v.IsArray():
		for e := range v.Elements() {
			switch {
			case e.IsObject():
				a.custom = append(a.custom, nameAndValue(e))
			case e.IsString():
				a.readText(r, e.Text(), nil)
			default:
				a.unread = string(v.Raw())
			}
		}
	}
}

// readMembers takes an object's members as properties.
func (a *activity) readMembers(v rows.Value) {
	for name, value := range v.Members() {
		a.custom = append(a.custom, jsonProperty(name, value))
	}
}

// nameAndValue reads {"Name":…,"Value":…} in any case.
func nameAndValue(v rows.Value) property {
	var p property
	for key, value := range v.Members() {
		switch {
		case strings.EqualFold(key, "Name"):
			p.name = value.Text()
		case strings.EqualFold(key, "Value"):
			q := jsonProperty("", value)
			p.value, p.json = q.value, q.json
		}
	}
	return p
}

func jsonProperty(name string, v rows.Value) property {
	if v.IsString() {
		return property{name: name, value: v.Text()}
	}
	return property{name: name, value: string(compact(nil, v)), json: true}
}

// compact appends a value as JSON text without spaces, as the literal reader
// writes what is nested.
func compact(b []byte, v rows.Value) []byte {
	switch {
	case v.IsString():
		return rows.AppendQuoted(b, v.Text())
	case v.IsArray():
		b = append(b, '[')
		first := true
		for e := range v.Elements() {
			if !first {
				b = append(b, ',')
			}
			b, first = compact(b, e), false
		}
		return append(b, ']')
	case v.IsObject():
		b = append(b, '{')
		first := true
		for name, e := range v.Members() {
			if !first {
				b = append(b, ',')
			}
			b, first = compact(append(rows.AppendQuoted(b, name), ':'), e), false
		}
		return append(b, '}')
	}
	return append(b, v.Raw()...)
}

// readText takes the properties out of CustomProperties that became a text:
// JSON, what PowerShell makes of an object, or a Python literal. Cell is the
// text's own memory if it stands in a cell of r.
func (a *activity) readText(r *rows.Record, text string, cell []byte) {
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "" || trimmed == jsonNull || trimmed == "None":
		return
	case trimmed == lostArray:
		a.flags |= timeline.DataLost
		a.unread = text
		return
	case strings.HasPrefix(trimmed, "@{"):
		a.readHashtables(trimmed)
		return
	case looksJSON(trimmed):
		if cell == nil {
			cell = []byte(trimmed)
		}
		if v, err := r.Parse(cell); err == nil {
			a.readCustom(r, v)
			return
		}
	}
	list, err := appendLiteral(a.custom, trimmed)
	a.custom = list
	if err != nil {
		a.flags |= timeline.Partial
		a.unread = text
	}
}

// lostArray is what PowerShell's Export-Csv writes for a list: its content is
// not in the file.
const lostArray = "System.Object[]"

// looksJSON distinguishes JSON from a Python literal, whose strings stand in single
// quotes unless they contain one.
func looksJSON(text string) bool {
	inner := strings.TrimLeft(text[1:], " \r\n\t")
	if text[0] == '[' {
		inner = strings.TrimLeft(strings.TrimPrefix(inner, "{"), " \r\n\t")
	}
	return (text[0] == '{' || text[0] == '[') && inner != "" && strings.IndexByte(`"]}`, inner[0]) >= 0
}

// readHashtables reads what PowerShell makes of objects with Name and Value
// that it does not write out: @{Name=ClientIP; Value=192.0.2.1}, and several
// of them after blanks. The first "; Value=" ends the name.
func (a *activity) readHashtables(text string) {
	const open, middle, between = "@{Name=", "; Value=", "} @{Name="
	for text != "" {
		rest, ok := strings.CutPrefix(text, open)
		name, value, found := strings.Cut(rest, middle)
		if !ok || !found {
			a.readObject(text)
			return
		}
		if i := strings.Index(value, between); i >= 0 {
			value, text = value[:i], value[i+len("} "):]
		} else {
			value, text = strings.TrimSuffix(value, "}"), ""
		}
		a.custom = append(a.custom, property{name: name, value: value})
	}
}

// readObject reads what PowerShell makes of one object with a member for each
// property: @{ClientIP=192.0.2.1; Result=Success}. A value may contain what
// separates members, so the text is kept beside the reading.
func (a *activity) readObject(text string) {
	inner, ok := strings.CutPrefix(text, "@{")
	inner, closed := strings.CutSuffix(inner, "}")
	if !ok || !closed {
		a.flags |= timeline.Partial
	}
	const between = "; "
	first, begin := len(a.custom), 0 // begin of the last value in inner
	for at := 0; at <= len(inner); at += len(between) {
		end := len(inner)
		if i := strings.Index(inner[at:], between); i >= 0 {
			end = at + i
		}
		name, value, ok := strings.Cut(inner[at:end], "=")
		if n := len(a.custom); !ok && n > first {
			a.custom[n-1].value = inner[begin:end]
		} else {
			begin = end - len(value)
			a.custom = append(a.custom, property{name: name, value: value})
		}
		at = end
	}
	a.unread = text
}
