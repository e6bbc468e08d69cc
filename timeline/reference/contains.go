package reference

import (
	"strings"
)

// ContainsFold reports whether a list has a text, whatever its case.
func ContainsFold(list []string, s string) bool {
	for _, e := range list {
		if strings.EqualFold(e, s) {
			return true
		}
	}
	return false
}
