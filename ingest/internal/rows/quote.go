package rows

import (
	"encoding/hex"
	"unicode/utf8"
)

// Quote is a string as JSON text; bytes that are not UTF-8 become U+FFFD.
func Quote(s string) string { return string(AppendQuoted(make([]byte, 0, len(s)+2), s)) }

// AppendQuoted appends a string as Quote writes it.
func AppendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0')
			b = hex.AppendEncode(b, []byte{byte(r)})
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
