package ingest

import (
	"testing"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline/reference"
)

func TestContentIsComparedAsJSON(t *testing.T) {
	same := func(a, b string) bool { return string(canonical([]byte(a))) == string(canonical([]byte(b))) }
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":"x"}`, `{ "b" : "\u0078", "a" : 1 }`, true},
		{`{"a":1}`, `{"@odata.type":"#microsoft.graph.x","a":1}`, true},
		{`{"a":1}`, `{"a":1.0}`, false},
		{`{"a":[1,2]}`, `{"a":[2,1]}`, false},
		{`{"a":{"b":null}}`, `{"a":{}}`, false},
		{`not json`, `not json`, true},
		{`{"broken":`, `{"broken": `, false},
	} {
		if same(c.a, c.b) != c.want {
			t.Errorf("%s and %s: same is not %v", c.a, c.b, c.want)
		}
	}
}

func TestErrorBodyIsNoPage(t *testing.T) {
	for text, want := range map[string]bool{
		`{"error":{"code":"ErrorItemNotFound","message":"not found"}}`:             true,
		`{"error":{"code":"","message":""}}`:                                       false,
		`{"Operation":"Send","error":{"code":"x"},"UserId":"a","CreationTime":""}`: false,
		`{"value":[]}`: false,
	} {
		r, err := rows.At([]byte(text), rows.Shape{Kind: rows.JSON})
		if err != nil {
			t.Fatal(err)
		}
		if _, got := isErrorBody(r.Value); got != want {
			t.Errorf("%s: error body is %v", text, got)
		}
	}
}

func TestMailboxOfAFileWins(t *testing.T) {
	o := &Options{Mailbox: "all@x.example", MailboxOf: map[string]string{"one.csv": "one@x.example", "sub/two.csv": "two@x.example"}}
	for name, want := range map[string]string{"one.csv": "one@x.example", "deep/one.csv": "one@x.example", "sub/two.csv": "two@x.example", "two.csv": "all@x.example"} {
		if got := o.MailboxFor(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestWhatNoSourceClaimsIsNamed(t *testing.T) {
	sources := []*Source{{Name: "auditlog", Wants: "AuditData", Layouts: []*Layout{{Name: "l", Detect: func(*Head, *Options) Match { return None }}}}}
	for text, want := range map[string]string{
		"":                             "the file is empty",
		"Dear examiner: see attached":  "no source claims it: it is text without columns or keys that begins with \"Dear examiner: see attached\"; needed is an export as `becforensics sources` lists them, with the columns or keys that it was given",
		"<!DOCTYPE html><html></html>": "a web page, not an export",
		"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml\x00\x00": "",
	} {
		got := decline(sources, NewHead("file", []byte(text)), &Options{Reference: reference.Default()})
		if want != "" && got != want || got == "" {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
