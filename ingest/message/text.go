package message

import (
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// A textPart is a part of a message that a mail program shows as its text.
type textPart struct {
	attachment
	charset string
}

// isText reports whether a part of a media type is shown; a part that states
// none is plain text (RFC 2045, 5.2).
func isText(media string) bool {
	return media == "" || media == "text/plain" || media == "text/html"
}

// shownText is the text of a message as far as it is kept: of its first part
// of plain text, else of its first in HTML.
func shownText(parts []textPart) string {
	for _, html := range [...]bool{false, true} {
		for i := range parts {
			if (parts[i].kind == "text/html") == html {
				if text := strings.TrimSpace(parts[i].decoded()); text != "" {
					return beginning(text)
				}
			}
		}
	}
	return ""
}

// decoded is the beginning of a part's text in UTF-8. A charset that is not
// known leaves the bytes that are UTF-8 anyway.
func (p *textPart) decoded() string {
	var in io.Reader = p.file()
	if e, err := htmlindex.Get(p.charset); err == nil {
		in = e.NewDecoder().Reader(in)
	}
	text, _ := io.ReadAll(io.LimitReader(in, maxBody+1)) // damaged from where it ends
	return strings.ToValidUTF8(string(text), "\uFFFD")
}
