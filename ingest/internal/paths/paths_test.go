package paths

import (
	"testing"

	"becforensics/ingest/internal/rows"
)

func TestJSON(t *testing.T) {
	const first, second, nested, looked = 0, 1, 2, 3
	m := New(nil, false, []string{"a", "b"}, []string{"missing", "c"}, []string{"d.e", "text.e"}, []string{"kept.*"})
	for _, c := range []struct {
		record, rest string
		want         [4]string
	}{
		{`{"a":"1","b":"1","c":2,"d":{"e":true,"f":null},"kept":"k"}`, `{"kept":"k"}`, [4]string{"1", "2", "true", "k"}},
		{`{"a":"1","b":"2","x":[3]}`, `{"b":"2","x":[3]}`, [4]string{first: "1"}},
		{`{"a":"","b":"2","d":{"g":{"h":1}}}`, `{"a":"","d":{"g":{"h":1}}}`, [4]string{first: "2"}},
		{`{"text":"{\"e\":\"5\"}"}`, `{"text":"{\"e\":\"5\"}"}`, [4]string{nested: "5"}},
		{`{"text":"{\"e\":","c":null}`, `{"text":"{\"e\":"}`, [4]string{}},
		{`{"c":{"deep":1}}`, ``, [4]string{second: `{"deep":1}`}},
		{`{"kept":["x"]}`, `{"kept":["x"]}`, [4]string{looked: `["x"]`}},
	} {
		r, err := rows.At([]byte(c.record), rows.Shape{Kind: rows.JSON})
		if err != nil {
			t.Fatal(err)
		}
		for f, want := range c.want {
			if got := m.Text(r, f); got != want {
				t.Errorf("%s: field %d is %q, want %q", c.record, f, got, want)
			}
		}
		if got := m.Rest(r); got != c.rest {
			t.Errorf("%s: rest %s, want %s", c.record, got, c.rest)
		}
	}
}

func TestTable(t *testing.T) {
	text := "\"When [UTC]\",Name ,Token,Token,Part\nnow,ann,1,2,\"{\"\"e\"\":\"\"5\"\"}\"\n"
	s := rows.Sniff([]byte(text))
	m := New(s.Header, false, []string{"when"}, []string{"name"}, []string{"token"}, []string{"Part.e"})
	r, err := rows.At([]byte(text[s.HeaderEnd:]), s)
	if err != nil {
		t.Fatal(err)
	}
	for f, want := range []string{"now", "ann", "1", "5"} {
		if got := m.Text(r, f); got != want {
			t.Errorf("field %d is %q, want %q", f, got, want)
		}
	}
	if got, want := m.Rest(r, 1), `{"Name ":"ann","Token (again)":"2","Part":{"e":"5"}}`; got != want {
		t.Errorf("rest %s, want %s", got, want)
	}
}
