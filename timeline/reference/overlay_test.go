package reference

import (
	"slices"
	"strings"
	"testing"
)

func TestOverlayReplacesATable(t *testing.T) {
	file := "\ufeffcase_note,category,term,language,weight,source,as_of\r\n" +
		"asked by counsel,payment,Projekt Ahorn,de,3,case file,2026-11-20\r\n"
	s, err := Overlay(map[string][]byte{"search_terms.csv": []byte(file)})
	if err != nil {
		t.Fatal(err)
	}
	table := s.Table(SearchTerms)
	if table.Len() != 1 || !table.Overlaid() || table.AsOf() != "2026-11-20" {
		t.Errorf("%d rows, overlaid %v, as of %s", table.Len(), table.Overlaid(), table.AsOf())
	}
	if want := []string{"term", "category", "language", "weight", "source", "as_of", "case_note"}; !slices.Equal(table.Columns, want) {
		t.Errorf("columns %q, want %q", table.Columns, want)
	}
	if row, ok := table.Find("projekt ahorn"); !ok || row.Get("case_note") != "asked by counsel" || row.Int("weight") != 3 {
		t.Errorf("row %v, %v", row, ok)
	}
	if got := s.SearchTerms("PROJEKT AHORN, invoice"); len(got) != 1 || got[0].Text != "Projekt Ahorn" {
		t.Errorf("terms %v", got)
	}
	if table.SHA256() == Default().Table(SearchTerms).SHA256() {
		t.Error("the hash is the shipped table's")
	}
	if s.Table(Clients) != Default().Table(Clients) || Default().Table(SearchTerms).Overlaid() {
		t.Error("another table changed")
	}
	if len(Default().SearchTerms("invoice")) != 1 {
		t.Error("the shipped set changed")
	}
}

func TestOverlayRefuses(t *testing.T) {
	for _, test := range []struct{ name, file, data, want string }{
		{"unknown file", "serch_terms.csv", "term\n", `overlay reference table "serch_terms.csv": no table of that name`},
		{"no csv", "search_terms", "term\n", `"search_terms": no table of that name`},
		{"missing column", "free_mail_domains.csv", "domain,source\nmail.example,x\n", `"free_mail_domains.csv": column "as_of" is missing`},
		{"column twice", "free_mail_domains.csv", "domain,domain,source,as_of\n", `column "domain" stands twice`},
		{"empty file", "free_mail_domains.csv", "", "read header: EOF"},
		{"no source", "free_mail_domains.csv", "domain,source,as_of\nmail.example,,2026-11\n", `line 2: column "source": bad value ""`},
		{"no date", "free_mail_domains.csv", "domain,source,as_of\nmail.example,x,November\n", `line 2: column "as_of": bad value "November"`},
		{"no key", "free_mail_domains.csv", "domain,source,as_of\n ,x,2026-11\n", `line 2: column "domain": bad value ""`},
		{"key twice", "free_mail_domains.csv", "domain,source,as_of\nmail.example,x,2026-11\nMail.Example,x,2026-11\n", `line 3: key "mail.example" stands twice`},
		{"short row", "free_mail_domains.csv", "domain,source,as_of\nmail.example,x\n", "wrong number of fields"},
		{"severity", "user_agents_suspicious.csv", "pattern,match,tool,category,severity,source,as_of\ncurl/,prefix,curl,scripting,High,x,2026-11\n", `column "severity": bad value "High"`},
		{"days", "log_retention.csv", "log,export,days,meaning,source,as_of\nsignin,signin,month,kept,x,2026-11\n", `column "days": bad value "month"`},
		{"weight", "attachment_types.csv", "extension,class,weight,source,as_of\nhta,executable,heavy,x,2026-11\n", `column "weight": bad value "heavy"`},
		{"match", "user_agents_suspicious.csv", "pattern,match,tool,category,severity,source,as_of\nx,regex,x,x,high,x,2026-11\n", `column "match": bad value "regex"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Overlay(map[string][]byte{test.file: []byte(test.data)})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// The shipped files are good overlays of themselves, and say the same.
func TestOverlayOfTheShippedTables(t *testing.T) {
	files := make(map[string][]byte)
	for _, name := range Default().Names() {
		files[name+".csv"] = Default().Table(name).data
	}
	s, err := Overlay(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.Names() {
		a, b := Default().Table(name), s.Table(name)
		if a.SHA256() != b.SHA256() || a.Len() != b.Len() || !slices.Equal(a.Columns, b.Columns) {
			t.Errorf("%s differs", name)
		}
	}
}

func FuzzOverlay(f *testing.F) {
	for _, name := range Default().Names() {
		data := Default().Table(name).data
		f.Add(name, data[:min(len(data), 2000)])
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		s, err := Overlay(map[string][]byte{name + ".csv": data})
		if err != nil {
			return
		}
		n := 0
		for row := range s.Table(name).Rows() {
			if found, ok := s.Table(name).Find(row.Key()); !ok || found.Key() != row.Key() {
				t.Errorf("row %q is not found by its key", row.Key())
			}
			n++
		}
		if n != s.Table(name).Len() {
			t.Errorf("%d rows, Len %d", n, s.Table(name).Len())
		}
	})
}
