package bec

import (
	"strings"
)

// isNone reports whether a value says that there is nothing.
func isNone(text string) bool {
	return text == "" || strings.EqualFold(text, "none") || strings.EqualFold(text, "hidden")
}
