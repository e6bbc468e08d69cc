package ingest

import (
	"strings"

	"becforensics/ingest/internal/rows"
)

// errorBody recognises the answer of a server that refused, saved as if it
// were a page of records.
func errorBody(h *Head) (string, bool) {
	if h.Shape.Kind != rows.JSON || len(h.Shape.First) == 0 {
		return "", false
	}
	r, err := rows.At(h.Shape.First, rows.Shape{Kind: rows.JSON})
	if err != nil || r.Err != nil {
		return "", false
	}
	return isErrorBody(r.Value)
}

// maxErrorKeys is how many members an error body has at most: error itself
// and what metadata goes with it.
const maxErrorKeys = 3

func isErrorBody(v rows.Value) (string, bool) {
	if !v.IsObject() || v.LongerThan(maxErrorKeys) {
		return "", false
	}
	e := v.Get("error")
	if !e.IsObject() {
		return "", false
	}
	code, message := e.Get("code").Text(), e.Get("message").Text()
	if code == "" && message == "" {
		return "", false
	}
	return strings.Clone("collection failed: the server answered " + code + ": " + message), true
}
