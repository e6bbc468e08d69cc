package timeline

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// What the texts of objects are is what encoding/json takes them for.
func FuzzObjects(f *testing.F) {
	for _, seed := range []string{
		`{"b":1,"a":{"c":"d"},"e":[{"f":null},"g"],"b":true}`,
		`[{"Name":"x","Value":"{\"deep\":[1.50,{\"er\":\"\\u00e9\"}]}"}]`,
		`{"a":"\ud800","b":"\ud83d\ude00","c":"` + "\xff\xfe" + `","\u0061":"last"}`,
		`"[{\"a\":1}]"`, `"\u007b\"a\":1}"`, `{"a":01}`, `{"a":1}}`, ` {"n":[-0,1e3,1E-7,123456789012345678901234567890]} `, `{"":"<&>"}`,
		"null", "[[[]]]", "{\"a\":\"\t\"}", `{"a" 1}`, `"`, ``, `{"a":tru}`, `{"a":"\x"}`,
		strings.Repeat("[", 10001) + strings.Repeat("]", 10001),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, ok := describe(text, nil)
		if !ok {
			return
		}
		var got []string
		EachObject(text, func(o Object) bool {
			got = append(got, "object")
			for name := range o.Names() {
				value, ok := o.Text(name)
				s, isString := o.String(name)
				if !ok || isString && s != value {
					t.Fatalf("%q: member %q is %q %v, as a string %q", text, name, value, ok, s)
				}
				got = append(got, name, value)
				got = append(got, o.Strings(name)...)
			}
			return true
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}

		var members map[string]json.RawMessage
		plain := map[string]string{}
		if json.Unmarshal([]byte(text), &members) == nil {
			for name, raw := range members {
				var s string
				if json.Unmarshal(raw, &s) != nil {
					s = string(raw)
				}
				plain[name] = s
			}
		}
		if got := PlainMembers(text); !maps.Equal(got, plain) {
			t.Fatalf("%q: members %q, want %q", text, got, plain)
		}
	})
}

// describe appends the objects of a text with their members, as EachObject is to
// visit them; ok is false if the text has a number that no variable holds.
func describe(text string, to []string) (list []string, ok bool) {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return to, !json.Valid([]byte(text))
	}
	ok = true
	var each func(v any)
	each = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				each(e)
			}
		case string:
			if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[{") {
				inner := true
				to, inner = describe(v, to)
				ok = ok && inner
			}
		case map[string]any:
			to = append(to, "object")
			names := slices.Sorted(maps.Keys(v))
			for _, name := range names {
				to = append(to, name, plainText(v[name]))
				elements, _ := v[name].([]any)
				for _, e := range elements {
					if s, ok := e.(string); ok {
						to = append(to, s)
					}
				}
			}
			for _, name := range names {
				each(v[name])
			}
		}
	}
	each(v)
	return to, ok
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
