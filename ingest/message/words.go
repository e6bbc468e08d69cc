package message

import (
	"fmt"
	"io"
	"mime"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// words decodes the encoded words of RFC 2047 in any charset of the web.
var words = mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, fmt.Errorf("charset %q: %w", charset, err)
	}
	return e.NewDecoder().Reader(in), nil
}}

// decodeWords is a header's value in readable form; as written where it is
// encoded in an unknown way.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	if out, err := words.DecodeHeader(s); err == nil {
		return out
	}
	return s
}

// addresses are the mail addresses of a header's value, which is a list
// (RFC 5322, 3.4). What has no address is left out.
func addresses(value string) []string {
	var list []string
	start, quoted, angle, comment := 0, false, false, 0
	add := func(part string) {
		if a := addressOf(part); a != "" {
			list = append(list, a)
		}
	}
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case !angle && (c == ',' || c == ';'):
			add(value[start:i])
			start = i + 1
		}
	}
	add(value[start:])
	return list
}

// addressOf is the address in one mailbox of a list: what stands last in angle
// brackets, else the word with an at sign.
func addressOf(s string) string {
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		inner, _, _ := strings.Cut(s[i+1:], ">")
		return strings.TrimSpace(inner)
	}
	for _, word := range strings.Fields(s) {
		if strings.Contains(word, "@") {
			return strings.Trim(word, `"'<>()[]:`)
		}
	}
	return ""
}
