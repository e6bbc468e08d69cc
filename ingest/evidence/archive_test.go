package evidence

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

func TestContainers(t *testing.T) {
	inner := zipOf(t, entryOf{name: "deep.csv", text: "deep"})
	dir := write(t, map[string]string{
		"outer.zip": zipOf(t, entryOf{name: "inner/name.csv", text: "one"}, entryOf{name: "inner/", change: stored},
			entryOf{name: "nested.zip", text: inner}, entryOf{name: "kept.zip", text: inner, change: stored},
			entryOf{name: "page.json.gz", text: gzipOf(t, "two")}),
		"x.csv.GZ":   gzipOf(t, "three"),
		"w!x.csv.gz": gzipOf(t, "five"),
		"y":          gzipOf(t, "four"),
		"z.zip.gz":   gzipOf(t, inner),
		"unnamed":    inner,
		"empty.zip":  zipOf(t),
		"text.zip":   "no zip at all",
		"sheet.xlsx": zipOf(t, entryOf{name: officePart, text: "<Types/>"}),
		"doc.docx":   zipOf(t, entryOf{name: "word/document.xml", text: "<w/>"}, entryOf{name: officePart, text: "<Types/>"}),
	})
	s := acquired(t, dir)
	wantNames(t, s, `
E001 doc.docx
E002 empty.zip (container)
E003 outer.zip (container)
E004 outer.zip!inner/name.csv in E003
E005 outer.zip!kept.zip in E003 (container)
E006 outer.zip!kept.zip!deep.csv in E005
E007 outer.zip!nested.zip in E003 (container)
E008 outer.zip!nested.zip!deep.csv in E007
E009 outer.zip!page.json.gz in E003 (container)
E010 outer.zip!page.json.gz!page.json in E009
E011 sheet.xlsx
E012 text.zip
E013 unnamed (container)
E014 unnamed!deep.csv in E013
E015 w!x.csv.gz (container)
E016 w!x.csv.gz!w!x.csv in E015
E017 x.csv.GZ (container)
E018 x.csv.GZ!x.csv in E017
E019 y (container)
E020 y!y in E019
E021 z.zip.gz (container)
E022 z.zip.gz!z.zip in E021 (container)
E023 z.zip.gz!z.zip!deep.csv in E022
`)
	for i, want := range map[int]string{3: "one", 5: "deep", 7: "deep", 9: "two", 15: "five", 17: "three", 19: "four", 22: "deep"} {
		it := s.Items()[i]
		if got := bytesOf(t, it); got != want || it.Hash() != hexSum(want) || it.Size != int64(len(want)) {
			t.Errorf("%s holds %q (%d bytes, %s), want %q", it.Name, got, it.Size, it.Hash(), want)
		}
	}
	if it := s.Items()[6]; it.Hash() != hexSum(inner) {
		t.Errorf("nested container has hash %q", it.Hash())
	}
}

func TestContainersTooDeep(t *testing.T) {
	one := zipOf(t, entryOf{name: "a.csv", text: "a"})
	two := zipOf(t, entryOf{name: "one.zip", text: one}, entryOf{name: "a.csv.gz", text: gzipOf(t, "a")},
		entryOf{name: "s.xlsx", text: zipOf(t, entryOf{name: officePart, text: ""})})
	dir := write(t, map[string]string{"three.zip": zipOf(t, entryOf{name: "two.zip", text: two})})
	wantNames(t, acquired(t, dir), `
E001 three.zip (container)
E002 three.zip!two.zip in E001 (container)
E003 three.zip!two.zip!a.csv.gz in E002 (container)
E004 three.zip!two.zip!one.zip in E002 (container)
E005 three.zip!two.zip!s.xlsx in E002
refused three.zip!two.zip!a.csv.gz in E002: container inside 2 others: not opened
refused three.zip!two.zip!one.zip in E002: container inside 2 others: not opened
`)
}

func TestRefusedMembers(t *testing.T) {
	encrypted := func(h *zip.FileHeader) { h.Flags |= flagEncrypted }
	link := func(h *zip.FileHeader) { h.SetMode(0o777 | 1<<27) } // fs.ModeSymlink
	data := zipOf(t,
		entryOf{name: "secret.csv", text: "x", change: encrypted}, entryOf{name: "twice.csv", text: "first"},
		entryOf{name: "twice.csv", text: "second"}, entryOf{name: "link", text: "/etc/passwd", change: link},
		entryOf{name: "../../up.csv", text: "harmless"}, entryOf{name: "method.csv", text: "strange"})
	// The last entry of the directory claims a method that nobody knows.
	at := strings.LastIndex(data, "PK\x01\x02")
	patched := []byte(data)
	binary.LittleEndian.PutUint16(patched[at+10:], 9)
	dir := write(t, map[string]string{"x.zip": string(patched)})
	s := acquired(t, dir)
	wantNames(t, s, `
E001 x.zip (container)
E002 x.zip!../../up.csv in E001
E003 x.zip!twice.csv in E001
refused x.zip!link in E001: symbolic link, not followed
refused x.zip!method.csv in E001: packed by method 9, which is not supported: not read
refused x.zip!secret.csv in E001: encrypted: not read
refused x.zip!twice.csv in E001: a second member of this name: the first is read
`)
	if got := bytesOf(t, s.Items()[2]); got != "first" {
		t.Errorf("read %q of two members of one name", got)
	}
}

func TestOverlappingMembersAreRefused(t *testing.T) {
	data := []byte(zipOf(t, entryOf{name: "a.csv", text: strings.Repeat("a", 100)}, entryOf{name: "b.csv", text: strings.Repeat("a", 100)}))
	// The second entry of the directory points to the first member's bytes.
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[at+42:], 0)
	dir := write(t, map[string]string{"x.zip": string(data)})
	wantNames(t, acquired(t, dir), `
E001 x.zip (container)
E002 x.zip!a.csv in E001
refused x.zip!b.csv in E001: overlaps another member: not read
`)
}

func TestBrokenContainersAreHashedAndListed(t *testing.T) {
	whole := zipOf(t, entryOf{name: "a.csv", text: "text"})
	dir := write(t, map[string]string{"cut.zip": whole[:len(whole)-10], "head.gz": "\x1f\x8b\x08"})
	s := acquired(t, dir)
	wantNames(t, s, `
E001 cut.zip (container)
E002 head.gz (container)
refused cut.zip: could not be read: not a valid zip file
refused head.gz: could not be read: unexpected EOF
`)
	for i, it := range s.Items() {
		if it.Hash() == "" || s.Refused()[i].Item != it {
			t.Errorf("%s: hash %q, refused %+v", it.Name, it.Hash(), s.Refused()[i])
		}
	}
}

func TestCaps(t *testing.T) {
	zeros := strings.Repeat("0", 1<<20)
	low := func(l *limits) { l.ratioAfter = 1000 }
	for name, c := range map[string]struct {
		file, text, want string
		change           func(*limits)
	}{
		"ratio of a zip": {"x.zip", zipOf(t, entryOf{name: "bomb", text: zeros}, entryOf{name: "fine", text: "text"}), `
E001 x.zip (container)
E002 x.zip!fine in E001
refused x.zip!bomb in E001: unpacks to more than 200 times its size: not read further
`, low},
		"members": {"x.zip", zipOf(t, entryOf{name: "a"}, entryOf{name: "b"}, entryOf{name: "c"}), `
E001 x.zip (container)
E002 x.zip!a in E001
E003 x.zip!b in E001
refused x.zip: over the cap of 2 members: 1 not read
`, func(l *limits) { l.members = 2 }},
		"refused members": {"x.zip", zipOf(t, entryOf{name: "a"}, entryOf{name: "a"}, entryOf{name: "a"}, entryOf{name: "b"}), `
E001 x.zip (container)
E002 x.zip!a in E001
E003 x.zip!b in E001
refused x.zip: 2 members refused, of which the first 1 are listed
refused x.zip!a in E001: a second member of this name: the first is read
`, func(l *limits) { l.refused = 1 }},
		"members of nested zips": {"x.zip", zipOf(t, entryOf{name: "n.zip", text: zipOf(t, entryOf{name: "a"}, entryOf{name: "b"})}, entryOf{name: "c"}), `
E001 x.zip (container)
E002 x.zip!n.zip in E001 (container)
E003 x.zip!n.zip!a in E002
refused x.zip: over the cap of 2 members: 1 not read
refused x.zip!n.zip in E001: over the cap of 2 members: 1 not read
`, func(l *limits) { l.members = 2 }},
		"bytes in all": {"x.zip", zipOf(t, entryOf{name: "a", text: "12345"}, entryOf{name: "b", text: "123456"}, entryOf{name: "c", text: "12345"}), `
E001 x.zip (container)
E002 x.zip!a in E001
E003 x.zip!c in E001
refused x.zip!b in E001: over the cap of 10 bytes unpacked: not read
`, func(l *limits) { l.unpacked = 10 }},
		"directory": {"x.zip", zipOf(t, entryOf{name: "a"}, entryOf{name: strings.Repeat("n", 3000)}), `
E001 x.zip (container)
E002 x.zip!a in E001
refused x.zip: the directory of the zip is over the cap: what it lists further is not read
`, func(l *limits) { l.directory = 3000 }},
		"memory": {"x.zip", zipOf(t, entryOf{name: "n.zip", text: zipOf(t, entryOf{name: "a", text: "text"})}), `
E001 x.zip (container)
E002 x.zip!n.zip in E001 (container)
refused x.zip!n.zip in E001: zip of 126 bytes inside a container, more than memory allows: not opened
`, func(l *limits) { l.memory = 100 }},
	} {
		t.Run(name, func(t *testing.T) {
			wantNames(t, limited(t, c.change, write(t, map[string]string{c.file: c.text})), c.want)
		})
	}
	t.Run("ratio of a gzip", func(t *testing.T) {
		s := limited(t, low, write(t, map[string]string{"x.gz": gzipOf(t, zeros)}))
		in, err := s.Items()[1].Open()
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, in)
		if err == nil || !strings.Contains(err.Error(), `read "x.gz!x": unpacks to more than 200 times its size`) || n > 500_000 {
			t.Errorf("read %d bytes, %v", n, err)
		}
	})
	t.Run("members that a zip only claims", func(t *testing.T) {
		data := []byte(zipOf(t, entryOf{name: "a"}))
		binary.LittleEndian.PutUint16(data[len(data)-12:], 60_000)
		s := acquired(t, write(t, map[string]string{"x.zip": string(data)}))
		wantNames(t, s, "E001 x.zip (container)\nE002 x.zip!a in E001\nrefused x.zip: the directory of the zip is damaged after 1 entries: what it lists further is not read\n")
	})
}

// TestMemberLongerThanDeclared is a zip that hides its size from the caps.
func TestMemberLongerThanDeclared(t *testing.T) {
	data := []byte(zipOf(t, entryOf{name: "a.csv", text: strings.Repeat("0", 100_000)}))
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[at+24:], 10)
	s := acquired(t, write(t, map[string]string{"x.zip": string(data)}))
	in, err := s.Items()[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, in); err == nil || n > 10 {
		t.Errorf("read %d bytes, %v", n, err)
	}
	if h := s.Items()[1].Hash(); h != "" {
		t.Errorf("hash %q of a member that was not read whole", h)
	}
}

func TestCutMemberGivesWhatIsThere(t *testing.T) {
	whole := gzipOf(t, "one\ntwo\n")
	s := acquired(t, write(t, map[string]string{"x.csv.gz": whole[:len(whole)-8]}))
	in, err := s.Items()[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if string(text) != "one\ntwo\n" || err == nil || !strings.Contains(err.Error(), "unexpected EOF") {
		t.Errorf("%q, %v", text, err)
	}
}

// TestReadAt reads members and files at places in every order, in and out of
// memory.
func TestReadAt(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for i := 0; b.Len() < 3*window; i++ {
		fmt.Fprintf(&b, "%d,%x\n", i, random.Uint64())
	}
	text := b.String()
	dir := write(t, map[string]string{
		"x.zip":    zipOf(t, entryOf{name: "a", text: text}, entryOf{name: "b", text: text, change: stored}),
		"y.gz":     gzipOf(t, text),
		"z":        text,
		"many.zip": func() string { return zipOf(t, entriesOf(maxStreams+2, text[:2*window])...) }(),
	})
	for _, memory := range []int64{0, 1, int64(len(text))} {
		for _, hashed := range []bool{false, true} {
			l := func(l *limits) { l.memory = memory }
			s := limited(t, l, filepath.Join(dir))
			if hashed {
				readAll(t, s)
			}
			for range 60 {
				it := s.Items()[random.IntN(len(s.Items()))]
				if it.IsContainer() {
					continue
				}
				want := text
				if strings.HasPrefix(it.Name, "many") {
					want = text[:2*window]
				}
				off := random.IntN(len(want) + 10)
				p := make([]byte, random.IntN(window+1000))
				n, err := it.ReadAt(p, int64(off))
				rest := want[min(off, len(want)):]
				if string(p[:n]) != rest[:min(len(p), len(rest))] || (n < len(p)) != (err == io.EOF) {
					t.Fatalf("memory %d: %s at %d: %d of %d bytes, %v", memory, it.Name, off, n, len(p), err)
				}
			}
		}
	}
}

func entriesOf(n int, text string) []entryOf {
	var list []entryOf
	for i := range n {
		list = append(list, entryOf{name: fmt.Sprintf("m%02d", i), text: text})
	}
	return list
}

func TestVerifyHashesWhatWasNotRead(t *testing.T) {
	s := acquired(t, write(t, map[string]string{"x.csv.gz": gzipOf(t, "text"), "y.csv": "more"}))
	if err := s.Verify(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "text", "more"} {
		if it := s.Items()[i]; want != "" && it.Hash() != hexSum(want) {
			t.Errorf("%s has hash %q", it.Name, it.Hash())
		}
	}
}
