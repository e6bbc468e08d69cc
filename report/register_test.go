package report

import (
	"strings"
	"testing"
)

// A long value is cut between words, and marked.
func TestLongValuesAreCutBetweenWords(t *testing.T) {
	words := strings.Repeat("wire transfer, ", 10)
	for value, want := range map[string]string{
		"wire transfer":          "wire transfer",
		words:                    strings.Repeat("wire transfer, ", 5) + "wire transfer …",
		strings.Repeat("a", 100): strings.Repeat("a", longestValue) + " …",
	} {
		if got := shortened(value); got != want {
			t.Errorf("%q is shortened to %q", value, got)
		}
	}
}
