package entra

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/paths"
	"becforensics/timeline/reference"
)

// Header is a table's header in which names that a portal writes in another
// language are replaced by the English ones, and the others stand as written.
func Header(h *ingest.Head, ref *reference.Set) []string {
	aliases := ref.Table(reference.HeaderAliases)
	header := make([]string, len(h.Shape.Header))
	for i, name := range h.Shape.Header {
		header[i] = name
		if row, ok := aliases.Find(strings.TrimPrefix(name, "\ufeff")); ok {
			header[i] = row.Get("canonical")
		}
	}
	return header
}

// Has reports whether a table has all the named columns, in any language that
// the shipped reference knows.
func Has(h *ingest.Head, names ...string) bool {
	header := Header(h, reference.Default())
	for _, name := range names {
		if paths.Column(header, name) < 0 {
			return false
		}
	}
	return true
}
