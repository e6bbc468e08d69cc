package activities

import (
	"encoding/xml"
	"io"
	"strings"

	"becforensics/timeline"
)

// setQuery fills what was searched for: the text a person typed, taken out of
// the XML around it. XML that cannot be read is kept as it is written.
func (a *activity) setQuery(ev *timeline.Event) {
	text := a.peek(roleQuery)
	if text == "" {
		ev.Set(timeline.ColQuery, a.take(roleStimulus))
		return
	}
	raw, fault := rawQuery(text)
	if fault != "" {
		a.other = append(a.other, property{name: "QueryNote", value: fault})
	}
	if raw == "" {
		raw = a.take(roleQuery)
	}
	ev.Set(timeline.ColQuery, raw)
}

// rawQuery takes the text of /Query/RawQuery out of a search's XML. It knows
// no document types: a text that declares one is malformed. A fault says why
// the text is to be kept as it is; a text that is no XML at all has none.
func rawQuery(text string) (raw, fault string) {
	const malformed = "malformed XML, kept as written"
	if !strings.HasPrefix(strings.TrimSpace(text), "<") {
		return "", ""
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = nil
	var b strings.Builder
	depth, inside, found := 0, 0, false
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", malformed
		}
		switch t := t.(type) {
		case xml.Directive:
			return "", "XML with a document type, kept as written"
		case xml.StartElement:
			depth++
			if t.Name.Local == "RawQuery" && !found {
				inside, found = depth, true
			}
		case xml.EndElement:
			if depth == inside {
				inside = 0
			}
			depth--
		case xml.CharData:
			if inside > 0 {
				b.Write(t)
			}
		}
	}
	if depth != 0 {
		return "", malformed
	}
	if !found {
		return "", "XML without RawQuery, kept as written"
	}
	return b.String(), ""
}
