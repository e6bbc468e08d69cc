package timeline

import (
	"encoding/json"
	"slices"
	"strings"
)

// EachObject calls visit for the objects of a JSON text, outer ones first and
// in the order of keys, also for those of JSON that stands in a string. What
// is in an object for which visit returns false is passed over. A text that is
// no JSON has none.
func EachObject(text string, visit func(map[string]any) bool) {
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
		for _, key := range SortedKeys(v) {
			objectsIn(v[key], visit)
		}
	case string:
		if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[{") {
			EachObject(v, visit)
		}
	}
}

// Member is the text of the first of an object's members that is there.
func Member(m map[string]any, names ...string) (string, bool) {
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

// SortedKeys are the names of an object's members in order.
func SortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Property finds a string by its name in JSON text, at any depth; the name of
// a name and value pair, or the key of a key and value pair, counts as well.
func Property(text, name string) string {
	found := ""
	EachObject(text, func(object map[string]any) bool {
		if found != "" {
			return false
		}
		if n, ok := object["Name"].(string); ok && strings.EqualFold(n, name) {
			found, _ = object["Value"].(string)
			return false
		}
		if n, ok := object["key"].(string); ok && strings.EqualFold(n, name) {
			found, _ = object["value"].(string)
			return false
		}
		for _, key := range SortedKeys(object) {
			if s, ok := object[key].(string); ok && strings.EqualFold(key, name) {
				found = s
				return false
			}
		}
		return true
	})
	return found
}
