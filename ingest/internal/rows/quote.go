package rows

import "becforensics/ingest/internal/literal"

// Quote is a string as JSON text; bytes that are not UTF-8 become U+FFFD.
func Quote(s string) string { return string(AppendQuoted(make([]byte, 0, len(s)+2), s)) }

// AppendQuoted appends a string as Quote writes it.
func AppendQuoted(b []byte, s string) []byte { return literal.AppendQuoted(b, s) }
