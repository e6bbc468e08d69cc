package message

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"mime"
	"mime/quotedprintable"
	"strconv"
	"strings"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// Bounds on what a message may make the walk over its parts remember.
const (
	maxBoundaries  = 1000
	maxAttachments = 10000
	maxTexts       = 8 // parts that may be the text
)

// An attachment is a part of a message that has a file name, or that says of
// itself that it is an attachment.
type attachment struct {
	name     string // may be empty
	kind     string // media type in lower case, as the sender states it
	encoding string // Content-Transfer-Encoding
	body     []byte // as it travels
}

// parts are the attached parts of a message and those of its text, in order, and
// whether a bound left some out. The walk is over lines and not over a tree, so that
// parts are found however the message is nested or broken. A part that is a
// message itself is one attachment.
func parts(m *column.Map, top headerList, body []byte) (list []attachment, texts []textPart, cut bool) {
	boundaries := map[string]bool{}
	open, shown := false, false // the last of list, of texts, goes on
	look := func(h headerList) {
		media, kind := parameters(h.at(m, hContentType))
		if b := kind["boundary"]; b != "" && len(boundaries) < maxBoundaries {
			boundaries[b] = true
		} else if b != "" {
			cut = true
		}
		disposition, placed := parameters(h.at(m, hDisposition))
		name := placed["filename"]
		if name == "" {
			name = kind["name"]
		}
		if open = name != "" || disposition == "attachment"; open && len(list) == maxAttachments {
			open, cut = false, true
		} else if open {
			list = append(list, attachment{name: decodeWords(name), kind: media, encoding: h.at(m, hEncoding)})
		} else if shown = isText(media) && len(texts) < maxTexts; shown {
			texts = append(texts, textPart{attachment{kind: media, encoding: h.at(m, hEncoding)}, kind["charset"]})
		}
	}
	look(top)
	start := 0
	end := func(at int) {
		if open {
			list[len(list)-1].body = trimLineEnd(body[start:at])
		}
		if shown {
			texts[len(texts)-1].body = trimLineEnd(body[start:at])
		}
		open, shown = false, false
	}
	for at := 0; at < len(body); {
		line := body[at:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		next := at + len(line)
		switch marked(line, boundaries) {
		case partBegins:
			end(at)
			h, n, _ := readHeaders(body[next:])
			look(h)
			next += n
			start = next
		case partsEnd:
			end(at)
		}
		at = next
	}
	end(len(body))
	return list, texts, cut
}

// What a line does to the parts of a message.
const (
	noMark = iota
	partBegins
	partsEnd
)

func marked(line []byte, boundaries map[string]bool) int {
	mark, ok := bytes.CutPrefix(line, []byte("--"))
	if !ok {
		return noMark
	}
	mark = bytes.TrimRight(mark, " \t\r\n")
	if boundaries[string(mark)] {
		return partBegins
	}
	if mark, ok = bytes.CutSuffix(mark, []byte("--")); ok && boundaries[string(mark)] {
		return partsEnd
	}
	return noMark
}

// trimLineEnd takes away the line end that belongs to the boundary below.
func trimLineEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// names lists the attachments that have a name.
func names(list []attachment) []string {
	var out []string
	for _, a := range list {
		if a.name != "" {
			out = append(out, a.name)
		}
	}
	return out
}

// json is what is known of an attachment without opening it. Size and SHA-256
// are of the file that it carries. Where the text that should hold it is
// damaged, it says so instead.
func (a *attachment) json() string {
	out := `{"name":` + rows.Quote(a.name) + `,"type":` + rows.Quote(a.kind)
	sum := sha256.New()
	if size, err := io.Copy(sum, a.file()); err == nil {
		out += `,"size":` + strconv.FormatInt(size, 10) + `,"sha256":"` + hex.EncodeToString(sum.Sum(nil)) + `"`
	} else {
		out += `,"damaged":true`
	}
	return out + "}"
}

// file reads the file that an attachment carries.
func (a *attachment) file() io.Reader {
	switch strings.ToLower(a.encoding) {
	case "base64":
		return base64.NewDecoder(base64.RawStdEncoding, &base64Text{text: a.body})
	case "quoted-printable":
		return quotedprintable.NewReader(bufio.NewReader(bytes.NewReader(a.body)))
	}
	return bytes.NewReader(a.body)
}

// base64Text reads the letters of a base64 text up to its padding. What else
// stands in it is left out (RFC 2045, 6.8).
type base64Text struct{ text []byte }

func (t *base64Text) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && len(t.text) > 0 {
		c := t.text[0]
		t.text = t.text[1:]
		switch {
		case c == '=':
			t.text = nil
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			p[n] = c
			n++
		}
	}
	if n == 0 && len(t.text) == 0 {
		return 0, io.EOF
	}
	return n, nil
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
