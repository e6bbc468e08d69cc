package rows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// first is the first record of a file.
func first(t *testing.T, file string) *Record {
	t.Helper()
	s := Sniff([]byte(file))
	var chunk Chunk
	if err := NewCutter(strings.NewReader(file), s).Next(&chunk); err != nil {
		t.Fatal(err)
	}
	sp := NewSplitter(s)
	sp.Reset(&chunk)
	r, ok := sp.Next()
	if !ok {
		t.Fatalf("no record in %q", file)
	}
	return r
}

func TestParseErrorLiesWhereTheFileHasIt(t *testing.T) {
	for _, test := range []struct{ name, file, wrong string }{
		{"in a quoted cell", `Id,AuditData` + "\n" + `1,"{""Id"":""x"",""Bad"":@}"` + "\n", "@"},
		{"in a plain cell", "Id;AuditData\n1;{@}\n", "@"},
		{"behind two-byte characters", `Id,AuditData` + "\n" + `ü,"{""ä"":""ö"",""Bad"":@}"` + "\n", "@"},
		{"behind a repaired byte", "Id,äöü,AuditData\n\xff,\xfe,\"{\"\"\xff\"\":@}\"\n", "@"},
	} {
		for _, encoding := range []Encoding{UTF8, UTF16LE} {
			file := test.file
			if encoding == UTF16LE {
				if strings.Contains(file, "\xff") {
					continue
				}
				file = utf16LE(file)
			}
			r := first(t, file)
			_, err := r.Parse(r.Cells[len(r.Cells)-1])
			if want := int64(strings.Index(file, test.wrong)); err == nil || err.Offset != want {
				t.Errorf("%s in %s: %v, want it at %d", test.name, encoding, err, want)
			}
		}
	}
}

// utf16LE is text, of characters in one unit each, with its mark.
func utf16LE(text string) string {
	file := []byte("\xff\xfe")
	for _, c := range text {
		file = append(file, byte(c), byte(c>>8))
	}
	return string(file)
}

func TestParseInsideParsed(t *testing.T) {
	r := first(t, `{"Outer":"{\"Inner\":\"a\\nb\"}"}`)
	outer, err := r.Parse([]byte(r.Value.Get("Outer").Text()))
	if err != nil {
		t.Fatal(err)
	}
	if got := outer.Get("Inner").Text(); got != "a\nb" {
		t.Errorf("Inner is %q", got)
	}
	if got := r.Value.Get("Outer").Text(); got != `{"Inner":"a\nb"}` {
		t.Errorf("Outer is %q after it was read", got)
	}
	if _, err := r.Parse([]byte("\"\xff\"")); err == nil {
		t.Error("text that is not UTF-8 was read")
	}
	if _, err := r.Parse([]byte(`{} {}`)); err == nil {
		t.Error("text behind the value was ignored")
	}
}

func TestGet(t *testing.T) {
	many := new(strings.Builder)
	for i := range 200 {
		fmt.Fprintf(many, `"k%d":%d,`, i, i)
	}
	for _, test := range []struct {
		record, key, want string
		flags             Flags
	}{
		{`{"Id":"a"}`, "Id", "a", 0},
		{`{"id":"a"}`, "Id", "a", KeyCase},
		{`{"id":"a","ID":"b"}`, "Id", "", CaseTwins},
		{`{"id":"a","Id":"b"}`, "Id", "b", CaseTwins},
		{`{"Id":"a","Id":"b"}`, "Id", "a", DuplicateKey},
		{`{"I\u0064":"a"}`, "Id", "a", 0},
		{`{"I\u0064":"a","Id":"b"}`, "Id", "a", DuplicateKey},
		{`{"UserId":"real","userid":"fake"}`, "UserId", "real", CaseTwins},
		{`{"Other":{"Id":"a"}}`, "Id", "", 0},
		{`{"":"a"}`, "", "a", 0},
		{`{` + many.String() + `"k7":"b"}`, "k7", "7", DuplicateKey},
		{`{` + many.String() + `"K7":"b"}`, "K199", "199", CaseTwins | KeyCase},
		{`{"N":9223372036854775808}`, "N", "9223372036854775808", 0},
		{`{"N":18446744073709551616}`, "N", "18446744073709551616", BigInteger},
		{`{"S":"\ud800x\udc00\ud83d\ude00"}`, "S", `\ud800x\udc00😀`, LoneSurrogate},
		{`{"B":true}`, "B", "true", 0},
		{`{"B":null}`, "B", "", 0},
	} {
		r := first(t, test.record)
		if got := r.Value.Get(test.key).Text(); got != test.want || r.Flags != test.flags {
			t.Errorf("%.60s: %s is %q with flags %b, want %q with %b", test.record, test.key, got, r.Flags, test.want, test.flags)
		}
	}
}

func TestValueOfNothing(t *testing.T) {
	var v Value
	if v.Exists() || v.Kind() != Absent || v.Text() != "" || v.Raw() != nil || v.Len() != 0 || v.Get("a").Exists() {
		t.Error("the zero Value is something")
	}
	if n, ok := first(t, `{"N":-12}`).Value.Get("N").Int(); n != -12 || !ok {
		t.Errorf("-12 is %d, %v", n, ok)
	}
	if n, ok := first(t, `{"N":1.5}`).Value.Get("N").Int(); ok {
		t.Errorf("1.5 is the integer %d", n)
	}
	if n := first(t, `{"N":[1,[2,3],{"a":4}]}`).Value.Get("N").Len(); n != 3 {
		t.Errorf("%d elements, want 3", n)
	}
}

func TestNesting(t *testing.T) {
	deep := func(n int) string {
		return `{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + "}"
	}
	if r := first(t, deep(MaxDepth)); r.Err != nil {
		t.Errorf("%d levels: %v", MaxDepth, r.Err)
	}
	if r := first(t, deep(MaxDepth+1)); r.Err == nil {
		t.Errorf("%d levels were read", MaxDepth+1)
	}
}

// TestLongRecords checks that a record beyond the limit costs only itself.
func TestLongRecords(t *testing.T) {
	long := strings.Repeat("x", 1000)
	var blanks strings.Builder
	for i := range 300 {
		fmt.Fprintf(&blanks, " @%d ", 17+2*i)
	}
	for _, test := range []struct{ name, file, want string }{
		{"row", "a,b\n1,2\n" + long + ",3\n4,5\n", `1@4 !@8+1002 4@1011 `},
		{"quoted row", "a,b\n1,2\n\"" + long + "\",3\n4,5\n", `1@4 !@8+1004 4@1013 `},
		{"quote never closed", "a,b\n1,2\n3,\"4\n5,6\n" + strings.Repeat(" \n", 300), `1@4 !@8+4 5@13 ` + blanks.String()},
		{"line", `{"Id":1}` + "\n" + `{"Id":2,"T":"` + long + `"}` + "\n" + `{"Id":3}` + "\n", `1@0 !@9+1015 3@1025 `},
		{"element", `[{"Id":1},{"Id":2,"T":"` + long + `"},{"Id":3}]`, `1@1 !@10+1015 3@1026 `},
		{"page's element", `{"value":[{"Id":1},{"Id":2,"T":"` + long + `"},{"Id":3}],"n":1}`, `1@10 !@19+1015 3@1035 `},
		{"cut line", `{"Id":1}` + "\n" + `{"Id":2,"T":"` + long, `1@0 !@9+1013 `},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, target := range []int{8, 50, 256} {
				var got strings.Builder
				s := Sniff([]byte(test.file))
				each(t, s, iotest.HalfReader(strings.NewReader(test.file)), target, 256, func(r *Record) {
					if r.Err != nil {
						fmt.Fprintf(&got, "!@%d+%d ", r.Offset, r.Length)
						return
					}
					id := r.Cell(0)
					if s.Kind == JSON {
						id = r.Value.Get("Id").Text()
					}
					fmt.Fprintf(&got, "%s@%d ", id, r.Offset)
				})
				if got.String() != test.want {
					t.Errorf("in chunks of %d: %s, want %s", target, got.String(), test.want)
				}
			}
		})
	}
}

// endless is a file of one record without end.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'x'
	}
	e.left -= len(p)
	return len(p), nil
}

func TestMemoryIsBounded(t *testing.T) {
	for _, begin := range []string{"a,b\n1,2\n", "a,b\n1,\"", `{"a":1}` + "\n" + `{"a":"`, `[{"a":`, `{"value":[{"a":1},`, `{"a":1} `} {
		s := Sniff([]byte(begin))
		c := newCutter(io.MultiReader(strings.NewReader(begin), &endless{64 << 20}), s, 1<<10, 64<<10)
		sp := NewSplitter(s)
		var chunk Chunk
		for {
			err := c.Next(&chunk)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			sp.Reset(&chunk)
			for _, ok := sp.Next(); ok; _, ok = sp.Next() {
			}
			if held := cap(chunk.mem) + cap(c.rest) + cap(sp.arena) + cap(sp.tapes); held > 512<<10 {
				t.Fatalf("%q: %d bytes held with a limit of %d", begin, held, c.limit)
			}
		}
		if c.size < 64<<20 {
			t.Fatalf("%q: only %d bytes read", begin, c.size)
		}
	}
}

// TestTimeIsLinear feeds shapes that would take a square of their length in time.
// They are long enough that a minute would not do for a square.
func TestTimeIsLinear(t *testing.T) {
	const n = 1 << 20
	for name, file := range map[string]string{
		"opening brackets":       `[{"a":` + strings.Repeat("[", n),
		"opening braces":         strings.Repeat(`{"a":`, n/5),
		"braces":                 `{"a":1}` + strings.Repeat("{", n),
		"blank lines":            `{"a":1}` + "\n" + `{"a":1}` + strings.Repeat("\n", n),
		"spaces and braces":      `[{"a":` + strings.Repeat("  {", n/3),
		"keys":                   `{` + strings.Repeat(`"a":1,`, n/6) + `"a":1}`,
		"escaped keys":           `{` + strings.Repeat(`"\u0061":1,`, n/11) + `"a":1}`,
		"malformed lines":        `{"a":1}` + "\n" + strings.Repeat("{\"a\":\n", n/6),
		"malformed elements":     `[{"a":1}` + strings.Repeat(`,{"a":"`, n/7),
		"elements cut by quotes": `[{"a":1},` + strings.Repeat(`{"a":"x,"},`, n/11),
		"wrappers":               `{"value":[{"a":1}` + strings.Repeat(`{"value":[`, n/10),
		"closers":                `[{"a":1}` + strings.Repeat("]", n),
		"open quotes":            "a,b\n" + strings.Repeat("1,2\n", sampledRows) + strings.Repeat("\"\n", n/2) + "x,\"",
		"stray quotes":           "a,b\n" + strings.Repeat("1,2\n", sampledRows) + strings.Repeat("x\"\n", n/3),
		"bad bytes":              "a,b\nä,ö\nä,ö\nä,ö\n1,\"" + strings.Repeat("\xff\"\"", n/3) + "\"\n",
		"commas":                 "a,b\n" + strings.Repeat(",", n),
		"marks":                  "a,b\n" + strings.Repeat("1,2\n", sampledRows) + strings.Repeat("\ufeff", n/3),
	} {
		start := time.Now()
		for _, target := range []int{chunkSize, 4 << 10} {
			s := Sniff([]byte(file[:HeadSize]))
			each(t, s, strings.NewReader(file), target, MaxRecord, func(r *Record) {
				if s.Kind == CSV && r.Err == nil {
					r.Parse(r.Cells[0])
				}
			})
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Log(name, took)
		}
	}
}

// TestRecordsAtOnce splits the chunks of a file on several goroutines.
func TestRecordsAtOnce(t *testing.T) {
	records := benchRecords(300)
	for name, file := range map[string][]byte{
		"array": array(records, ","),
		"page":  []byte(`{"@odata.context":"c","value":` + string(array(records, ",\n")) + `,"@odata.nextLink":"n"}`),
		"lines": lines(records),
		"table": benchCSV(records),
	} {
		s := Sniff(file[:min(len(file), HeadSize)])
		c := newCutter(bytes.NewReader(file), s, 10_000, MaxRecord)
		type result struct {
			n         int
			text      strings.Builder
			envelopes []*Envelope
		}
		var results []chan *result
		for {
			chunk := new(Chunk)
			if err := c.Next(chunk); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			done := make(chan *result, 1)
			results = append(results, done)
			go func() {
				res := new(result)
				sp := NewSplitter(s)
				sp.Reset(chunk)
				for r, ok := sp.Next(); ok; r, ok = sp.Next() {
					res.n++
					v := r.Value
					if s.Kind == CSV {
						v, _ = r.Parse(r.Cells[4])
					}
					res.text.WriteString(v.Get("Id").Text())
					if name == "page" && (r.Envelope == nil || r.Envelope.Text("@odata.context") != "c") {
						t.Errorf("%s: record %d does not know its wrapper", name, res.n)
					}
				}
				res.envelopes = chunk.Envelopes
				done <- res
			}()
		}
		n, next := 0, ""
		for _, done := range results {
			res := <-done
			n += res.n
			for _, e := range res.envelopes {
				next += e.Text("@odata.nextLink")
			}
		}
		if n != len(records) || len(results) < 10 || (next == "n") != (name == "page") {
			t.Errorf("%s: %d records in %d chunks, next link %q", name, n, len(results), next)
		}
	}
}

func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	file := string(lines(benchRecords(50)))
	r := io.MultiReader(strings.NewReader(file), iotest.ErrReader(broken))
	c := newCutter(r, Sniff([]byte(file)), 1000, MaxRecord)
	var chunk Chunk
	for {
		err := c.Next(&chunk)
		if errors.Is(err, broken) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoRecordsInOtherFiles(t *testing.T) {
	var chunk Chunk
	if err := NewCutter(strings.NewReader("<a/>"), Sniff([]byte("<a/>"))).Next(&chunk); err == nil || err == io.EOF {
		t.Errorf("cutting XML: %v", err)
	}
	if _, err := At([]byte("<a/>"), Sniff([]byte("<a/>"))); err == nil {
		t.Error("a record of XML was read")
	}
}
