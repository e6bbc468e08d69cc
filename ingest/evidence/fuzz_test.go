package evidence

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// FuzzContainers takes any bytes as a file: it is acquired and read without a
// failure of the program, within the caps, twice with the same result.
func FuzzContainers(f *testing.F) {
	inner := zipOf(f, entryOf{name: "a.csv", text: strings.Repeat("a", 100)})
	for _, seed := range []string{
		"", "text", inner, gzipOf(f, "text"), gzipOf(f, inner), inner[:len(inner)-5],
		zipOf(f, entryOf{name: "n.zip", text: inner, change: stored}, entryOf{name: "d/"}, entryOf{name: "x.gz", text: gzipOf(f, "t")}),
	} {
		f.Add([]byte(seed))
	}
	const most = 1 << 20
	low := func(l *limits) {
		l.unpacked, l.memory, l.members, l.directory, l.ratioAfter = most, most, 20, 1<<16, 1<<12
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := write(t, map[string]string{"file": string(data)})
		var first string
		for range 2 {
			s := limited(t, low, dir)
			shown := names(s)
			for _, it := range s.Items() {
				in, err := it.Open()
				if err != nil {
					shown += err.Error()
					continue
				}
				n, err := io.Copy(io.Discard, in)
				if n > most {
					t.Errorf("%s: %d bytes", it.Name, n)
				}
				if err != nil {
					shown += err.Error()
				}
				in.Close()
				it.ReadAt(make([]byte, 10), 3)
				shown += it.Hash()
			}
			if err := s.Verify(context.Background()); err != nil {
				t.Error(err)
			}
			s.Close()
			if first == "" {
				first = shown
			}
			if shown != first {
				t.Errorf("once\n%s\nthen\n%s", first, shown)
			}
		}
	})
}

// FuzzManifest reads any bytes as a manifest; what is read of it is written
// and read again as the same.
func FuzzManifest(f *testing.F) {
	sum := strings.Repeat("0a", 32)
	for _, seed := range []string{"", sum + "  a.csv\n", `\` + sum + `  a\\b\nc\r` + "\n", sum + " *b", "\n\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read := func(data []byte) []manifestLine {
			var lines []manifestLine
			if err := readManifest(bytes.NewReader(data), func(_ int, l manifestLine, err error) {
				if err == nil {
					lines = append(lines, l)
				}
			}); err != nil {
				t.Fatal(err)
			}
			return lines
		}
		lines := read(data)
		var once, twice bytes.Buffer
		if err := writeManifest(&once, lines); err != nil {
			t.Fatal(err)
		}
		if err := writeManifest(&twice, read(once.Bytes())); err != nil {
			t.Fatal(err)
		}
		if once.String() != twice.String() {
			t.Errorf("%q then %q", once.String(), twice.String())
		}
	})
}

// FuzzChain reads any bytes as a custody log.
func FuzzChain(f *testing.F) {
	var b bytes.Buffer
	c := NewCustody(&b, Author{clock(), "ada", "lab"})
	for range 3 {
		if err := c.Append(Note, map[string]int{"n": 1}); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(b.Bytes())
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if follow(bytes.NewReader(data)) == nil && !bytes.HasSuffix(data, []byte("\n")) {
			t.Errorf("%q is accepted", data)
		}
	})
}
