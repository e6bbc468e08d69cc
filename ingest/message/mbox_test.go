package message

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// folderOf writes an mbox of so many messages, each longer than the one before.
func folderOf(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "From ap@fabrikam.example Mon May  4 08:00:05 2026\nDate: Mon, 4 May 2026 08:00:05 +0000\nFrom: ap@fabrikam.example\nMessage-ID: <%d@fabrikam.example>\n\n", i)
		b.WriteString(strings.Repeat("x", 100*i) + "\n\n")
	}
	return b.Bytes()
}

// A cutMessage is where a message was found, and its end as proof.
type cutMessage struct {
	offset       int64
	length       int
	begins, ends string
}

func cutFolder(t *testing.T, in io.Reader, limit int) []cutMessage {
	t.Helper()
	var list []cutMessage
	err := eachMessage(in, limit, func(r *rows.Record) error {
		list = append(list, cutMessage{r.Offset, r.Length, string(r.Raw[:5]), string(r.Raw[len(r.Raw)-5:])})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFolderOfManyMessages holds that every message of an mbox is a record,
// with the bytes between two separators, however the file arrives.
func TestFolderOfManyMessages(t *testing.T) {
	const n = 1000
	raw := folderOf(n)
	list := cutFolder(t, bytes.NewReader(raw), maxMail)
	if len(list) != n {
		t.Fatalf("%d messages, want %d", len(list), n)
	}
	at := int64(0)
	for i, m := range list {
		if m.offset != at || m.begins != "From " || (i > 0 && m.ends != "xxx\n\n") {
			t.Fatalf("message %d at byte %d, want %d: begins %q, ends %q", i, m.offset, at, m.begins, m.ends)
		}
		at += int64(m.length)
	}
	if at != int64(len(raw)) {
		t.Errorf("the messages have %d bytes of %d", at, len(raw))
	}
	some := raw[:list[40].offset]
	if slow := cutFolder(t, iotest.OneByteReader(bytes.NewReader(some)), maxMail); !slices.Equal(slow, list[:40]) {
		t.Error("a file that arrives byte by byte has other messages")
	}
}

// TestLongMessageOfFolder holds that what is beyond the bound of one message
// costs only that message its end.
func TestLongMessageOfFolder(t *testing.T) {
	const limit = 5000
	raw := folderOf(100)
	whole, cut := cutFolder(t, bytes.NewReader(raw), maxMail), cutFolder(t, bytes.NewReader(raw), limit)
	if len(cut) != len(whole) {
		t.Fatalf("%d messages, want %d", len(cut), len(whole))
	}
	for i := range cut {
		if cut[i].offset != whole[i].offset || cut[i].length != min(limit, whole[i].length) {
			t.Errorf("message %d at byte %d with %d bytes, want at %d with at most %d", i, cut[i].offset, cut[i].length, whole[i].offset, limit)
		}
	}
}

func TestSeparators(t *testing.T) {
	for line, want := range map[string]string{
		"From a@x.example Mon May  4 08:00:05 2026":          "dated",
		"From a@x.example Mon May 04 08:00:05 +0000 2026":    "dated",
		"From a@x.example Mon May  4 08:00:05 2026 +0000":    "dated",
		"From a@x.example Mon, 04 May 2026 08:00:05 +0000":   "dated",
		"From - Mon May  4 08:00:05 2026\r":                  "dated",
		"From \"A Name\" Mon May  4 08:00:05 2026":           "dated",
		"From Sun Mon May  4 08:00:05 2026":                  "dated",
		"From a@x.example":                                   "bare",
		"From ":                                              "",
		"From :":                                             "",
		"From: a@x.example Mon May  4 08:00:05 2026":         "",
		">From a@x.example Mon May  4 08:00:05 2026":         "",
		"From Monday on we pay":                              "",
		"From the desk of A, Mon May 4 2026 at 08:00:00":     "",
		"From a@x.example Mon May  4 08:00:05 2026 he wrote": "",
		"From a@x.example Mon May 99 08:00:05 2026":          "",
		"From " + strings.Repeat("a", maxSeparator):          "",
	} {
		sep, ok := readSeparator([]byte(line))
		got := ""
		if ok {
			got = "bare"
		}
		if sep.dated {
			got = "dated"
		}
		if got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
}

// TestCutMessageIsNoted holds that what a bound leaves out is said.
func TestCutMessageIsNoted(t *testing.T) {
	part := "--b\nContent-Disposition: attachment\n\n"
	raw := "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat(part, maxAttachments)
	for text, want := range map[string]bool{raw: false, raw + part: true, "From: a@example.com\nX: " + strings.Repeat("x", maxHeaders): true} {
		d := &mailDecoder{fields: column.NewMap(column.File{}, headerFields)}
		ev := &timeline.Event{}
		d.decodeEML(&rows.Record{Raw: []byte(text)}, ev)
		var s timeline.Source
		d.open(nil).Finish(&s)
		noted := slices.ContainsFunc(s.Notes, func(n timeline.Note) bool { return n.Kind == timeline.NoteCut })
		if flagged := ev.Flags&timeline.Partial != 0; flagged != want || noted != want {
			t.Errorf("%d bytes: flagged %v, noted %v; want %v", len(text), flagged, noted, want)
		}
	}
}

// FuzzFolder holds that the messages of an mbox follow each other without a
// gap, that the last ends with the file, and that none brings down the decoder.
func FuzzFolder(f *testing.F) {
	f.Add(folderOf(3))
	f.Add([]byte("\ufeff\r\nFrom a\r\nSubject: b\r\n\r\nFrom a\r\nSubject: c\r\n"))
	f.Add([]byte("From a Mon May  4 08:00:05 2026\nA: b\n>From c\n\nFrom a Mon May  4 08:00:05 2026\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		at, n := int64(-1), 0
		err := eachMessage(bytes.NewReader(raw), maxMail, func(r *rows.Record) error {
			if at >= 0 && r.Offset != at {
				t.Errorf("message at byte %d, want %d", r.Offset, at)
			}
			if !bytes.Equal(raw[r.Offset:][:r.Length], r.Raw) {
				t.Errorf("message at byte %d is not the file's bytes", r.Offset)
			}
			at = r.Offset + int64(r.Length)
			n++
			ev := &timeline.Event{Want: timeline.WideDetails}
			d := mailDecoder{fields: column.NewMap(column.File{}, headerFields)}
			d.decodeMbox(r, ev)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 && at != int64(len(raw)) {
			t.Errorf("the last message ends at byte %d of %d", at, len(raw))
		}
		if n == 0 && detectMbox(&ingest.Head{Bytes: raw}, nil) != ingest.None {
			t.Error("an mbox without a message")
		}
	})
}
