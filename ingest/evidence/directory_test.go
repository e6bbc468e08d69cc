package evidence

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
)

// TestZipOfManyMails holds that a mailbox exported as single mails is read
// whole.
func TestZipOfManyMails(t *testing.T) {
	const n = 12_000
	entries := make([]entryOf, n)
	for i := range entries {
		entries[i] = entryOf{name: fmt.Sprintf("Inbox/%05d.eml", i), text: fmt.Sprintf("Subject: %d\r\n", i)}
	}
	s := acquired(t, write(t, map[string]string{"mails.zip": zipOf(t, entries...)}))
	if len(s.Items()) != n+1 || len(s.Refused()) != 0 {
		t.Fatalf("%d items, refused %v; want %d and none", len(s.Items()), s.Refused(), n+1)
	}
	for _, i := range []int{1, n / 2, n} {
		if got, want := bytesOf(t, s.Items()[i]), fmt.Sprintf("Subject: %d\r\n", i-1); got != want {
			t.Errorf("%s holds %q, want %q", s.Items()[i].Name, got, want)
		}
	}
}

// TestLargeZip is one whose directory needs the records of more than 32 bits,
// with other bytes before the zip.
func TestLargeZip(t *testing.T) {
	before := strings.Repeat("#", 1000)
	data := before + zipOf(t, entryOf{name: "a.csv", text: "first"}, entryOf{name: "b.csv", text: "second"})
	end := len(data) - endSize
	tail := []byte(data[end:])
	length, start := le.Uint32(tail[12:]), le.Uint32(tail[16:])
	rec := make([]byte, end64Size)
	copy(rec, end64Signature)
	le.PutUint64(rec[4:], end64Size-12)
	le.PutUint64(rec[32:], 2)
	le.PutUint64(rec[40:], uint64(length))
	le.PutUint64(rec[48:], uint64(start))
	loc := make([]byte, locatorSize)
	copy(loc, locator)
	le.PutUint64(loc[8:], uint64(end))
	le.PutUint16(tail[8:], math.MaxUint16)
	le.PutUint16(tail[10:], math.MaxUint16)
	le.PutUint32(tail[16:], math.MaxUint32)
	large := data[:end] + string(rec) + string(loc) + string(tail)
	if got, want := members(large), "a.csv \"first\"\nb.csv \"second\"\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// members are the members of a zip that can be read, with their content.
func members(data string) string {
	z, err := openZip(strings.NewReader(data), int64(len(data)), defaults, 100)
	if err != nil || z.damage != nil {
		return ""
	}
	var b strings.Builder
	for _, m := range z.members {
		if m.reason != "" {
			continue
		}
		in, err := m.open()
		if err != nil {
			continue
		}
		if text, err := io.ReadAll(in); err == nil {
			fmt.Fprintf(&b, "%s %q\n", m.entry.name, text)
		}
		in.Close()
	}
	return b.String()
}

// FuzzZip holds that what this package and the standard library both read of a
// zip is the same.
func FuzzZip(f *testing.F) {
	for _, entries := range [][]entryOf{
		{}, {{name: "a.csv", text: "text"}, {name: "d/"}, {name: "b", text: strings.Repeat("b", 500), change: stored}},
	} {
		f.Add([]byte(zipOf(f, entries...)))
		f.Add([]byte("before" + zipOf(f, entries...) + "after"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		z, err := openZip(bytes.NewReader(data), int64(len(data)), defaults, 100)
		if err != nil || z.damage != nil {
			return
		}
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		library := map[string]string{}
		for _, m := range r.File {
			in, err := m.Open()
			if err != nil {
				continue
			}
			if text, err := io.ReadAll(in); err == nil {
				library[m.Name] += fmt.Sprintf("%q", text)
			}
			in.Close()
		}
		for _, m := range z.members {
			if m.reason != "" {
				continue
			}
			in, err := m.open()
			if err != nil {
				continue
			}
			text, err := io.ReadAll(in)
			in.Close()
			if theirs := library[m.entry.name]; err == nil && theirs != "" && !strings.Contains(theirs, fmt.Sprintf("%q", text)) {
				t.Errorf("%q holds %q; the library reads %s", m.entry.name, text, theirs)
			}
		}
	})
}
