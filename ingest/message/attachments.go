package message

import (
	"bytes"
	"mime"
	"strings"

	"becforensics/ingest/internal/column"
)

// Bounds on what a message may make the walk over its parts remember.
const (
	maxBoundaries  = 1000
	maxAttachments = 10000
)

// attachments are the names of the parts of a message that have one, in order.
// The walk is over lines and not over a tree, so that parts are found however
// the message is nested or broken.
func attachments(m *column.Map, top headerList, body []byte) []string {
	var names []string
	boundaries := map[string]bool{}
	look := func(h headerList) {
		_, kind := parameters(h.at(m, hContentType))
		if b := kind["boundary"]; b != "" && len(boundaries) < maxBoundaries {
			boundaries[b] = true
		}
		_, disposition := parameters(h.at(m, hDisposition))
		name := disposition["filename"]
		if name == "" {
			name = kind["name"]
		}
		if name != "" && len(names) < maxAttachments {
			names = append(names, decodeWords(name))
		}
	}
	look(top)
	for len(body) > 0 {
		line := body
		if i := bytes.IndexByte(body, '\n'); i >= 0 {
			line, body = body[:i], body[i+1:]
		} else {
			body = nil
		}
		mark, ok := bytes.CutPrefix(line, []byte("--"))
		if !ok || !boundaries[string(bytes.TrimRight(mark, " \t\r"))] {
			continue
		}
		h, n, _ := readHeaders(body)
		look(h)
		body = body[n:]
	}
	return names
}

// parameters parts a header's value into its main word, in lower case, and
// its parameters. Where the value breaks the grammar, what stands as
// name=value between semicolons is taken.
func parameters(value string) (main string, params map[string]string) {
	if value == "" {
		return "", nil
	}
	main, params, err := mime.ParseMediaType(value)
	if err == nil {
		return main, params
	}
	params = map[string]string{}
	main, rest, _ := strings.Cut(value, ";")
	for part := range strings.SplitSeq(rest, ";") {
		if name, v, ok := strings.Cut(part, "="); ok {
			params[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(v), `"`)
		}
	}
	return strings.ToLower(strings.TrimSpace(main)), params
}
