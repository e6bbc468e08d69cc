package ingest

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"becforensics/ingest/internal/rows"
)

// canonical gives a record's content a form in which equal JSON values have
// equal bytes: members sorted by name, strings without needless escapes,
// numbers by their text. Members that describe the wrapping (@odata.…) do not
// count. What is not JSON stays as it is.
func canonical(content []byte) []byte {
	trimmed := bytes.TrimSpace(content)
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return content
	}
	r, err := rows.At(trimmed, rows.Shape{Kind: rows.JSON})
	if err != nil || r.Err != nil {
		return content
	}
	return appendCanonical(make([]byte, 0, len(trimmed)), r.Value)
}

func appendCanonical(b []byte, v rows.Value) []byte {
	switch {
	case v.IsObject():
		type member struct {
			name  string
			value rows.Value
		}
		var members []member
		for name, value := range v.Members() {
			if !strings.HasPrefix(name, "@odata.") {
				members = append(members, member{strings.Clone(name), value})
			}
		}
		slices.SortStableFunc(members, func(x, y member) int { return strings.Compare(x.name, y.name) })
		b = append(b, '{')
		for _, m := range members {
			b = strconv.AppendQuote(b, m.name)
			b = append(b, ':')
			b = appendCanonical(b, m.value)
			b = append(b, ',')
		}
		return append(b, '}')
	case v.IsArray():
		b = append(b, '[')
		for e := range v.Elements() {
			b = appendCanonical(b, e)
			b = append(b, ',')
		}
		return append(b, ']')
	case v.IsString():
		return strconv.AppendQuote(b, v.Text())
	}
	return append(b, v.Raw()...)
}
