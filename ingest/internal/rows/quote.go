package rows

// Quote is a string as JSON text; bytes that are not UTF-8 become U+FFFD.
func Quote(s string) string { return string(AppendQuoted(make([]byte, 0, len(s)+2), s)) }
