package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Difference is a number, a sentence or a list of an output that is not what
// the evidence gives.
type Difference struct {
	Path               string // findings[3].rows[0].cells.Records; empty for the whole
	Recorded, Computed string // empty where there is no such member
}

// Differences compares JSON with what it was computed as, member by member in
// the order of the text. Files that say the same in other bytes differ as a
// whole.
func Differences(recorded, computed []byte) ([]Difference, error) {
	if bytes.Equal(recorded, computed) {
		return nil, nil
	}
	want, err := decoded(computed)
	if err != nil {
		return nil, fmt.Errorf("compare data: %w", err)
	}
	got, err := decoded(recorded)
	if err != nil {
		return []Difference{{Recorded: err.Error(), Computed: "data as JSON"}}, nil
	}
	var list []Difference
	differ(&list, "", got, want)
	if len(list) == 0 {
		list = append(list, Difference{Recorded: "the same in other bytes, or a member twice", Computed: "data as JSON"})
	}
	return list, nil
}

// An object is one of JSON, with its members in the order of the text.
type object struct {
	names  []string
	values map[string]any
}

// decoded is JSON with its numbers as written and its objects in order.
func decoded(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return decodeNext(d)
}

func decodeNext(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := object{values: map[string]any{}}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := decodeNext(d)
			if err != nil {
				return nil, err
			}
			o.names = append(o.names, name.(string)) // the decoder takes nothing else for a name
			o.values[o.names[len(o.names)-1]] = value
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := decodeNext(d)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}

// MarshalJSON writes the object as JSON.
func (o object) MarshalJSON() ([]byte, error) { return json.Marshal(o.values) }

// differ adds what differs between two values.
func differ(list *[]Difference, path string, got, want any) {
	switch want := want.(type) {
	case object:
		if got, ok := got.(object); ok {
			names := slices.Clone(want.names)
			for _, name := range got.names {
				if _, known := want.values[name]; !known {
					names = append(names, name)
				}
			}
			for _, name := range names {
				g, inGot := got.values[name]
				w, inWant := want.values[name]
				at := strings.TrimPrefix(path+"."+name, ".")
				if inGot && inWant {
					differ(list, at, g, w)
					continue
				}
				*list = append(*list, Difference{at, shown(g, inGot), shown(w, inWant)})
			}
			return
		}
	case []any:
		if got, ok := got.([]any); ok {
			for i := range max(len(got), len(want)) {
				at := fmt.Sprintf("%s[%d]", path, i)
				if i < len(got) && i < len(want) {
					differ(list, at, got[i], want[i])
					continue
				}
				d := Difference{Path: at}
				if i < len(got) {
					d.Recorded = shown(got[i], true)
				} else {
					d.Computed = shown(want[i], true)
				}
				*list = append(*list, d)
			}
			return
		}
	default:
		if isScalar(got) && got == want {
			return
		}
	}
	*list = append(*list, Difference{path, shown(got, true), shown(want, true)})
}

// isScalar reports whether a value is neither an object nor a list.
func isScalar(v any) bool {
	switch v.(type) {
	case object, []any:
		return false
	}
	return true
}

// shown is a value as JSON, if there is one.
func shown(v any, is bool) string {
	if !is {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
