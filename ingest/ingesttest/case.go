package ingesttest

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/charmap"

	"becforensics/ingest"
)

// split parts a case into its evidence, encoded as the comment says, and the
// wanted outcome.
func split(archive *txtar.Archive) (files []txtar.File, want string) {
	encodings := map[string][]string{}
	for line := range strings.Lines(string(archive.Comment)) {
		if words := strings.Fields(line); len(words) > 2 && words[0] == "encode" {
			encodings[words[1]] = words[2:]
		}
	}
	for _, f := range archive.Files {
		if f.Name == wantFile {
			want = string(f.Data)
			continue
		}
		files = append(files, txtar.File{Name: f.Name, Data: encode(f.Data, encodings[f.Name])})
	}
	return files, want
}

// options are what a case's comment says of the examiner's choices.
func options(comment string) *ingest.Options {
	o := &ingest.Options{MailboxOf: map[string]string{}}
	for line := range strings.Lines(comment) {
		words := strings.Fields(line)
		if len(words) != 2 || words[0] != "mailbox" {
			continue
		}
		if file, mailbox, ok := strings.Cut(words[1], "="); ok {
			o.MailboxOf[file] = mailbox
		} else {
			o.Mailbox = words[1]
		}
	}
	return o
}

// encode gives a text the encoding, mark and line ends that words name, and
// cuts its end where they say "cut".
func encode(text []byte, words []string) []byte {
	if slices.Contains(words, "cut") {
		text = bytes.TrimSuffix(text, []byte("\n"))
	}
	if slices.Contains(words, "crlf") {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	if slices.Contains(words, "bom") {
		text = append([]byte("\ufeff"), text...)
	}
	switch {
	case slices.Contains(words, "utf-16le"):
		return encode16(text, binary.LittleEndian)
	case slices.Contains(words, "utf-16be"):
		return encode16(text, binary.BigEndian)
	case slices.Contains(words, "windows-1252"):
		if out, err := charmap.Windows1252.NewEncoder().Bytes(text); err == nil {
			return out
		}
	}
	return text
}

func encode16(text []byte, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = order.AppendUint16(out, unit)
	}
	return out
}
