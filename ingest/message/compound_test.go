package message

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A node is a stream, or with children a storage.
type node struct {
	name     string
	content  []byte
	children []node
}

// compoundOf writes a compound file of 512-byte sectors: header, one sector of
// the allocation table, one of the small one, the directory, the small
// sectors, then the streams of 4096 bytes and more. A sector of the table
// reaches for 64 KiB.
func compoundOf(root []node) []byte {
	var entries [][]byte
	var mini, large []byte
	var miniFAT []uint32
	type placed struct{ entry, size int }
	var big []placed
	entry := func(name string, kind byte) int {
		e := make([]byte, oleEntry)
		units := utf16.Encode([]rune(name))
		for i, u := range units {
			le.PutUint16(e[2*i:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66], e[67] = kind, 1
		for _, at := range []int{68, 72, 76} {
			le.PutUint32(e[at:], 0xffffffff)
		}
		entries = append(entries, e)
		return len(entries) - 1
	}
	var add func(parent int, list []node)
	add = func(parent int, list []node) {
		before := parent
		for _, n := range list {
			kind, link := byte(2), 72 // the next at its right
			if n.children != nil {
				kind = 1
			}
			e := entry(n.name, kind)
			if before == parent {
				link = 76
			}
			le.PutUint32(entries[before][link:], uint32(e))
			before = e
			le.PutUint32(entries[e][116:], 0xfffffffe)
			le.PutUint32(entries[e][120:], uint32(len(n.content)))
			switch {
			case n.children != nil:
				add(e, n.children)
			case len(n.content) >= miniCutoff:
				big = append(big, placed{e, len(n.content)})
				large = append(large, padded(n.content, 512)...)
			case len(n.content) > 0:
				le.PutUint32(entries[e][116:], uint32(len(mini)/miniSector))
				mini = append(mini, padded(n.content, miniSector)...)
				for k := len(miniFAT) + 1; k < len(mini)/miniSector; k++ {
					miniFAT = append(miniFAT, uint32(k))
				}
				miniFAT = append(miniFAT, 0xfffffffe)
			}
		}
	}
	add(entry("Root Entry", 5), root)
	for len(entries)%4 != 0 {
		entries = append(entries, make([]byte, oleEntry))
	}
	directory := bytes.Join(entries, nil)
	mini = padded(mini, 512)
	fat := []uint32{0xfffffffd, 0xfffffffe} // itself and the small table
	chain := func(sectors int) (first uint32) {
		first = uint32(len(fat))
		for k := 1; k < sectors; k++ {
			fat = append(fat, first+uint32(k))
		}
		fat = append(fat, 0xfffffffe)
		return first
	}
	chain(len(directory) / 512)
	le.PutUint32(directory[116:], chain(max(len(mini), 512)/512))
	le.PutUint32(directory[120:], uint32(len(mini)))
	for _, p := range big {
		le.PutUint32(directory[p.entry*oleEntry+116:], chain((p.size+511)/512))
	}
	header := make([]byte, oleHeader)
	copy(header, oleMagic)
	le.PutUint16(header[24:], 0x3e)
	le.PutUint16(header[26:], 3)
	le.PutUint16(header[28:], 0xfffe)
	le.PutUint16(header[30:], 9)
	le.PutUint16(header[32:], 6)
	le.PutUint32(header[44:], 1)
	le.PutUint32(header[48:], 2)
	le.PutUint32(header[56:], miniCutoff)
	le.PutUint32(header[60:], 1)
	le.PutUint32(header[64:], 1)
	le.PutUint32(header[68:], 0xfffffffe)
	for i := 76; i < oleHeader; i += 4 {
		le.PutUint32(header[i:], 0xffffffff)
	}
	le.PutUint32(header[76:], 0)
	return bytes.Join([][]byte{header, table(fat), table(miniFAT), directory, padded(mini, 512), large}, nil)
}

func padded(b []byte, to int) []byte {
	return append(slices.Clip(b), make([]byte, (to-len(b)%to)%to)...)
}

// table is one sector of an allocation table.
func table(list []uint32) []byte {
	out := bytes.Repeat([]byte{0xff}, 512)
	for i, n := range list {
		le.PutUint32(out[4*i:], n)
	}
	return out
}

// text is a stream with a property of Unicode text.
func text(f int, value string) node {
	return node{name: fmt.Sprintf("%s%04X001F", propertyStream, tags[f]), content: utf16le(value)}
}

// times is the table of properties with one time.
func times(f int, ticks uint64) node {
	b := make([]byte, 48)
	le.PutUint32(b[32:], uint32(tags[f])<<16|typeTime)
	le.PutUint64(b[40:], ticks)
	return node{name: propertyTable, content: b}
}

// received is a message with headers beyond a sector of small ones, and two
// attachments.
var received = []node{
	times(pSubmitTime, 0),
	text(pHeaders, "Received: from a (198.51.100.9) by b; Mon, 4 May 2026 08:00:05 +0000\r\nFrom: <ap@fabrikam.example>\r\nTo: victim@example.com\r\nSubject: Invoice\r\nX-Long: "+strings.Repeat("long ", 1000)+"\r\nMessage-ID: <a1@fabrikam.example>\r\n\r\n"),
	text(pSubject, "Invoice, as Outlook shows it"),
	{name: attachmentPart + "#00000000", children: []node{text(pLongFilename, "invoice.pdf"), text(pFilename, "INVOI~1.PDF")}},
	{name: attachmentPart + "#00000002", children: []node{text(pFilename, "TERMS.EXE")}},
}

// unsent is a message without headers.
var unsent = []node{
	times(pSubmitTime, 134222400000000000),
	text(pSubject, "Überweisung"),
	text(pSender, "victim@example.com"),
	text(pDisplayTo, "Zoë; boss@example.com"),
}

func decode(t testing.TB, raw []byte) (*timeline.Event, string) {
	t.Helper()
	ev := &timeline.Event{Want: timeline.WideMessages | timeline.WideDetails}
	return ev, decodeWith(raw, ev, nil)
}

func decodeWith(raw []byte, ev *timeline.Event, asked func(*column.Field)) (reject string) {
	m := column.NewMap(column.File{Asked: asked}, headerFields)
	d := mailDecoder{fields: m, properties: m.For(msgFields)}
	return d.decodeMSG(&rows.Record{Raw: raw}, ev).Reject
}

// A compound file cannot be a case in text: here is held what the harness holds
// of the other layouts.
func TestEveryPropertyIsRead(t *testing.T) {
	asked := map[*column.Field]bool{}
	for _, m := range [][]node{received, unsent} {
		var ev timeline.Event
		if reject := decodeWith(compoundOf(m), &ev, func(f *column.Field) { asked[f] = true }); reject != "" {
			t.Fatal(reject)
		}
	}
	for i := range msgFields {
		if f := &msgFields[i]; !asked[f] {
			t.Errorf("nothing reads %s", f)
		}
	}
}

func TestOutlookMessage(t *testing.T) {
	ev, reject := decode(t, compoundOf(received))
	if reject != "" {
		t.Fatal(reject)
	}
	for col, want := range map[timeline.Col]string{
		timeline.ColSubject: "Invoice", timeline.ColSender: "ap@fabrikam.example", timeline.ColRecipients: "victim@example.com",
		timeline.ColMessageID: "<a1@fabrikam.example>", timeline.ColIP: "198.51.100.9", timeline.ColAttachments: "invoice.pdf;TERMS.EXE",
	} {
		if ev.Cols[col] != want {
			t.Errorf("%s is %q, want %q", col, ev.Cols[col], want)
		}
	}
	if got := timeline.FormatTime(ev.Time); got != "2026-05-04T08:00:05Z" {
		t.Errorf("time is %s", got)
	}
	if n := strings.Count(ev.Details, "long "); n < 999 {
		t.Errorf("the long header has %d words of 1000", n)
	}
}

func TestUnsentOutlookMessage(t *testing.T) {
	ev, reject := decode(t, compoundOf(unsent))
	if reject != "" {
		t.Fatal(reject)
	}
	if got := timeline.FormatTime(ev.Time); got != "2026-05-03T00:00:00Z" || !ev.HasTime {
		t.Errorf("time is %s", got)
	}
	if ev.Cols[timeline.ColSubject] != "Überweisung" || ev.Cols[timeline.ColSender] != "victim@example.com" || ev.Cols[timeline.ColRecipients] != "Zoë;boss@example.com" {
		t.Errorf("columns are %q", ev.Cols)
	}
	if ev.Details != "" {
		t.Errorf("headers are %s, but there are none", ev.Details)
	}
}

func TestOtherCompoundFile(t *testing.T) {
	if _, reject := decode(t, compoundOf([]node{{name: "Workbook", content: []byte("cells")}})); reject == "" {
		t.Error("a workbook is taken for a message")
	}
}

// TestCompoundFile holds that another program finds in the test's file what
// this one does.
func TestCompoundFile(t *testing.T) {
	raw := compoundOf(received)
	other, err := mscfb.New(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c, err := readCompound(raw)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range other.File {
		want, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(c.entries, func(e entry) bool { return e.name == f.Name && e.size == uint64(f.Size) })
		if f.Size == 0 {
			continue
		}
		if i < 0 {
			t.Fatalf("no stream %s", f.Name)
		}
		if got := c.stream(c.entries[i], len(raw)); !bytes.Equal(got, want) {
			t.Errorf("stream %s differs", f.Name)
		}
		found++
	}
	if found != 6 {
		t.Errorf("%d streams, want 6", found)
	}
}

// FuzzOutlookMessage holds that no compound file brings down the decoder, and
// that none makes it hold much more than the file.
func FuzzOutlookMessage(f *testing.F) {
	f.Add(compoundOf(received))
	f.Add(compoundOf(unsent))
	f.Add(compoundOf(nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		ev, reject := decode(t, raw)
		if size := len(strings.Join(ev.Cols[:], "")); reject == "" && size > 4*len(raw)+4*maxProperty {
			t.Errorf("%d bytes of columns from %d bytes", size, len(raw))
		}
	})
}
