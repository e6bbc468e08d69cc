package timeline

import (
	"encoding/json"
)

// PlainDetails are those of a row's details whose values are plain, as text.
func (t *Timeline) PlainDetails(row int) map[string]string { return PlainMembers(t.Details(row)) }

// PlainMembers are the members of a JSON object: strings as they are meant,
// everything else as it is written. What is no object has none.
func PlainMembers(text string) map[string]string {
	if text == "" {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) != nil {
		return nil
	}
	plain := make(map[string]string, len(members))
	for name, raw := range members {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		plain[name] = s
	}
	return plain
}
