package timeline

import (
	"encoding/json"
)

// MessagesAndDetails reads a row's record again: the messages that it lists, and those of
// its details whose values are plain, as text. Both are nil if the record
// cannot be read again. It is for the few rows that a finding shows.
func MessagesAndDetails(t *Timeline, row int) ([]Message, map[string]string) {
	messages, text, err := t.Wide(row)
	if err != nil {
		return nil, nil
	}
	return messages, PlainMembers(text)
}

// DetailsOf are the plain details of a row.
func DetailsOf(t *Timeline, row int) map[string]string {
	_, details := MessagesAndDetails(t, row)
	return details
}

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
