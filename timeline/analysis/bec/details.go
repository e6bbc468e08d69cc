package bec

import (
	"encoding/json"

	"becforensics/timeline"
)

// wide reads a row's record again: the messages that it lists, and those of
// its details whose values are plain, as text. Both are nil if the record
// cannot be read again. It is for the few rows that a finding shows.
func wide(t *timeline.Timeline, row int) ([]timeline.Message, map[string]string) {
	messages, text, err := t.Wide(row)
	if err != nil {
		return nil, nil
	}
	return messages, plainMembers(text)
}

// detailsOf are the plain details of a row.
func detailsOf(t *timeline.Timeline, row int) map[string]string {
	_, details := wide(t, row)
	return details
}

// plainMembers are the members of a JSON object: strings as they are meant,
// everything else as it is written. What is no object has none.
func plainMembers(text string) map[string]string {
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
