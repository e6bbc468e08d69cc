package timeline

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"becforensics/geo"
)

// ev makes an event of words "column=value"; "at=" takes minutes since 1 May
// 2018 and "id=" and "content=" the identity.
func ev(words ...string) Event {
	var e Event
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "at":
			var minutes int
			fmt.Sscan(value, &minutes)
			e.SetTime(time.Date(2018, 5, 1, 0, minutes, 0, 0, time.UTC))
		case "id":
			e.ID = value
		case "content":
			e.Content = []byte(value)
		case "bycontent":
			e.ByContent, e.Content = true, []byte(value)
		default:
			f, ok := FieldFor(name)
			if !ok || !f.Code {
				panic("no column " + name)
			}
			e.Cols[f.Col] = value
		}
	}
	return e
}

// seal makes a timeline of files; the i-th is evidence i+1.
func seal(t *testing.T, files ...[]Event) *Timeline {
	t.Helper()
	b := NewBuilder()
	for i, events := range files {
		b.Begin(&Source{Evidence: uint32(i + 1), Name: fmt.Sprintf("file%d", i+1), Source: "activities", TimeDesc: "Activity Time"})
		batch := NewBatch()
		for j := range events {
			e := events[j]
			e.Details = `{"Extra":"` + Origin{uint32(i + 1), uint32(j + 1)}.String() + `"}`
			e.Messages = []Message{{MessageID: "<m1>", Size: 7}}
			batch.Event(&e, int64(j), 1)
		}
		if err := b.Add(batch); err != nil {
			t.Fatal(err)
		}
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := b.Seal(Sealing{
		Geo: db,
		Reread: func(o Origin, offset int64, _ int, e *Event, use func()) error {
			*e = files[o.Evidence-1][offset]
			use()
			return nil
		},
		Canonical: func(b []byte) []byte { return bytes.ToLower(b) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return tl
}

func origins(t *Timeline) string {
	var list []string
	for row := range t.Len() {
		list = append(list, t.Origin(row).String())
	}
	return strings.Join(list, " ")
}

func TestOrderIsTimeThenEvidenceThenRecord(t *testing.T) {
	tl := seal(t,
		[]Event{ev("at=9", "operation=late"), ev("operation=untimed"), ev("at=3", "operation=early")},
		[]Event{ev("at=3", "operation=same time"), ev("at=1", "operation=first")})
	if got, want := origins(tl), "E002:2 E001:3 E002:1 E001:1 E001:2"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
	if tl.Timed() != 4 || !tl.Has(4, NoTime) {
		t.Error("the event without a time is not last and flagged")
	}
	if lo, hi := tl.Between(tl.Time(1).UnixNano(), tl.Time(3).UnixNano()); lo != 1 || hi != 3 {
		t.Errorf("between: %d, %d", lo, hi)
	}
}

func TestDuplicatesAndConflicts(t *testing.T) {
	tl := seal(t,
		[]Event{ev("at=1", "id=a", "content=x"), ev("at=2", "id=a", "content=x"), ev("at=3", "id=b", "content=y")},
		[]Event{ev("at=4", "id=a", "content=X"), ev("at=5", "id=b", "content=other"), ev("at=6", "id=b", "content=OTHER"), ev("at=7")})
	if got, want := origins(tl), "E001:1 E001:3 E002:2 E002:4"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	var dups []string
	for _, d := range tl.Duplicates() {
		dups = append(dups, d.Origin.String()+"="+d.Of.String())
	}
	if got, want := strings.Join(dups, " "), "E001:2=E001:1 E002:1=E001:1 E002:3=E002:2"; got != want {
		t.Errorf("duplicates %s, want %s", got, want)
	}
	if !tl.Has(1, IDConflict) || !tl.Has(2, IDConflict) || tl.Has(0, IDConflict) {
		t.Error("the records with one id and two contents are not the ones flagged")
	}
	for _, s := range tl.Sources() {
		if s.Events+s.Duplicates != s.Records {
			t.Errorf("%s: %d events + %d duplicates of %d records", s.Name, s.Events, s.Duplicates, s.Records)
		}
	}
}

// Of copies that count their time, the one with the best time stays; times that
// are stated and differ are a conflict.
func TestBetterTimeStays(t *testing.T) {
	timed := func(flags Flags, words ...string) Event {
		e := ev(append(words, "content=x")...)
		e.Timed, e.Flags = true, flags
		return e
	}
	const stated = Flags(0)
	for _, c := range []struct {
		name, kept, repeats string
		files               [][]Event
	}{
		{"stated after assumed", "E002:1", "E001:1=E002:1", [][]Event{{timed(TimeAssumed, "at=9", "id=a")}, {timed(stated, "at=1", "id=a")}}},
		{"stated before assumed", "E001:1", "E002:1=E001:1", [][]Event{{timed(stated, "at=1", "id=a")}, {timed(TimeAssumed, "at=9", "id=a")}}},
		{"none, assumed, stated", "E001:3", "E001:1=E001:3 E001:2=E001:3 E002:1=E001:3", [][]Event{
			{timed(stated, "id=a"), timed(TimeAssumed, "at=9", "id=a"), timed(stated, "at=1", "id=a")},
			{timed(TimeAssumed, "at=8", "id=a")},
		}},
		{"two stated", "E001:1 E001:2", "E001:3=E001:1 E001:4=E001:2", [][]Event{{
			timed(stated, "at=1", "id=a"), timed(stated, "at=2", "id=a"), timed(stated, "at=1", "id=a"), timed(stated, "at=2", "id=a"),
		}}},
	} {
		tl := seal(t, c.files...)
		var repeats []string
		for _, d := range tl.Duplicates() {
			repeats = append(repeats, d.Origin.String()+"="+d.Of.String())
		}
		if got := strings.Join(repeats, " "); origins(tl) != c.kept || got != c.repeats {
			t.Errorf("%s: kept %s, want %s; duplicates %s, want %s", c.name, origins(tl), c.kept, got, c.repeats)
		}
		for row := range tl.Len() {
			if conflict := tl.Len() > 1; tl.Has(row, IDConflict) != conflict {
				t.Errorf("%s: row %d flagged as a conflict is %v", c.name, row, !conflict)
			}
		}
	}
}

func TestIdentityByContentIsWithinOneMailbox(t *testing.T) {
	tl := seal(t, []Event{
		ev("at=1", "mailbox=a@x.example", "bycontent=row"), ev("at=1", "mailbox=A@X.example", "bycontent=row"),
		ev("at=1", "mailbox=b@x.example", "bycontent=row"),
	})
	if tl.Len() != 2 {
		t.Errorf("%d events, want 2", tl.Len())
	}
}

func TestMessageIsJoinedThroughMoves(t *testing.T) {
	tl := seal(t, []Event{
		ev("at=1", "mailbox=a", "operation=MessageDelivered", "item_id=old/1", "subject=Invoice", "sender=ap@x.example", "message_id=<1>"),
		ev("at=2", "mailbox=a", "operation=Move", "item_id=new+2", "target=old/1"),
		ev("at=3", "mailbox=a", "operation=ReadingPaneDisplayStart", "item_id=new_2"),
		ev("at=4", "mailbox=b", "operation=ReadingPaneDisplayStart", "item_id=new+2"),
		ev("at=5", "mailbox=a", "operation=MarkAsRead", "item_id=other", "message_id=<1>"),
	})
	for row, want := range []string{"Invoice", "Invoice", "Invoice", "", "Invoice"} {
		if got := tl.Text(ColSubject, row); got != want {
			t.Errorf("row %d: subject %q, want %q", row, got, want)
		}
	}
	if tl.Inferred(ColSubject, 0) || !tl.Inferred(ColSubject, 2) {
		t.Error("inferred cells are not the ones marked")
	}
	if got := strings.Join(tl.InferredNames(4), " "); got != "subject sender" {
		t.Errorf("inferred %s", got)
	}
}

func TestForwardedAddressKeepsItsChain(t *testing.T) {
	tl := seal(t, []Event{ev("at=1", "ip=10.1.1.1, 197.210.64.31, 50.126.70.18"), ev("at=2", "ip=50.126.70.18:52110"), ev("at=3")})
	if got := tl.Text(ColIP, 0); got != "197.210.64.31" {
		t.Errorf("first public hop %q", got)
	}
	if !tl.Has(0, ForwardedIP) || !tl.Has(0, AddressConflict) || tl.Text(ColIPChain, 0) == "" {
		t.Error("the chain is not kept and flagged")
	}
	if got := tl.Text(ColIP, 1); got != "50.126.70.18" || tl.Text(ColIPChain, 1) != "" {
		t.Errorf("address with port: %q, chain %q", got, tl.Text(ColIPChain, 1))
	}
	if tl.Place(0).Country != "NG" || tl.Place(2) != nil {
		t.Errorf("places %v, %v", tl.Place(0), tl.Place(2))
	}
}

func TestStackCountsDaysRarestFirst(t *testing.T) {
	tl := seal(t, []Event{
		ev("at=1", "user=A@x.example", "client_raw=IMAP4"), ev("at=2", "user=a@x.example", "client_raw=IMAP4"),
		ev("at=3", "user=b@x.example", "client_raw=Outlook"), ev("at=2000", "user=b@x.example", "client_raw=outlook"),
	})
	s := tl.StackBy(ColClientRaw, NumCols, nil)
	if len(s) != 2 || s[0].Value != "IMAP4" || s[0].Events != 2 || s[0].Days != 1 || s[0].Users != 1 || s[1].Days != 2 {
		t.Errorf("stack %+v", s)
	}
}

func TestStackOfFieldsWithinFields(t *testing.T) {
	tl := seal(t, []Event{
		ev("at=1", "user=a@x.example", "ip=197.210.64.31"), ev("at=2", "user=b@x.example", "ip=197.210.64.31"),
		ev("at=3", "user=b@x.example", "ip=50.126.70.18"), ev("at=4", "user=b@x.example"),
	})
	country, _ := FieldFor("country")
	origin, _ := FieldFor("origin")
	user, _ := FieldFor("user")
	if s := tl.StackField(country, user, nil); len(s) != 4 || s[0].By != "a@x.example" || s[0].Value != "NG" || s[1].By != "b@x.example" || s[1].Value != "" {
		t.Errorf("countries by user %+v", s)
	}
	if s := tl.StackField(user, country, nil); len(s) != 4 || s[0].By != "" || s[0].Value != "b@x.example" || s[3].By != "US" {
		t.Errorf("users by country %+v", s)
	}
	if s := tl.StackField(country, origin, nil); len(s) != tl.Len() {
		t.Errorf("countries by origin %+v", s)
	}
}

func allRows(tl *Timeline) []int {
	rows := make([]int, tl.Len())
	for i := range rows {
		rows[i] = i
	}
	return rows
}

func exported(t *testing.T) *Timeline {
	search := ev("at=1", "user=a@x.example", "operation=SearchResult", "query==cmd|' /C calc'!A0", "ip=197.210.64.31")
	search.Time += 123_456_700
	return seal(t, []Event{
		search,
		ev("user=b@x.example", "operation=Delete", "subject=a \"quoted\", line\nbreak\u202e"),
	})
}

func TestCSVIsForSpreadsheets(t *testing.T) {
	tl := exported(t)
	var b bytes.Buffer
	if err := tl.WriteCSV(&b, allRows(tl), Schema); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]string{
		{
			"datetime": "2018-05-01 00:01:00.123", "datetime_exact": "2018-05-01T00:01:00.1234567Z", "query": "'=cmd|' /C calc'!A0", "country": "NG",
			"messages": `[{"message_id":"<m1>","item_id":"","folder":"","subject":"","size":7}]`,
		},
		{"datetime": "", "datetime_exact": "", "subject": "a \"quoted\", line\nbreak\u202e"},
	} {
		for name, cell := range want {
			if got := records[i+1][slices.Index(records[0], name)]; got != cell {
				t.Errorf("row %d: %s %q, want %q", i, name, got, cell)
			}
		}
	}
}

func TestJSONLinesHaveWhatTimesketchWants(t *testing.T) {
	tl := exported(t)
	var b bytes.Buffer
	if err := tl.WriteJSONL(&b, allRows(tl), Schema); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		for _, name := range []string{"datetime", "message", "timestamp_desc"} {
			if _, ok := m[name]; !ok {
				t.Errorf("no %s in %s", name, line)
			}
		}
	}
}

// arrowReader writes a timeline as an Arrow file and opens what was written.
func arrowReader(t *testing.T, tl *Timeline) *ipc.FileReader {
	t.Helper()
	var b bytes.Buffer
	if err := tl.WriteArrow(&b, allRows(tl), Schema); err != nil {
		t.Fatal(err)
	}
	r, err := ipc.NewFileReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestArrowFileReadsBack(t *testing.T) {
	tl := exported(t)
	r := arrowReader(t, tl)
	rec, err := r.Record(0)
	if err != nil {
		t.Fatal(err)
	}
	if rec.NumRows() != 2 || int(rec.NumCols()) != len(Schema) {
		t.Fatalf("%d rows, %d columns", rec.NumRows(), rec.NumCols())
	}
	for i, f := range Schema {
		c := rec.Column(i)
		switch f.Name {
		case "user":
			d := c.(*array.Dictionary)
			if got := d.Dictionary().(*array.String).Value(d.GetValueIndex(1)); got != "b@x.example" {
				t.Errorf("user %q", got)
			}
		case "query":
			if !c.IsNull(1) {
				t.Error("an absent query is not null")
			}
		case "datetime":
			if c.IsNull(0) || !c.IsNull(1) {
				t.Error("times are not null where absent")
			}
		case "details":
			if got := c.(*array.String).Value(0); got != `{"Extra":"E001:1"}` {
				t.Errorf("details %q", got)
			}
		}
	}
}

func TestMessageIsJoinedFromDefendersMail(t *testing.T) {
	tl := seal(t, []Event{
		ev("at=1", "mailbox=a", "operation=EmailEvents", "item_id=n1", "message_id=<1>", "subject=Invoice"),
		ev("at=2", "mailbox=A", "operation=MailItemsAccessed", "message_id=<1>"),
		ev("at=3", "mailbox=b", "operation=MailItemsAccessed", "message_id=<1>"),
	})
	for row, want := range []string{"Invoice", "Invoice", ""} {
		if got := tl.Text(ColSubject, row); got != want {
			t.Errorf("row %d: subject %q, want %q", row, got, want)
		}
	}
}

func TestSizesAreNumbers(t *testing.T) {
	tl := seal(t, []Event{ev("at=1", "bytes=5368709120"), ev("at=2", "bytes=all of it"), ev("at=3")})
	var lines bytes.Buffer
	if err := tl.WriteJSONL(&lines, allRows(tl), Schema); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"bytes":5368709120`, `"bytes":"all of it"`} {
		if !strings.Contains(lines.String(), want) {
			t.Errorf("JSON lines hold no %s:\n%s", want, &lines)
		}
	}
	r := arrowReader(t, tl)
	rec, err := r.Record(0)
	if err != nil {
		t.Fatal(err)
	}
	sizes := rec.Column(rec.Schema().FieldIndices("bytes")[0]).(*array.Int64)
	if sizes.Value(0) != 5368709120 || !sizes.IsNull(1) || !sizes.IsNull(2) {
		t.Errorf("sizes are %s", sizes)
	}
}

func TestArrowBatchesShareTheirDictionaries(t *testing.T) {
	events := make([]Event, 2*arrowBlock+5)
	for i := range events {
		events[i] = ev("at=1", fmt.Sprintf("user=u%d@x.example", i%97), "operation=Send")
	}
	tl := seal(t, events)
	r := arrowReader(t, tl)
	n := 0
	for i := range r.NumRecords() {
		rec, err := r.Record(i)
		if err != nil {
			t.Fatal(err)
		}
		n += int(rec.NumRows())
	}
	if n != len(events) {
		t.Errorf("%d rows read back, want %d", n, len(events))
	}
}

func TestWideFieldsComeInOrder(t *testing.T) {
	events := make([]Event, 3*readBlock)
	for i := range events {
		events[i] = ev(fmt.Sprintf("at=%d", i))
	}
	tl := seal(t, events)
	next := 0
	EachWide(tl, allRows(tl), WideDetails, func(_ int, w WideValues) string { return strings.Clone(w.Details) }, func(row int, details string) {
		if row != next || details != `{"Extra":"`+tl.Origin(row).String()+`"}` {
			t.Fatalf("row %d instead of %d: %s", row, next, details)
		}
		next++
	})
	if next != len(events) {
		t.Errorf("%d rows, want %d", next, len(events))
	}
	if err := tl.Err(); err != nil {
		t.Error(err)
	}
}
