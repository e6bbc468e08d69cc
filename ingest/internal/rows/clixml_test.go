package rows

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// TestWhatAnObjectIsMadeOf holds what objects become as JSON.
func TestWhatAnObjectIsMadeOf(t *testing.T) {
	const text = `<Obj RefId="0"><TN RefId="0"><T>Rule</T></TN><ToString>x_x000A_y</ToString><Props>` +
		`<S N="Name">a_x0000_b</S><Nil N="From" /><B N="DeleteMessage">true</B>` +
		`<Obj N="SubjectContainsWords" RefId="1"><TNRef RefId="1" /><LST><S>invoice</S><S>"iban"</S></LST></Obj>` +
		`<Obj N="State" RefId="2"><ToString>Enabled</ToString><I32>1</I32></Obj>` +
		`<Obj N="Size" RefId="3"><ToString>4 KB</ToString><Props><I64 N="Value">4096</I64></Props></Obj>` +
		`<Obj N="Table" RefId="4"><DCT><En><S N="Key">k</S><Obj N="Value" RefId="5"><LST><I32>1</I32></LST></Obj></En></DCT></Obj>` +
		`</Props><MS><S N="PSComputerName">outlook</S></MS></Obj>`
	const want = `{"Name":"a\u0000b","DeleteMessage":"true","SubjectContainsWords":["invoice","\"iban\""],"State":"Enabled","Size":{"Value":"4096"},"Table":{"k":["1"]},"PSComputerName":"outlook"}`
	got, err := cliText([]byte(text))
	if err != nil || string(got) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
	for n := range text {
		if got, err := cliText([]byte(text[:n])); err == nil || got != nil && !json.Valid(got) {
			t.Fatalf("cut at %d gives %s: %v", n, got, err)
		}
	}
}

// FuzzCliXML holds that objects are cut in rising places that lie in the file,
// and that each can be read again from its bytes.
func FuzzCliXML(f *testing.F) {
	f.Add([]byte(`<Objs Version="1.1.0.1"><Obj RefId="0"><Props><S N="Operations">Send</S><S N="AuditData">{}</S></Props></Obj><Obj><LST><Obj><MS><S N="A">b</S></MS></Obj></LST></Obj></Objs>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, e := range []Encoding{UTF8, UTF16LE} {
			c := CliXML{Encoding: e}
			var end int64
			err := c.Each(bytes.NewReader(data), func(r *Record) error {
				if r.Offset < end || r.Offset+int64(r.Length) > int64(len(data)) {
					t.Fatalf("object at %d+%d after %d of %d", r.Offset, r.Length, end, len(data))
				}
				end = r.Offset + int64(r.Length)
				if r.Err != nil {
					return nil
				}
				if !json.Valid(r.Value.Raw()) {
					t.Fatalf("object is no JSON: %s", r.Value.Raw())
				}
				again, err := c.At(data[r.Offset:end])
				if err != nil || string(again.Value.Raw()) != string(r.Value.Raw()) {
					t.Fatalf("read again: %v", err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestLongObject holds that an object beyond the bound costs itself alone, and
// no memory beyond the bound.
func TestLongObject(t *testing.T) {
	long := io.MultiReader(strings.NewReader(`<Objs><Obj><Props><S N="A">`), io.LimitReader(zeros{}, 2*MaxRecord),
		strings.NewReader(`</S></Props></Obj><Obj><Props><S N="Operations">Send</S></Props></Obj></Objs>`))
	cut := &cliCutter{in: bufio.NewReader(long), encoding: UTF8}
	first, err := cut.next()
	if err != nil || first.length <= 2*MaxRecord || len(first.raw) > MaxRecord {
		t.Fatalf("%d bytes of %d kept: %v", len(first.raw), first.length, err)
	}
	second, err := cut.next()
	if err != nil || string(second.raw) != `<Obj><Props><S N="Operations">Send</S></Props></Obj>` {
		t.Fatalf("the next object is %q: %v", second.raw, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}
