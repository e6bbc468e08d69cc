package rows

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// A fixture is a file as found and what is to be read in it. Its comment may say
// how the file is written, as lines "encoding: UTF-16LE with mark", "ends: CRLF",
// "cut: 12" for so many bytes that are missing at the end, and "read: in lists"
// that its records are looked for inside the document.
func fixtures(t testing.TB) map[string]*txtar.Archive {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no fixtures: ", err)
	}
	all := make(map[string]*txtar.Archive)
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".txtar")] = a
	}
	return all
}

// written is the fixture's file in the bytes that its comment asks for.
func written(t testing.TB, a *txtar.Archive) []byte {
	text := string(a.Files[0].Data)
	var file []byte
	enc, mark := encoding.Encoder{}, ""
	cut := 0
	for line := range strings.Lines(string(a.Comment)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "ends":
			text = strings.ReplaceAll(text, "\n", map[string]string{"CRLF": "\r\n", "CR": "\r"}[value])
		case "bytes": // Go escapes in the text stand for bytes
			text = strings.NewReplacer(`\xe9`, "\xe9", `\x00`, "\x00", `\xef\xbb\xbf`, "\xef\xbb\xbf", `\x81`, "\x81").Replace(text)
		case "cut":
			fmt.Sscan(value, &cut)
		case "encoding":
			value, marked := strings.CutSuffix(value, " with mark")
			if marked {
				mark = "\ufeff"
			}
			switch value {
			case "UTF-16LE":
				enc = *unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
			case "UTF-16BE":
				enc = *unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
			case "Windows-1252":
				enc = *charmap.Windows1252.NewEncoder()
			}
		}
	}
	file = []byte(mark + text)
	if enc.Transformer != nil {
		var err error
		if file, err = enc.Bytes(file); err != nil {
			t.Fatal(err)
		}
	}
	return file[:len(file)-cut]
}

func TestFixtures(t *testing.T) {
	for name, a := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			file := written(t, a)
			inLists := strings.Contains(string(a.Comment), "read: in lists")
			got := dump(t, file, bytes.NewReader(file), chunkSize, MaxRecord, inLists)
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
			if os.Getenv("UPDATE") != "" {
				if i < 0 {
					a.Files = append(a.Files, txtar.File{Name: "want"})
					i = len(a.Files) - 1
				}
				a.Files[i].Data = []byte(got)
				if err := os.WriteFile("testdata/"+name+".txtar", txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(a.Files[i].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if one := dump(t, file, iotest.OneByteReader(bytes.NewReader(file)), chunkSize, MaxRecord, inLists); one != got {
				t.Errorf("read a byte at a time:\n%s\nwant\n%s", one, got)
			}
			for target := 1; target < 2*len(file); target += 1 + target/16 {
				if cut := dump(t, file, bytes.NewReader(file), target, MaxRecord, inLists); cut != got {
					t.Fatalf("in chunks of %d bytes:\n%s\nwant\n%s", target, cut, got)
				}
			}
		})
	}
}

// dump lists what the file has, one line a record, and checks that every record
// is where it says it is.
func dump(t testing.TB, file []byte, r io.Reader, target, limit int, inLists bool) string {
	var b strings.Builder
	s := Sniff(file[:min(len(file), HeadSize)])
	if inLists {
		s = s.InLists()
	}
	fmt.Fprintf(&b, "%s in %s", s.Kind, s.Encoding)
	if s.BOM {
		b.WriteString(" with mark")
	}
	if s.TypeLine != "" {
		fmt.Fprintf(&b, ", type line %q", s.TypeLine)
	}
	if s.Kind == CSV {
		fmt.Fprintf(&b, ", %q between %q", s.Comma, s.Header)
	}
	if s.Envelope != nil {
		fmt.Fprintf(&b, ", wrapper %q", s.Envelope)
	}
	if s.Kind == JSON {
		fmt.Fprintf(&b, ", keys %q", s.Keys)
	}
	b.WriteByte('\n')
	if s.Kind != CSV && s.Kind != JSON {
		return b.String()
	}
	c := newCutter(r, s, target, limit)
	sp := NewSplitter(s)
	var chunk Chunk
	var envelopes []*Envelope
	joined, unclosed := false, false
	end := int64(0)
	n := 0
	for {
		if err := c.Next(&chunk); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		sp.Reset(&chunk)
		for r, ok := sp.Next(); ok; r, ok = sp.Next() {
			n++
			dumpRecord(&b, n, r)
			if r.Offset < end || r.Length <= 0 || r.Offset+int64(r.Length) > int64(len(file)) {
				t.Fatalf("record %d at %d+%d, the one before ends at %d, the file at %d", n, r.Offset, r.Length, end, len(file))
			}
			if r.Err != nil && (r.Err.Offset < r.Offset || r.Err.Offset > r.Offset+int64(r.Length)) {
				t.Fatalf("record %d at %d+%d: error at %d", n, r.Offset, r.Length, r.Err.Offset)
			}
			end = r.Offset + int64(r.Length)
			again(t, file, s, r)
		}
		for _, e := range chunk.Envelopes {
			if k := len(envelopes) - 1; k < 0 || e.Pre == nil || envelopes[k].Post != nil || string(envelopes[k].Pre) != string(e.Pre) {
				envelopes = append(envelopes, e)
			} else {
				envelopes[k] = e // opened in an earlier chunk
			}
		}
		joined, unclosed = joined || chunk.Joined, unclosed || chunk.Unclosed
	}
	for _, e := range envelopes {
		if e.Pre != nil || e.Post != nil || e.Partial {
			fmt.Fprintf(&b, "wrapper %s … %s", e.Pre, e.Post)
			if e.Partial {
				b.WriteString(" partial")
			}
			b.WriteByte('\n')
		}
	}
	if joined {
		b.WriteString("joined\n")
	}
	if unclosed {
		b.WriteString("unclosed\n")
	}
	return b.String()
}

func dumpRecord(b *strings.Builder, n int, r *Record) {
	fmt.Fprintf(b, "%d @%d+%d ", n, r.Offset, r.Length)
	switch {
	case r.Err != nil:
		fmt.Fprintf(b, "reject: %v", r.Err)
	case r.Cells != nil:
		fmt.Fprintf(b, "%q", r.Cells)
	default:
		var cells []string
		for k, v := range r.Value.Members() {
			cells = append(cells, fmt.Sprintf("%s=%s", k, v.Raw()))
		}
		if !r.Value.IsObject() {
			cells = append(cells, string(r.Value.Raw()))
		}
		fmt.Fprintf(b, "%q", cells)
	}
	if r.List != "" {
		fmt.Fprintf(b, " in %s", r.List)
	}
	if r.Columns != nil {
		fmt.Fprintf(b, " of %q", r.Columns)
	}
	for i, name := range flagNames {
		if r.Has(1 << i) {
			b.WriteString(" " + name)
		}
	}
	if r.Has(BadEncoding) {
		fmt.Fprintf(b, " at %d", r.BadAt)
	}
	b.WriteByte('\n')
}

var flagNames = []string{
	"short", "long", "stray-quote", "header", "bad-encoding", "duplicate-key", "case-twins", "key-case",
	"lone-surrogate", "big-integer", "cut", "folded", "lost",
}

// again checks that the record's bytes in the file give the same record.
func again(t testing.TB, file []byte, s Shape, r *Record) {
	t.Helper()
	if r.Err != nil {
		return
	}
	raw := file[r.Offset : r.Offset+int64(r.Length)]
	if s.Encoding == UTF8 && utf8.Valid(raw) && !bytes.Equal(raw, r.Raw) {
		t.Fatalf("record is %q, the file has %q there", r.Raw, raw)
	}
	same, err := At(raw, s)
	if err != nil {
		t.Fatalf("record %q again: %v", r.Raw, err)
	}
	if same.Err != nil || !bytes.Equal(same.Raw, r.Raw) || fmt.Sprintf("%q", same.Cells) != fmt.Sprintf("%q", r.Cells) ||
		!bytes.Equal(same.Value.Raw(), r.Value.Raw()) || same.Flags != r.Flags {
		t.Fatalf("record %q again is %q, %v, flags %b and %b", r.Raw, same.Raw, same.Err, same.Flags, r.Flags)
	}
}

func TestMayHoldJSON(t *testing.T) {
	for text, want := range map[string]bool{
		`{"a":"{}"}`: true, `{"a":[{"b":" [1]"}]}`: true, `{"a":"\u007b}"}`: true, `{"a":"\n[]"}`: true, `"\u00a0{}"`: true, `["é"]`: true,
		`{"a":{"b":["c",1,null,""]}}`: false, `{"a":"\\Inbox","b":"\"{}\"","c":"\u003cid\u003e","d":"\ud83d"}`: false, `7`: false,
	} {
		r, err := At([]byte(text), Shape{Kind: JSON})
		if err != nil || r.Err != nil {
			t.Fatal(text, err, r.Err)
		}
		if got := r.Value.MayHoldJSON(); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if (Value{}).MayHoldJSON() {
		t.Error("an absent value may hold JSON")
	}
}

func TestMember(t *testing.T) {
	r, err := At([]byte(`{"a":1,"b":"x","ü":{"c":[]}, "d" :2,"e": 3,"\u0066":4,"g":null,"":""}`), Shape{Kind: JSON})
	if err != nil || r.Err != nil {
		t.Fatal(err, r.Err)
	}
	var got []string
	for _, v := range r.Value.Members() {
		got = append(got, string(v.Member()))
	}
	if want := []string{`"a":1`, `"b":"x"`, `"ü":{"c":[]}`, "", "", "", `"g":null`, `"":""`}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
