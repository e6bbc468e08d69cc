package mail

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadAuthResults(t *testing.T) {
	for _, test := range []struct{ name, value, spf, dkim, dmarc, compauth, failed string }{
		{
			"Microsoft's dialect", "spf=softfail (sender IP is 198.51.100.9) smtp.mailfrom=example.net; example.com; dkim=fail (no key for signature) header.d=example.net;example.com; dmarc=fail action=quarantine header.from=example.net;compauth=fail reason=000",
			"softfail", "fail", "fail", "fail", "SPF softfail, DKIM fail, DMARC fail, composite authentication fail 000",
		},
		{"RFC 8601", `mx.example.com 1; spf=pass smtp.mailfrom="a;b"@example.net; dkim/1=pass header.d=example.net`, "pass", "pass", "", "", ""},
		{"one of two signatures passes", "mx.example.com; dkim=fail header.d=list.example; dkim=pass header.d=example.net", "", "pass", "", "", ""},
		{"results in a comment do not count", `mx.example.com; spf=pass (spf=fail (nested; dkim=fail) \) dmarc=fail)`, "pass", "", "", "", ""},
		{"upper case", "MX.EXAMPLE.COM; SPF=Fail", "fail", "", "", "", "SPF fail"},
		{"no failure", "mx.example.com; spf=neutral; dkim=permerror; dmarc=bestguesspass; compauth=softpass", "neutral", "permerror", "bestguesspass", "softpass", ""},
		{"nothing done", "mx.example.com; none", "", "", "", "", ""},
		{"empty", "", "", "", "", "", ""},
	} {
		a := readAuthResults(test.value)
		if a.SPF != test.spf || a.DKIM != test.dkim || a.DMARC != test.dmarc || a.Compauth != test.compauth || strings.Join(a.Failures(), ", ") != test.failed {
			t.Errorf("%s: %+v failed %q", test.name, a, a.Failures())
		}
	}
}

func TestReadHeaders(t *testing.T) {
	h := readHeaders("Authentication-Results: spf=pass;\r\n dkim=fail\r\nno header\r\nFrom: a@example.com\nauthentication-results: spf=fail\n")
	a, by := h.Results()
	if by != authHeader || a.SPF != "pass" || a.DKIM != "fail" || h.Get("from") != "a@example.com" {
		t.Errorf("read %q: %+v by %s", h, a, by)
	}
}

// The verdicts of the top-most header of real messages, counted by others.
func TestRealHeaders(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "..", "shared", "data")
	file, err := os.Open(filepath.Join(shared, "dev-oracles", "mail_headers.tsv"))
	if err != nil {
		t.Skip("no real messages here: ", err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, row := range rows[1:] {
		text, err := os.ReadFile(filepath.Join(shared, row[column["source"]], "dev", row[column["file"]]))
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n\n")
		a := readAuthResults(readHeaders(head).Get(authHeader))
		got := [4]string{a.SPF, a.DKIM, a.DMARC, a.Compauth}
		want := [4]string{row[column["spf"]], row[column["dkim"]], row[column["dmarc"]], row[column["compauth"]]}
		if got != want {
			t.Errorf("%s: %q, want %q", row[column["file"]], got, want)
		}
	}
}

func FuzzAuthResults(f *testing.F) {
	f.Add("spf=pass (a (b) c) smtp.mailfrom=x; dkim=fail")
	f.Add(`"unclosed; (spf=fail \`)
	f.Fuzz(func(t *testing.T, text string) {
		a, _ := readHeaders(authHeader + ": " + text).Results()
		for _, s := range a.Failures() {
			if !strings.Contains(s, fail) {
				t.Errorf("%q failed by %q", text, s)
			}
		}
	})
}
