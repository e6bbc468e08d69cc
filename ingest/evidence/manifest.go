package evidence

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

const (
	custodySuffix   = ".custody.jsonl"
	manifestStem    = ".manifest-sha256"
	manifestEnding  = ".txt"
	manifestSuffix  = manifestStem + manifestEnding
	signatureSuffix = ".sig"
)

// A manifestLine is a file and its SHA-256 in hexadecimal. Path is as it
// stands in the manifest, unescaped.
type manifestLine struct {
	Path, SHA256 string
}

// inManifest is the path by which a manifest in a folder names a file:
// relative if the file lies below the folder, else absolute. Both are absolute
// and resolved.
func inManifest(folder, path string) string {
	rel, err := filepath.Rel(folder, path)
	if err != nil || !filepath.IsLocal(rel) {
		return path
	}
	if rel = filepath.ToSlash(rel); rel == "-" {
		return "./-" // a dash alone means standard input to sha256sum
	}
	return rel
}

var escapeName = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)

// writeManifest writes lines as sha256sum does, by path, each path once.
func writeManifest(w io.Writer, lines []manifestLine) error {
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, b manifestLine) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.SHA256, b.SHA256))
	})
	for _, l := range slices.Compact(lines) {
		mark, name := "", escapeName.Replace(l.Path)
		if name != l.Path {
			mark = `\`
		}
		if _, err := fmt.Fprintf(w, "%s%s  %s\n", mark, l.SHA256, name); err != nil {
			return err
		}
	}
	return nil
}

// readManifest calls take for each line. One that is no line of a manifest gets
// an error in place of its file.
func readManifest(r io.Reader, take func(number int, l manifestLine, err error)) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for number := 1; ; number++ {
		text, err := readLine(in)
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			take(number, manifestLine{}, errors.New("torn: the manifest ends inside it"))
			return nil
		case errors.Is(err, errLongLine):
			take(number, manifestLine{}, err)
			return nil
		case err != nil:
			return err
		}
		l, err := parseManifestLine(strings.TrimSuffix(string(text), "\n"))
		take(number, l, err)
	}
}

var errManifestLine = errors.New("not a line of a sha256sum manifest")

func parseManifestLine(text string) (manifestLine, error) {
	const digits = 64
	text, escaped := strings.CutPrefix(text, `\`)
	if len(text) < digits+3 || strings.Trim(text[:digits], "0123456789abcdef") != "" ||
		text[digits] != ' ' || text[digits+1] != ' ' && text[digits+1] != '*' {
		return manifestLine{}, errManifestLine
	}
	l := manifestLine{SHA256: text[:digits], Path: text[digits+2:]}
	if strings.ContainsRune(l.Path, 0) {
		return manifestLine{}, errManifestLine
	}
	if !escaped {
		return l, nil
	}
	var b strings.Builder
	for i := 0; i < len(l.Path); i++ {
		c := l.Path[i]
		if c == '\\' {
			if i++; i == len(l.Path) {
				return manifestLine{}, errManifestLine
			}
			switch l.Path[i] {
			case '\\':
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			default:
				return manifestLine{}, errManifestLine
			}
		}
		b.WriteByte(c)
	}
	l.Path = b.String()
	return l, nil
}
