package rows

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// FuzzJSON compares the scanner with jsontext, which is as strict.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"x\n\u00e9\ud83d\ude00"],"b":{"":[]}}`, `{"a":1,"a":2}`, `{"A":1,"a":2}`, `[`, `{"a"`, `01`, `-`, `1.`, `1e`,
		"\"\x01\"", `"\x"`, `"\u12`, `[1,]`, `{"a":1,}`, `nul`, `"\ud800"`, `1 2`, ` [ ] `, `[}`, strings.Repeat("[", 201), `{"\u0061":1,"a":2}`,
		`{` + strings.Repeat(`"k":1,`, 70) + `"K":2}`, `{"a\"b\\":"\"","c" : -12345678.5e10 , "d":[true,"ü\u12",false]}`,
		`{"a":"x` + "\n" + `"}`, `{"a":"@{b=c}"}`, `{"a":"b"} `, `{"a":"b"}"`, `{"a":"b""}`, `{"a":"b`, `{"":""}`, `{"\u0041":1,"a":2}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		sp := NewSplitter(Shape{})
		r := &sp.rec
		r.sp = sp
		v, err := r.Parse(text)
		inQuotes(t, text, v, err, r.Flags)
		want, depth, oracle := tokens(text)
		if r.Has(LoneSurrogate) || depth > MaxDepth {
			return // jsontext rejects the one, this package the other
		}
		if r.Has(Folded) {
			return // jsontext takes texts for texts
		}
		if (err == nil) != (oracle == nil) {
			t.Fatalf("%q: %v, jsontext says %v", text, err, oracle)
		}
		if err != nil {
			return
		}
		if got := flatten(nil, v); !slices.Equal(got, want) {
			t.Fatalf("%q: %q, jsontext says %q", text, got, want)
		}
		d := jsontext.NewDecoder(bytes.NewReader(text))
		_, clash := d.ReadValue()
		if r.Has(DuplicateKey) != (clash != nil) {
			t.Fatalf("%q: duplicate key is %v, jsontext says %v", text, r.Has(DuplicateKey), clash)
		}
	})
}

// inQuotes holds that a quoted cell of text reads as text does.
func inQuotes(t *testing.T, text []byte, v Value, err *Error, flags Flags) {
	t.Helper()
	if !utf8.Valid(text) || oddSecond[append(text, 0)[0]] != 0 {
		return
	}
	row := `"` + strings.ReplaceAll(string(text), `"`, `""`) + `",1`
	r, atErr := At([]byte(row), Shape{Kind: CSV, Comma: ',', eol: '\n', Header: []string{"a", "b"}})
	if atErr != nil || r.Err != nil || len(r.Cells) != 2 || string(r.Cells[0]) != string(text) || string(r.Cells[1]) != "1" {
		t.Fatalf("%q in quotes: %v, %v, cells %q", text, atErr, r.Err, r.Cells)
	}
	quoted, quotedErr := r.Parse(r.Cells[0])
	if (quotedErr == nil) != (err == nil) || r.Flags != flags || !slices.Equal(flatten(nil, quoted), flatten(nil, v)) || string(quoted.Raw()) != string(v.Raw()) {
		t.Fatalf("%q in quotes: %q, %v, flags %b, without %q, %v, flags %b", text, flatten(nil, quoted), quotedErr, r.Flags, flatten(nil, v), err, flags)
	}
	if plain, _ := r.Parse(bytes.Clone(text)); err == nil && !slices.Equal(plain.t.nodes, quoted.t.nodes) {
		t.Fatalf("%q in quotes: nodes %v, without %v", text, quoted.t.nodes, plain.t.nodes)
	}
}

// tokens reads text with jsontext.
func tokens(text []byte) (list []string, depth int, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
	for {
		tok, err := d.ReadToken()
		if err != nil {
			return list, depth, fmt.Errorf("token: %w", err)
		}
		depth = max(depth, d.StackDepth())
		switch tok.Kind() {
		case '"':
			list = append(list, "string "+tok.String())
		default:
			list = append(list, tok.String())
		}
		if d.StackDepth() == 0 {
			if _, err := d.ReadToken(); err != io.EOF {
				return list, depth, fmt.Errorf("more: %v", err)
			}
			return list, depth, nil
		}
	}
}

func flatten(list []string, v Value) []string {
	switch v.Kind() {
	case Object:
		list = append(list, "{")
		for k, m := range v.Members() {
			list = flatten(append(list, "string "+k), m)
		}
		return append(list, "}")
	case Array:
		list = append(list, "[")
		for e := range v.Elements() {
			list = flatten(list, e)
		}
		return append(list, "]")
	case String:
		return append(list, "string "+v.Text())
	}
	return append(list, string(v.Raw()))
}

// FuzzCSV compares the splitter with encoding/csv on tables that are written
// well.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\n1,\"x\"\"y\"\n")
	f.Add("a,b\r\n\r\n1,\"x\r\ny\"\r\n,\"\"\n")
	f.Add("a,b\n1,2,3\n\"\"\"\",\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "\ufeff") || !utf8.ValidString(text) || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
			return // encoding/csv looks at none of these
		}
		d := csv.NewReader(strings.NewReader(text))
		d.FieldsPerRecord = -1
		want, err := d.ReadAll()
		if err != nil {
			return
		}
		s := Shape{Kind: CSV, Comma: ',', eol: '\n'}
		for _, target := range []int{1, 7, chunkSize} {
			var got [][]string
			each(t, s, strings.NewReader(text), target, MaxRecord, func(r *Record) {
				if r.Err != nil {
					t.Fatalf("%q: %v", text, r.Err)
				}
				var cells []string
				for _, cell := range r.Cells {
					// encoding/csv turns line ends inside cells into newlines.
					cells = append(cells, strings.ReplaceAll(string(cell), "\r\n", "\n"))
				}
				got = append(got, cells)
			})
			if fmt.Sprint(len(got)) != fmt.Sprint(len(want)) {
				t.Fatalf("%q: %d rows, encoding/csv has %d", text, len(got), len(want))
			}
			for i := range got {
				if !slices.Equal(got[i], want[i]) {
					t.Fatalf("%q in chunks of %d: %q, encoding/csv has %q", text, target, got[i], want[i])
				}
			}
		}
	})
}

// each gives every record of a file to do.
func each(t testing.TB, s Shape, file io.Reader, target, limit int, do func(*Record)) {
	t.Helper()
	c := newCutter(file, s, target, limit)
	sp := NewSplitter(s)
	var chunk Chunk
	for {
		if err := c.Next(&chunk); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		sp.Reset(&chunk)
		for r, ok := sp.Next(); ok; r, ok = sp.Next() {
			do(r)
		}
	}
}

// FuzzRecords takes any file: records lie in it in order, can be read again, and
// are the same however the file is read.
func FuzzRecords(f *testing.F) {
	for _, a := range fixtures(f) {
		f.Add(written(f, a))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 4096 {
			return
		}
		for _, inLists := range [...]bool{false, true} {
			want := dump(t, file, bytes.NewReader(file), chunkSize, MaxRecord, inLists)
			if got := dump(t, file, iotest.HalfReader(bytes.NewReader(file)), chunkSize, MaxRecord, inLists); got != want {
				t.Fatalf("read by halves:\n%s\nwant\n%s", got, want)
			}
			for _, target := range []int{1, 13, 64} {
				if got := dump(t, file, bytes.NewReader(file), target, MaxRecord, inLists); got != want {
					t.Fatalf("in chunks of %d:\n%s\nwant\n%s", target, got, want)
				}
			}
			dump(t, file, bytes.NewReader(file), 16, 64, inLists)
		}
	})
}
