package graphactivity

import (
	"net/url"
	"strings"

	"becforensics/timeline"
)

// A request is what a request's method and URI say.
type request struct {
	method, host, path, query string
	parts                     []string // of the path, the version left out
}

// readRequest takes apart a URI as the log has it, with or without scheme and
// host.
func readRequest(method, uri string) request {
	q := request{method: strings.ToUpper(method)}
	rest := uri
	if _, after, ok := strings.Cut(uri, "://"); ok {
		q.host, rest, _ = strings.Cut(after, "/")
		rest = "/" + rest
	}
	q.path, q.query, _ = strings.Cut(rest, "?")
	for part := range strings.SplitSeq(q.path, "/") {
		if part != "" && (len(q.parts) > 0 || !isVersion(part)) {
			q.parts = append(q.parts, part)
		}
	}
	return q
}

func isVersion(part string) bool {
	return strings.EqualFold(part, "beta") || len(part) > 1 && (part[0] == 'v' || part[0] == 'V') && strings.Trim(part[1:], "0123456789.") == ""
}

// fill sets the columns that the request decides.
func (q *request) fill(ev *timeline.Event) {
	full := q.path
	if q.query != "" {
		full += "?" + q.query
	}
	ev.Set(timeline.ColRequest, strings.TrimSpace(q.method+" "+full))
	ev.Set(timeline.ColResource, q.host)
	ev.Set(timeline.ColQuery, q.search())
	if !q.ofMail() {
		return
	}
	ev.Set(timeline.ColMailbox, q.mailbox(ev.Cols[timeline.ColUser]))
	if id := q.after("messages"); !isName(id) {
		ev.Set(timeline.ColItemID, id)
	}
	if name := q.after("mailFolders"); isName(name) {
		ev.Set(timeline.ColFolder, name)
	}
}

// isName reports whether a part of a path is one of the API's own words: it
// begins with a small letter, or with the dollar of an option, and holds
// letters, full stops of a namespace and at most the digits of a version, as in
// oauth2PermissionGrants and alerts_v2. Ids have more digits, signs or length.
func isName(part string) bool {
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

// ofMail reports whether the request is to a mailbox.
func (q *request) ofMail() bool {
	for _, part := range q.parts {
		switch strings.ToLower(part) {
		case "messages", "mailfolders", "sendmail", "mailboxsettings", "messagerules", "inferenceclassification":
			return q.owner() != ""
		}
	}
	return false
}

// owner is whose resources the path begins with: "me", or the id or name of a
// user.
func (q *request) owner() string {
	switch {
	case len(q.parts) > 0 && strings.EqualFold(q.parts[0], "me"):
		return "me"
	case len(q.parts) > 1 && strings.EqualFold(q.parts[0], "users"):
		return unescaped(q.parts[1])
	}
	return ""
}

// mailbox is the mailbox of a request, which "me" makes that of the caller.
func (q *request) mailbox(caller string) string {
	if owner := q.owner(); owner != "me" {
		return owner
	}
	return caller
}

// after is the part of the path behind a word; empty if there isn't one.
func (q *request) after(word string) string {
	for i := 1; i < len(q.parts); i++ {
		if strings.EqualFold(q.parts[i-1], word) {
			return unescaped(q.parts[i])
		}
	}
	return ""
}

// search is what was searched for: the text of $search, else of $filter.
func (q *request) search() string {
	filter := ""
	for pair := range strings.SplitSeq(q.query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch strings.ToLower(unescaped(name)) {
		case "$search":
			return strings.Trim(unescaped(strings.ReplaceAll(value, "+", " ")), `"`)
		case "$filter":
			filter = unescaped(strings.ReplaceAll(value, "+", " "))
		}
	}
	return filter
}

// unescaped is a text without the escapes of a URI; as it stands where they are
// broken.
func unescaped(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}
