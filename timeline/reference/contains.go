package reference

import (
	"strings"
)

// ContainsAny reports whether a list has a text, whatever its case.
func ContainsAny(list []string, s string) bool {
	for _, e := range list {
		if strings.EqualFold(e, s) {
			return true
		}
	}
	return false
}
