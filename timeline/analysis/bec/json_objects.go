package bec

import (
	"encoding/json"
	"slices"
	"strings"
)

// eachObject calls visit for the objects of a JSON text, outer ones first and
// in the order of keys, also for those of JSON that stands in a string. What
// is in an object for which visit returns false is passed over. A text that is
// no JSON has none.
func eachObject(text string, visit func(map[string]any) bool) {
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		objectsIn(v, visit)
	}
}

func objectsIn(v any, visit func(map[string]any) bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			objectsIn(e, visit)
		}
	case map[string]any:
		if !visit(v) {
			return
		}
		for _, key := range sortedKeys(v) {
			objectsIn(v[key], visit)
		}
	case string:
		if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[{") {
			eachObject(v, visit)
		}
	}
}

// member is the text of the first of an object's members that is there.
func member(m map[string]any, names ...string) (string, bool) {
	for _, name := range names {
		v, ok := m[name]
		if !ok {
			continue
		}
		switch v := v.(type) {
		case string:
			return v, true
		case nil:
			return "", true
		default:
			text, err := json.Marshal(v)
			return string(text), err == nil
		}
	}
	return "", false
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
