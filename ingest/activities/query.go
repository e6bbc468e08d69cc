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
	text := a.peek(cQuery)
	if text == "" {
		ev.Set(timeline.ColQuery, a.take(cStimulus))
		return
	}
	query, fault := rawQuery(text)
	if fault != "" {
		a.other = append(a.other, property{name: "QueryNote", value: fault})
	}
	if query == text {
		a.take(cQuery)
	}
	ev.Set(timeline.ColQuery, query)
}

// rawQuery takes the text of RawQuery out of a search's XML. It knows no
// document types: what declares one is not read. A text that is no XML is the
// query itself; XML that cannot be read is kept with the fault that it has.
func rawQuery(text string) (query, fault string) {
	const malformed = "malformed XML, kept as written"
	if !strings.HasPrefix(strings.TrimSpace(text), "<") {
		return text, ""
	}
	d := xml.NewDecoder(strings.NewReader(text))
	var b strings.Builder
	depth, inside, found := 0, 0, false
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return text, malformed
		}
		switch t := t.(type) {
		case xml.Directive:
			return text, "XML with a document type, kept as written"
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
		return text, malformed
	}
	if !found {
		return text, "XML without RawQuery, kept as written"
	}
	return b.String(), ""
}
