package analysis

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestSettingsAreListedReadably(t *testing.T) {
	s := Settings{
		HomeCountries: []string{"GB", "IE"}, OfficeNetworks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		KnownBad:  Indicators{IPs: []netip.Addr{netip.MustParseAddr("198.51.100.7")}, ASNs: []uint32{64500}},
		Mailboxes: []MailboxSettings{{Mailbox: "a@x.example", Travel: []Travel{{Country: "SG", From: time.Date(2018, 5, 1, 0, 0, 0, 0, time.UTC)}}}},
		Rules:     []RuleFile{{Name: "one.yml", Text: []byte("title: one")}},
	}
	var got []string
	for _, u := range s.Used() {
		got = append(got, u.Name+"="+u.Value)
	}
	want := "[home_countries=GB, IE known_bad=ips 198.51.100.7; asns 64500 mailboxes=mailbox a@x.example; travel country SG; from 2018-05-01T00:00:00Z office_networks=192.0.2.0/24 sigma=name one.yml]"
	if fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
}

var suiteOfThresholds = []*Analyzer{{Name: "a", Thresholds: []*Threshold{{Name: "a.points", Value: 3}, {Name: "history_days", Value: 20}}}}

const wholeCase = `# comment
case: {number: 2026-001, title: "Northpier: mail", report_date: 2026-02-01, time_zone: europe/zurich}
tenant:
  accepted_domains: [contoso.example]
  home_countries:
    - gb
    - "IE"
  office_networks: [198.51.100.7/24]
mailboxes:
  z@contoso.example:
  a@contoso.example:
    travel:
      - {country: sg, from: 2018-05-01, to: 2018-05-03}
    clients: [IMAP4]
known_good: {ips: ["::ffff:192.0.2.1"], asns: [64500]}
known_bad:
  domains: [evil.example]
terms: ["wire transfer"]
hide_folders: []
thresholds: {history_days: 5.5, a.points: 2}
review:
  - {row: foreign-logon-00ff, state: benign, by: J. Roe, at: 2026-02-01, note: a hotel}
  - {row: a@contoso.example, state: open}
pivots: [{ip: "::ffff:192.0.2.9"}, {user_agent: axios/1.7}, session=0a=]
members: [{actor: a1, add: [ip=192.0.2.1, app=rclone], remove: [user=a@contoso.example]}]
evidence:
  - id: E007
    exhibit: JD/1
    sha256: "0000000000000000000000000000000000000000000000000000000000000000"
    note: |
      by mail
`

func TestReadCaseFile(t *testing.T) {
	var s Settings
	if err := s.Read([]byte(wholeCase), suiteOfThresholds); err != nil {
		t.Fatal(err)
	}
	day := func(d int) time.Time { return time.Date(2018, 5, d, 0, 0, 0, 0, time.UTC) }
	want := Settings{
		Case:            Case{Number: "2026-001", Title: "Northpier: mail", ReportDate: "2026-02-01", TimeZone: "Europe/Zurich"},
		AcceptedDomains: []string{"contoso.example"}, HomeCountries: []string{"GB", "IE"},
		OfficeNetworks: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")},
		Mailboxes: []MailboxSettings{
			{Mailbox: "a@contoso.example", Travel: []Travel{{"SG", day(1), day(3)}}, Clients: []string{"IMAP4"}},
			{Mailbox: "z@contoso.example"},
		},
		KnownGood: Indicators{IPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, ASNs: []uint32{64500}},
		KnownBad:  Indicators{Domains: []string{"evil.example"}},
		Terms:     []string{"wire transfer"}, Thresholds: []Threshold{{Name: "a.points", Value: 2}, {Name: "history_days", Value: 5.5}},
		Review: []Review{
			{Row: "foreign-logon-00ff", State: Benign, By: "J. Roe", At: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Note: "a hotel"},
			{Row: "a@contoso.example", State: Open},
		},
		Pivots:   []Pivot{{PivotIP, "192.0.2.9"}, {PivotUserAgent, "axios/1.7"}, {PivotSession, "0a="}},
		Members:  []Membership{{Actor: "a1", Add: []Pivot{{PivotIP, "192.0.2.1"}, {PivotApp, "rclone"}}, Remove: []Pivot{{PivotUser, "a@contoso.example"}}}},
		Evidence: []Declared{{ID: "E007", Exhibit: "JD/1", SHA256: "0000000000000000000000000000000000000000000000000000000000000000", Note: "by mail\n"}},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("read %+v\nwant %+v", s, want)
	}
	var fromJSON Settings
	if err := fromJSON.Read([]byte(`{"tenant": {"home_countries": ["GB"]}, "thresholds": {"history_days": 2}, "terms": null}`), suiteOfThresholds); err != nil {
		t.Fatal(err)
	}
	if fromJSON.HomeCountries[0] != "GB" || fromJSON.Thresholds[0].Value != 2 {
		t.Errorf("JSON: %+v", fromJSON)
	}
	for _, empty := range []string{"", "# nothing\n", "---\n", "null"} {
		if err := s.Read([]byte(empty), nil); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

func TestMistakesInCaseFiles(t *testing.T) {
	for text, want := range map[string]string{
		"tenannt: {}": `line 1: no setting of the case file is named "tenannt"; tenant?`,
		"case: {number: 1}\ntenant:\n  home_country: [GB]":                       `line 3: no setting of tenant is named "home_country"; home_countries?`,
		"mailboxes:\n  a@x.example: {client: [x]}":                               `line 2: no setting of a@x.example is named "client"; clients?`,
		"mailboxes: {anna: {}}":                                                  `line 1: mailboxes: mailbox "anna": not of the form user@example.com`,
		"known_bad:\n  ip: []":                                                   `line 2: no setting of known_bad is named "ip"; ips?`,
		"thresholds:\n  a.point: 2":                                              `line 2: thresholds: no threshold is named "a.point"; a.points?`,
		"thresholds: {history_days: many}":                                       `line 1: history_days: number "many": invalid syntax`,
		"tenant: {home_countries: [GB,\n UK]}":                                   `line 2: home_countries: country "UK": not a code of ISO 3166; GB?`,
		"tenant: {home_countries: [Britian]}":                                    `line 1: home_countries: country "Britian": not a code of ISO 3166; GB?`,
		"tenant: {home_countries: [Germny]}":                                     `line 1: home_countries: country "Germny": not a code of ISO 3166; DE?`,
		"tenant: {home_countries: [XX]}":                                         `line 1: home_countries: country "XX": not a code of ISO 3166`,
		"tenant: {home_countries: GB}":                                           `line 1: home_countries: not a list`,
		"tenant: {home_countries: [[GB]]}":                                       `line 1: home_countries: not a plain value`,
		"tenant: {accepted_domains: [a@b.example]}":                              `line 1: accepted_domains: domain "a@b.example": not of the form example.com`,
		"known_bad: {networks: [192.0.2.0/33]}":                                  `line 1: networks: network "192.0.2.0/33": not of the form 192.0.2.0/24`,
		"mailboxes: {a@x.example: {travel: [{from: \"2018-05-01T00:00:00Z\"}]}}": `line 1: from: time "2018-05-01T00:00:00Z": not a date such as 2006-01-02`,
		"evidence: [{id: 7}]":                                                    `line 1: id: evidence id "7": not of the form E001`,
		"from: 2018-05-01":                                                       `line 1: no setting of the case file is named "from"`,
		"case: {time_zone: Zurich}":                                              `line 1: time_zone: no time zone is named "Zurich"; Europe/Zurich?`,
		"case: {time_zone: Europe/Zürich}":                                       `line 1: time_zone: no time zone is named "Europe/Zürich"; Europe/Zurich?`,
		"case: {time_zone: CEST}":                                                `line 1: time_zone: no time zone is named "CEST"; CET?`,
		"review: [{state: benign}]":                                              `line 1: review: it names no row`,
		"review: [{row: x}]":                                                     `line 1: review: it lacks the state`,
		"review: [{row: x, state: bening}]":                                      `line 1: state: no state of a review is named "bening"; benign?`,
		"review:\n  - {row: x, state: open}\n  - {row: x, state: benign}":        `line 3: review: "x" stands twice`,
		"review: [{row: x, state: open, at: today}]":                             `line 1: at: time "today": not RFC 3339 and not a date`,
		"pivots: [{ip: 192.0.2}]":                                                `line 1: pivots: address "192.0.2": not an IP address`,
		"pivots: [{sesion: x}]":                                                  `line 1: pivots: no kind of value is named "sesion"; session?`,
		"pivots: [{ip: 192.0.2.1, app: x}]":                                      `line 1: pivots: not one kind with its value`,
		"pivots: [{}]":                                                           `line 1: pivots: not one kind with its value`,
		"pivots: [192.0.2.1]":                                                    `line 1: pivots: "192.0.2.1": not of the form KIND=VALUE`,
		"pivots: [{app: [x]}]":                                                   `line 1: pivots: not a plain value`,
		"pivots: [{app: }]":                                                      `line 1: pivots: app has no value`,
		"members: [{add: [ip=192.0.2.1]}]":                                       `line 1: members: it names no actor`,
		"members: [{actor: x}]":                                                  `line 1: members: it neither adds nor removes anything`,
		"members: [{actor: x, add: [app=y], remove: [app=y]}]":                   `line 1: members: app=y is both added and removed`,
		"terms: [a]\nterms: [b]":                                                 `line 2: mapping key "terms" already defined at [1:1]`,
		"terms: &x [a]":                                                          `line 1: terms: not a list`,
		"thresholds: {a.points: -1}":                                             `line 1: a.points: number "-1": not a finite number from 0`,
		"thresholds: {a.points: .nan}":                                           `line 1: a.points: number ".nan": invalid syntax`,
		"mailboxes:\n  a@x.example: {}\n  A@x.example: {}":                       `line 3: mailboxes: "A@x.example" stands twice`,
		"mailboxes: {a@x.example: {travel: [{country: SG, from: 2018-05-02, to: 2018-05-01}]}}": `line 1: travel: it ends on 2018-05-01, before it begins`,
		"mailboxes: {a@x.example: {travel: [{country: SG}]}}":                                   `line 1: travel: it lacks country, from or to`,
		"evidence: [{id: E007}]":  `line 1: evidence: id E007 is given to no sha256`,
		"evidence: [{md5: 1}]":    `line 1: md5: hash "1": not 32 hexadecimal digits`,
		"- terms":                 `line 1: the case file: not a mapping`,
		"terms: [a]\n---\nterms:": `line 3: a second document`,
		"case:\n  number: \"1":    `line 2: could not find end character of double-quoted text`,
	} {
		var s Settings
		if err := s.Read([]byte(text), suiteOfThresholds); err == nil || err.Error() != want {
			t.Errorf("%q:\n%v, want\n%s", text, err, want)
		}
	}
}

func TestFlagsWinOverTheCaseFile(t *testing.T) {
	s := Settings{HomeCountries: []string{"GB"}}
	for _, err := range []error{s.Set("pivots", "ip=192.0.2.1", "app=a=b"), s.Set("home_countries", "us", "IE"), s.Set("accepted_domains", "a.example"), s.Set("from", "2018-05-01")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprintf("%v%v%v%v%s", s.Pivots, s.HomeCountries, s.AcceptedDomains, s.Overridden, s.From.Format(time.DateOnly)) != "[ip=192.0.2.1 app=a=b][US IE][a.example][home_countries]2018-05-01" {
		t.Errorf("settings %+v", s)
	}
	for name, want := range map[string]string{
		"home_countries": `country "UK": not a code of ISO 3166; GB?`,
		"pivots":         `"UK": not of the form KIND=VALUE`,
		"home_country":   `no setting is named "home_country"; home_countries?`,
		"mailboxes":      `a flag's text cannot fill the setting "mailboxes"`,
	} {
		if err := s.Set(name, "UK"); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// TestSettingsAreDescribed holds every setting to a name and a document, and
// every type of one to the reader.
func TestSettingsAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for f := range reflect.TypeFor[Settings]().Fields() {
		name, doc := f.Tag.Get("name"), f.Tag.Get("doc")
		if name == "" || doc == "" || seen[name] || strings.HasSuffix(doc, ".") {
			t.Errorf("%s: name %q is empty or used twice, or document %q is empty or ends in a full stop", f.Name, name, doc)
		}
		seen[name] = true
	}
}

func FuzzReadCaseFile(f *testing.F) {
	f.Add([]byte(wholeCase))
	f.Add([]byte(`{"mailboxes": {"a@x.example": {"travel": [{"country": "SG"}]}}}`))
	f.Add([]byte("a: &b [*b]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var once, twice Settings
		err := once.Read(text, suiteOfThresholds)
		if again := twice.Read(text, suiteOfThresholds); fmt.Sprint(err) != fmt.Sprint(again) {
			t.Errorf("first %v, then %v", err, again)
		}
		if err == nil && fmt.Sprint(once.Used()) != fmt.Sprint(twice.Used()) {
			t.Error("read twice, it differs")
		}
	})
}

func TestDeclaredOfMailbox(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2018, 5, d, 0, 0, 0, 0, time.UTC) }
	s := &Settings{
		HomeCountries: []string{"GB"},
		Mailboxes:     []MailboxSettings{{Mailbox: "A@x.example", HomeCountries: []string{"IE"}, Travel: []Travel{{Country: "SG", From: day(10), To: day(12)}}}},
	}
	of := s.For("a@X.example")
	for country, home := range map[string]bool{"GB": true, "ie": true, "SG": false, "": false} {
		if of.Home(country) != home {
			t.Errorf("home in %q: %t", country, !home)
		}
	}
	if other := s.For("b@x.example"); !other.Home("GB") || other.Home("IE") {
		t.Errorf("another mailbox is at home in %v", other.HomeCountries)
	}
	for d, there := range map[int]bool{8: false, 9: true, 10: true, 13: true, 14: false} {
		if of.Travelled("sg", day(d)) != there || of.Travelled("US", day(d)) {
			t.Errorf("day %d of a stay from 10 to 12: %t", d, !there)
		}
	}
}
