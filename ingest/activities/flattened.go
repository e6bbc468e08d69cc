package activities

import "becforensics/ingest"

// flattened is a table with a column for each custom property.
var flattened = &ingest.Layout{
	Name: "flattened CSV",
	Doc: `A table with one column for each property, named as it is or after "CustomProperties." or "CustomProperties_", in any
case. An empty cell and an absent property cannot be told apart in it.`,
	Columns:  append(append([]string{}, retrieverColumns[:retrieved]...), "UserName", "ClientIP", "UserAgent", "Result", "Subject", "Recipients", "Query"),
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if isTable(h) && !h.Has(customPrefix) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openTable,
}
