package timeline

import (
	"net/url"
	"strings"
)

// A Request is what the method and the address of a request to an API say.
type Request struct {
	Method, Host, Path, Query string

	Parts []string // of the path, the version left out
}

// ReadRequest takes apart a method and a URI, with or without scheme and host.
func ReadRequest(method, uri string) Request {
	q := Request{Method: strings.ToUpper(method)}
	rest := uri
	if _, after, ok := strings.Cut(uri, "://"); ok {
		q.Host, rest, _ = strings.Cut(after, "/")
		rest = "/" + rest
	}
	q.Path, q.Query, _ = strings.Cut(rest, "?")
	for part := range strings.SplitSeq(q.Path, "/") {
		if part != "" && (len(q.Parts) > 0 || !isVersion(part)) {
			q.Parts = append(q.Parts, part)
		}
	}
	return q
}

// ParseRequest reads the text of ColRequest.
func ParseRequest(text string) Request {
	method, uri, ok := strings.Cut(text, " ")
	if !ok && strings.HasPrefix(text, "/") {
		method, uri = "", text
	}
	return ReadRequest(method, uri)
}

// Text is the form in which ColRequest holds a request.
func (q *Request) Text() string {
	full := q.Path
	if q.Query != "" {
		full += "?" + q.Query
	}
	return strings.TrimSpace(q.Method + " " + full)
}

func isVersion(part string) bool {
	return strings.EqualFold(part, "beta") || len(part) > 1 && (part[0] == 'v' || part[0] == 'V') && strings.Trim(part[1:], "0123456789.") == ""
}

// IsPathWord reports whether a part of a path is one of the API's own words: it
// begins with a small letter, or with the dollar of an option, and holds
// letters, full stops of a namespace and at most the digits of a version, as in
// oauth2PermissionGrants and alerts_v2. Ids have more digits, signs or length.
func IsPathWord(part string) bool {
	const longest, mostDigits = 60, 2
	part, _, _ = strings.Cut(part, "(")
	if part == "" || len(part) > longest || part[0] != '$' && (part[0] < 'a' || part[0] > 'z') {
		return false
	}
	digits := 0
	for _, c := range []byte(part[1:]) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '.' && c != '_':
			return false
		}
	}
	return digits <= mostDigits
}

// Owner is whose resources the path begins with: "me", or the id or name of a
// user; empty if they are nobody's.
func (q *Request) Owner() string {
	switch {
	case len(q.Parts) > 0 && strings.EqualFold(q.Parts[0], "me"):
		return "me"
	case len(q.Parts) > 1 && strings.EqualFold(q.Parts[0], "users"):
		return unescaped(q.Parts[1])
	}
	return ""
}

// After is the part of the path behind a word; empty if there isn't one.
func (q *Request) After(word string) string {
	for i := 1; i < len(q.Parts); i++ {
		if strings.EqualFold(q.Parts[i-1], word) {
			return unescaped(q.Parts[i])
		}
	}
	return ""
}

// Search is what was searched for: the text of $search or of the function
// search(q='…'), else that of $filter.
func (q *Request) Search() string {
	filter := ""
	for pair := range strings.SplitSeq(q.Query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch strings.ToLower(unescaped(name)) {
		case "$search":
			return strings.Trim(unescaped(strings.ReplaceAll(value, "+", " ")), `"`)
		case "$filter":
			filter = unescaped(strings.ReplaceAll(value, "+", " "))
		}
	}
	for _, part := range q.Parts {
		if text, ok := strings.CutPrefix(unescaped(part), "search(q='"); ok {
			return strings.TrimSuffix(text, "')")
		}
	}
	return filter
}

// Searches reports whether the request searches for words: by $search or
// search(q='…'), or by a $filter that compares with a text. A filter by dates
// or by what is not yet read only lists.
func (q *Request) Searches() bool {
	text := q.Search()
	if text == "" {
		return false
	}
	return !strings.Contains(strings.ToLower(unescaped(q.Query)), "$filter=") || strings.Contains(text, "'")
}

// Shape is the method and the path of a request with * for every id. Whose
// resources they are is "user", and the folder of a message or rule is left
// out: "GET user/messages/*/attachments".
func (q *Request) Shape() string {
	var shape []string
	rest := q.Parts
	switch {
	case q.Owner() == "me":
		rest, shape = rest[1:], []string{"user"}
	case q.Owner() != "":
		rest, shape = rest[2:], []string{"user"}
	}
	for i := 0; i < len(rest); i++ {
		part, _, _ := strings.Cut(rest[i], "(")
		if part == "" {
			part = rest[i]
		}
		folded := strings.ToLower(part)
		switch {
		case folded == "delta" || i > 0 && part[0] == '$': // how to answer, not what is asked for
		case (folded == "mailfolders" || folded == "childfolders") && i+1 < len(rest):
			i++
			if i+1 == len(rest) {
				shape = append(shape, part, "*")
			}
		case i > 0 && ofItems[strings.ToLower(rest[i-1])], !IsPathWord(part):
			shape = append(shape, "*")
		default:
			shape = append(shape, part)
		}
	}
	return q.Method + " " + strings.Join(shape, "/")
}

// ofItems are the words behind which an item's id stands, however it looks.
var ofItems = map[string]bool{"messages": true, "attachments": true, "messagerules": true}

// unescaped is a text without the escapes of a URI; as it stands where they are
// broken.
func unescaped(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}
