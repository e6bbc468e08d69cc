package column

import (
	"slices"
	"testing"

	"becforensics/ingest/internal/rows"
)

func record(t *testing.T, text string) *rows.Record {
	t.Helper()
	r, err := rows.At([]byte(text), rows.Shape{Kind: rows.JSON})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestObjects(t *testing.T) {
	const first, second, nested, looked = 0, 1, 2, 3
	m := NewMap(File{}, Fields{At("a", "b"), At("missing", "c"), At("d.e", "text.e"), At("kept.*")})
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
		r := record(t, c.record)
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
	text := "\"\ufeffWhen_Seen [UTC]\",Name ,Token,Token,Part,a.b,Empty\nnow,ann,1,2,\"{\"\"e\"\":\"\"5\"\"}\",6,\n"
	s := rows.Sniff([]byte(text))
	m := NewMap(File{Header: s.Header}, Fields{At("WhenSeen"), At("name"), At("token"), At("Part.e"), At("a.b"), At("Absent"), Mark("Empty", "Name")})
	r, err := rows.At([]byte(text[s.HeaderEnd:]), s)
	if err != nil {
		t.Fatal(err)
	}
	for f, want := range []string{"now", "ann", "1", "5", "6", ""} {
		if got := m.Text(r, f); got != want {
			t.Errorf("field %d is %q, want %q", f, got, want)
		}
	}
	if m.Has(5) || !m.Has(4) || m.Column(5) != -1 || m.Column(2) != 2 {
		t.Error("columns are not told from those that the table lacks")
	}
	if got, want := m.Rest(r, 1), `{"Name ":"ann","Token (again)":"2","Part":{"e":"5"}}`; got != want {
		t.Errorf("rest %s, want %s", got, want)
	}
}

// A file's own spelling is no peculiarity of its records; one that differs
// further is.
func TestSpelling(t *testing.T) {
	for _, c := range []struct {
		text string
		keys []string
		flag bool
	}{
		{`{"UserName":"ann","Status":{"ErrorCode":0}}`, []string{"UserName", "Status"}, false},
		{`{"userName":"ann","status":{"errorCode":0}}`, []string{"userName", "status"}, false},
		{`{"username":"ann","status":{"errorCode":0}}`, []string{"username", "status"}, true},
	} {
		for _, declared := range []string{"userName", "UserName"} {
			m := NewMap(File{Keys: c.keys}, Fields{At(declared), At("status.errorCode")})
			r := record(t, c.text)
			if m.Text(r, 0) != "ann" || m.Text(r, 1) != "0" || r.Has(rows.KeyCase) != c.flag {
				t.Errorf("%s by %s: %q %q, flags %b", c.text, declared, m.Text(r, 0), m.Text(r, 1), r.Flags)
			}
		}
	}
}

func TestMarks(t *testing.T) {
	fields := Fields{At("Time"), At("Place.country", "Country"), At("App"), At("AppId"), {}}
	for _, c := range []struct {
		names []string
		want  bool
	}{
		{[]string{"Time", "Country", "AppId"}, true},
		{[]string{"Time", "Place", "App"}, true},
		{[]string{"Time", "Place.country", "App"}, true},
		{[]string{"Time", "App"}, false},
		{[]string{"Time", "Country"}, false},
	} {
		has := func(name string) bool { return slices.Contains(c.names, name) }
		if got := fields.Fit(Marks{{0}, {1}, {2, 3}}, has); got != c.want {
			t.Errorf("%v: fits is %v", c.names, got)
		}
	}
	if fields.Fit(nil, func(string) bool { return true }) {
		t.Error("a layout without marks fits a file")
	}
}

func TestIndex(t *testing.T) {
	x := NewIndex(File{}, Fields{At("Id"), At("UserId", "userId"), At("User.*")})
	for name, want := range map[string]struct {
		field int
		exact bool
	}{"Id": {0, true}, "ID": {0, false}, "userId": {1, true}, "USERID": {1, false}, "User": {2, true}, "": {-1, false}, "Us": {-1, false}} {
		if f, exact := x.Find(name); f != want.field || exact != want.exact {
			t.Errorf("%q: field %d, exact %v", name, f, exact)
		}
	}
	for text, want := range map[string][2]string{
		`{"Id":1,"Id":2,"UserId":"a","userId":"b"}`: {"1", "a"},
		`{"ID":1,"USERID":"a","other":3}`:           {"1", "a"},
		`{"ID":1,"id":2}`:                           {"", ""},
		`{"ID":1,"Id":2}`:                           {"2", ""},
	} {
		list, numbers := make([]rows.Value, 3), make([]int16, 2)
		object := record(t, text).Value
		x.Read(object, list, numbers)
		if list[0].Text() != want[0] || list[1].Text() != want[1] {
			t.Errorf("%s: %q %q", text, list[0].Text(), list[1].Text())
		}
		for name := range object.Members() {
			if f, _ := x.Find(name); len(numbers) > 0 && int(numbers[0]) != f {
				t.Errorf("%s: %s is told to be of field %d, not %d", text, name, numbers[0], f)
			}
			numbers = numbers[min(1, len(numbers)):]
		}
	}
}

func TestAskedIsTold(t *testing.T) {
	fields, within := Fields{At("a"), At("b")}, Fields{At("c")}
	asked := map[*Field]bool{}
	m := NewMap(File{Asked: func(f *Field) { asked[f] = true }}, fields)
	r := record(t, `{"a":1}`)
	m.Text(r, 1)
	m.For(within).Value(r, 0)
	m.Rest(r)
	if asked[&fields[0]] || !asked[&fields[1]] || !asked[&within[0]] {
		t.Errorf("asked for %v", asked)
	}
}

func TestCombinedFields(t *testing.T) {
	wrapped := Fields{At("id"), At("status.code")}.Below("properties").Or(Fields{{}, At("resultType"), At("time")})
	for i, want := range []string{"properties.id", "properties.status.code or resultType", "time"} {
		if got := wrapped[i].String(); got != want {
			t.Errorf("field %d is %q, want %q", i, got, want)
		}
	}
}
