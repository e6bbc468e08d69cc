package analysis

import (
	"reflect"
	"strings"
	"testing"
)

const (
	oneHash = "1111111111111111111111111111111111111111111111111111111111111111"
	twoHash = "2222222222222222222222222222222222222222222222222222222222222222"
)

const newCase = `tenant:
  # accepted_domains: domains of the tenant; mail to any other is external
  # proposed:
  # accepted_domains: ["contoso.example"]
  #   "contoso.example", proposed: 2 mailboxes, 3 users
  #   "fabrikam.example", not proposed: 0 mailboxes, 1 user
`

// A case file that was just begun says nothing but which evidence has which id.
func TestNewCaseFile(t *testing.T) {
	files := []Declared{{ID: "E001", Name: "a \"b\"\u202e\\.csv", SHA256: oneHash}}
	text := NewCaseFile(files, Proposals{
		Mailboxes:       []string{"anna@contoso.example"},
		AcceptedDomains: []Proposal{{"contoso.example", true, "2 mailboxes, 3 users"}, {"fabrikam.example", false, "0 mailboxes, 1 user"}},
	})
	if !strings.Contains(string(text), newCase) {
		t.Errorf("no\n%s\nin\n%s", newCase, text)
	}
	var s Settings
	if err := s.Read(text, nil); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if want := (Settings{Evidence: files}); !reflect.DeepEqual(s, want) {
		t.Errorf("read %+v, want %+v, of\n%s", s, want, text)
	}
	// Each setting that a case file may hold is there to be filled in.
	for _, f := range caseFileFields(reflect.ValueOf(&s).Elem()) {
		names := []string{f.name}
		for _, member := range f.group {
			names = append(names, member.name)
		}
		for _, name := range names {
			if !strings.Contains(string(text), name+":") {
				t.Errorf("no %s in\n%s", name, text)
			}
		}
	}
}

// What is proposed can be taken over by taking its # away.
func TestProposalsAreSettingsCommentedOut(t *testing.T) {
	text := string(NewCaseFile(nil, Proposals{HomeCountries: []Proposal{{"US", true, "9 days"}, {"NG", false, "1 day"}}, Mailboxes: []string{"anna@contoso.example"}}))
	text = strings.Replace(text, `  # home_countries: ["US"]`, `  home_countries: ["US"]`, 1)
	text = strings.Replace(text, `  # "anna@contoso.example": {`, `  "anna@contoso.example": {`, 1)
	var s Settings
	if err := s.Read([]byte(text), nil); err != nil || len(s.HomeCountries) != 1 || len(s.Mailboxes) != 1 {
		t.Errorf("%v, %+v of\n%s", err, s, text)
	}
}

// What stood in the file stays, to the byte; what is added stands after the
// evidence that was there.
func TestAddEvidence(t *testing.T) {
	const one, two = oneHash, twoHash
	for _, c := range []struct{ name, before, after string }{
		{"no evidence", "case: {number: 1} # one\n# end", "case: {number: 1} # one\n# end\nevidence:\n  - id: E002\n    name: \"b.csv\"\n    sha256: \"" + two + "\"\n"},
		{"nothing", "", "evidence:\n  - id: E002\n    name: \"b.csv\"\n    sha256: \"" + two + "\"\n"},
		{"no value", "evidence: # none yet\n\ncase: {number: 1}\n", "evidence: # none yet\n  - id: E002\n    name: \"b.csv\"\n    sha256: \"" + two + "\"\n\ncase: {number: 1}\n"},
		{
			"lines", "# head\r\nevidence:\r\n- id: E001\r\n  sha256: '" + one + "' # ours\r\n  # said by mail\r\n\r\n# the rest\r\nterms: [a]\r\n",
			"# head\r\nevidence:\r\n- id: E001\r\n  sha256: '" + one + "' # ours\r\n  # said by mail\r\n- id: E002\r\n  name: \"b.csv\"\r\n  sha256: \"" + two + "\"\r\n\r\n# the rest\r\nterms: [a]\r\n",
		},
		{
			"a text of lines last", "evidence:\n    - id: E001\n      sha256: " + one + "a\n", "",
		},
		{
			"lines that end with a note", "evidence:\n    - sha256: \"" + one + "\"\n      note: |\n        as\n\n        found\n\n# end\n",
			"evidence:\n    - sha256: \"" + one + "\"\n      note: |\n        as\n\n        found\n    - id: E002\n      name: \"b.csv\"\n      sha256: \"" + two + "\"\n\n# end\n",
		},
		{
			"brackets", "evidence: [{name: Zürich}] # é\nterms: [a]\n",
			"evidence: [{name: Zürich}, {\"id\": \"E002\", \"name\": \"b.csv\", \"sha256\": \"" + two + "\"}] # é\nterms: [a]\n",
		},
		{
			"brackets over lines", "evidence: [\n  {name: a},\n]\n",
			"evidence: [\n  {name: a},\n{\"id\": \"E002\", \"name\": \"b.csv\", \"sha256\": \"" + two + "\"}]\n",
		},
		{
			"JSON", "\ufeff{\n \"evidence\": [\n  {\"name\": \"a\"}\n ],\n \"terms\": [\"a\"]\n}\n",
			"\ufeff{\n \"evidence\": [\n  {\"name\": \"a\"}\n , {\"id\": \"E002\", \"name\": \"b.csv\", \"sha256\": \"" + two + "\"}],\n \"terms\": [\"a\"]\n}\n",
		},
		{"JSON without evidence", `{"terms": ["a"]}`, `{"terms": ["a"], "evidence": [{"id": "E002", "name": "b.csv", "sha256": "` + two + "\"}]}\n"},
		{"JSON without anything", "{}\n", `{"evidence": [{"id": "E002", "name": "b.csv", "sha256": "` + two + "\"}]}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := AddEvidence([]byte(c.before), nil, []Declared{{ID: "E002", Name: "b.csv", SHA256: two}})
			if c.after == "" {
				if err == nil {
					t.Errorf("no error, but\n%s", got)
				}
				return
			}
			if err != nil || string(got) != c.after {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, c.after)
			}
		})
	}
}

// Whatever stands in a case file, what is added is read and nothing else is
// lost, or the file is left alone.
func FuzzAddEvidence(f *testing.F) {
	for _, seed := range []string{wholeCase, "evidence: [{name: a}]", "{\"evidence\": []}", "evidence: ~\n...\n", "evidence:\n- name: a\n # b\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := Declared{ID: "E900", Name: "n", SHA256: twoHash}
		got, err := AddEvidence([]byte(text), suiteOfThresholds, []Declared{file})
		if err != nil {
			return
		}
		var s Settings
		if err := s.Read(got, suiteOfThresholds); err != nil || len(s.Evidence) == 0 || s.Evidence[len(s.Evidence)-1] != file {
			t.Errorf("%v: %+v of\n%s", err, s.Evidence, got)
		}
		if strings.Count(string(got), "#") < strings.Count(text, "#") {
			t.Errorf("a comment of\n%s\nis lost in\n%s", text, got)
		}
	})
}
