package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"becforensics/report"
	pages "becforensics/report/html"
	"becforensics/timeline"
	"becforensics/timeline/analysis/analysistest/estate"
	"becforensics/timeline/analysis/bec"
)

// pageOf writes the page of some evidence and returns its path and its text.
func pageOf(t *testing.T, evidence ...string) (path, text string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "page.html")
	_, stderr, code := command(t, append([]string{"analyze", "--html", path}, evidence...)...)
	if code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(data)
}

var outlined = regexp.MustCompile(`<(h1|h2|h3|h4|caption|th|desc|article)\b[^>]*>([^<]*)`)

// outline is the structure of a page: headings, tables with their columns, what
// its pictures show, and the number of raw records.
func outline(page string) string {
	var b strings.Builder
	records := 0
	for _, m := range outlined.FindAllStringSubmatch(page, -1) {
		if m[1] == "article" {
			records++
		}
		if records == 0 {
			fmt.Fprintf(&b, "%s %s\n", m[1], html.UnescapeString(m[2]))
		}
	}
	fmt.Fprintf(&b, "%d raw records\n", records)
	return b.String()
}

// TestHarbourPage holds the structure of the shipped case's page to the one
// that was read and approved.
func TestHarbourPage(t *testing.T) {
	_, page := pageOf(t, filepath.Join(harbour, "evidence"))
	golden := filepath.Join(harbour, "page.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(outline(page)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	const shownDifferences = 10
	if d := differences(string(want), outline(page), shownDifferences); d != "" {
		t.Errorf("the page differs from %s; if it is right, go test ./cmd/becforensics -run Harbour -update writes it anew\n%s", golden, d)
	}
}

// mostPage is the size that a page may have.
const mostPage = 2_000_000

// TestPageNeedsNothingElse holds pages of made-up, simulated and hostile cases
// to what is promised of each: its size, its policy, and that nothing in it
// runs, loads or leads out of it.
func TestPageNeedsNothingElse(t *testing.T) {
	cases := map[string]string{"hostile": hostileEvidence(t)}
	for _, name := range []string{"device-code", "two-intruders", "clean-2018"} {
		cases[name] = writeEstate(t, estate.Named(name).Make(estate.Options{Seed: 1}))
	}
	for _, c := range sharedCases(t) {
		cases[c.name] = c.evidence
	}
	for name, evidence := range cases {
		t.Run(name, func(t *testing.T) {
			_, page := pageOf(t, evidence)
			if len(page) > mostPage {
				t.Errorf("%d bytes", len(page))
			}
			t.Logf("%d bytes, %d raw records", len(page), strings.Count(page, "<article"))
			_, rest, _ := strings.Cut(page, "<style>")
			style, body, ok := strings.Cut(rest, "</style>")
			sum := sha256.Sum256([]byte(style))
			policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
			if !ok || !strings.Contains(html.UnescapeString(page), policy) {
				t.Error("the policy does not name the style, or allows more")
			}
			tags := regexp.MustCompile(`<([a-zA-Z]+)([^>]*)>`).FindAllStringSubmatch(body, -1)
			allowed := " body header nav ul li main section article h h p a wbr div code pre table caption thead tbody tr th td figure footer svg title desc path text g circle span "
			ids := map[string]bool{}
			var targets []string
			for _, tag := range tags {
				if !strings.Contains(allowed, " "+tag[1]+" ") {
					t.Errorf("element %s", tag[0])
				}
				for _, a := range regexp.MustCompile(`([a-z-]+)="([^"]*)"`).FindAllStringSubmatch(tag[2], -1) {
					switch name, value := a[1], a[2]; {
					case name == "id" && ids[value]:
						t.Errorf("two elements have the id %s", value)
					case name == "id":
						ids[value] = true
					case name == "href":
						targets = append(targets, value)
					case name == "style" || name == "src" || strings.HasPrefix(name, "on"):
						t.Errorf("attribute %s", a[0])
					}
				}
			}
			for _, target := range targets {
				if id, inner := strings.CutPrefix(target, "#"); !inner || !ids[id] {
					t.Errorf("a link leads to %q", target)
				}
			}
			if at := steering(page); at >= 0 {
				t.Errorf("the page holds %q", page[max(0, at-40):min(len(page), at+20)])
			}
		})
	}
	proves(t, 7, "pages of hostile and made-up cases: no script, nothing that loads, no link that leads out; the policy allows the page its own style alone")
}

// TestRawRecordsAreThoseOfTheEvidence compares the records of a page with what
// the command record prints.
func TestRawRecordsAreThoseOfTheEvidence(t *testing.T) {
	dir := writeEstate(t, estate.Named("device-code").Make(estate.Options{Seed: 1}))
	_, page := pageOf(t, dir)
	articles := regexp.MustCompile(`(?s)<article id="r-E\d+-\d+"><h3>(E\d+:\d+)</h3><p>.*?SHA-256 <code>([0-9a-f]{64})</code></p>\n<pre>(.*?)</pre>`).FindAllStringSubmatch(page, -1)
	if len(articles) < 20 {
		t.Fatalf("%d raw records", len(articles))
	}
	for i := 0; i < len(articles); i += 1 + len(articles)/12 {
		origin, hash, text := articles[i][1], articles[i][2], html.UnescapeString(articles[i][3])
		raw, stderr, code := command(t, "record", origin, dir)
		if code != exitDone {
			t.Fatalf("%s: %s", origin, stderr)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(raw))); got != hash {
			t.Errorf("%s: SHA-256 %s, the record's is %s", origin, hash, got)
		}
		if !strings.HasPrefix(strings.ReplaceAll(strings.TrimRight(raw, "\r\n"), "\r\n", "\n"), text) || text == "" {
			t.Errorf("%s: the page has %.100q, the evidence %.100q", origin, text, raw)
		}
	}
}

// TestLargePageIsBounded gives each record of a case four kilobytes of what
// takes most room in a page. Those of the key timeline stand there first.
func TestLargePageIsBounded(t *testing.T) {
	var dirs []string
	for _, name := range []string{"spray-imap", "forward-fraud", "device-code", "two-intruders"} {
		dirs = append(dirs, writeEstate(t, estate.Named(name).Make(estate.Options{Seed: 1})))
	}
	k := analysed(t, dirs...)
	var ranked []timeline.Origin
	var page bytes.Buffer
	err := pages.Write(&page, k, func(origins []timeline.Origin) (map[timeline.Origin]pages.Record, error) {
		records := map[timeline.Origin]pages.Record{}
		for _, o := range origins {
			records[o] = pages.NewRecord(bytes.Repeat([]byte(`"<'`), 2000), 0)
		}
		ranked = origins
		return records, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	printed := strings.Count(page.String(), "<article")
	if page.Len() > mostPage || printed == 0 || printed >= len(ranked) {
		t.Errorf("%d bytes, %d of %d records", page.Len(), printed, len(ranked))
	}
	for i, o := range ranked {
		there := strings.Contains(page.String(), `<article id="r-`+strings.ReplaceAll(o.String(), ":", "-")+`"`)
		if there != (i < printed) {
			t.Errorf("record %s, of rank %d: printed is %v", o, i, there)
		}
	}
	if !strings.Contains(page.String(), fmt.Sprintf("Cited and not printed: %d more", len(ranked)-printed)) {
		t.Error("the page doesn't say how many records it leaves out")
	}
	t.Logf("%d bytes, %d of %d records", page.Len(), printed, len(ranked))
}

// analysed is a case whose analyses have run.
func analysed(t *testing.T, evidence ...string) *report.Case {
	t.Helper()
	flags := evidenceFlags{Evidence: evidence}
	s, err := flags.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	k, _, r, err := s.analyse(t.Context(), &terminal{}, bec.Suite)
	if err := errors.Join(err, r.wait()); err != nil {
		t.Fatal(err)
	}
	return k
}

// TestEveryActIsDrawnOnce compares the marks of each actor's lanes with its acts
// in the findings as data: each is one mark, in the words of the act, and leads
// to a record of it.
func TestEveryActIsDrawnOnce(t *testing.T) {
	dir := writeEstate(t, estate.Named("two-intruders").Make(estate.Options{Seed: 1}))
	_, page := pageOf(t, dir)
	drawn := 0
	for _, who := range analyzeEstate(t, dir).Actors {
		_, picture, ok := strings.Cut(page, fmt.Sprintf(`aria-labelledby="actor%d-lanes-t`, who.Rank))
		if ok != (who.Band != "listed") {
			t.Errorf("actor %d of band %s: drawn is %v", who.Rank, who.Band, ok)
		}
		if !ok {
			continue
		}
		drawn++
		picture, _, _ = strings.Cut(picture, "</svg>")
		marks := regexp.MustCompile(`<a href="#r-(E\d+)-(\d+)"><title>(\S+ \S+), \S+: (.*?), E\d+:\d+</title>`).FindAllStringSubmatch(picture, -1)
		if len(marks) != len(who.Acts) {
			t.Errorf("actor %d: %d marks lead to records, of %d acts", who.Rank, len(marks), len(who.Acts))
		}
		for _, act := range who.Acts {
			n := 0
			for _, m := range marks {
				text, _, _ := strings.Cut(html.UnescapeString(m[4]), " … [cut]")
				if m[3] == at(act.At).Format(time.DateTime) && strings.HasPrefix(act.Text, text) {
					n++
				}
			}
			if n == 0 {
				t.Errorf("actor %d: no mark says %s %s", who.Rank, act.At, act.Text)
			}
		}
	}
	if drawn != 2 {
		t.Errorf("%d actors are drawn", drawn)
	}
}

// longNeed is what the page says of a need once for several: that it is a
// snapshot, whose and of which days an export is, and which analysis lacks it.
var longNeed = regexp.MustCompile(`^a snapshot taken now: | of \S+@\S+, \d{4}-.*$|^\S+(?: could not look: )`)

func shortNeed(need string) string { return longNeed.ReplaceAllString(need, "") }

// TestPageAnswersEveryQuestion compares the questions of pages with those of the
// findings as data: each is put to the case, and to an account if the answer is
// another, with what answers it.
func TestPageAnswersEveryQuestion(t *testing.T) {
	for _, name := range []string{"forward-fraud", "device-code", "clean-2025"} {
		dir := scenarioFolder(t, name, estate.Options{Seed: 1})
		_, page := pageOf(t, dir)
		text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, ""))
		ofCase := map[int]string{}
		for _, q := range questionsOf(t, dir).Questions {
			heading := fmt.Sprintf("%d. %s", q.Number, q.Question)
			if q.Account != "" && q.Answer == ofCase[q.Number] {
				continue
			}
			if q.Account == "" {
				ofCase[q.Number] = q.Answer
			}
			for _, c := range q.Claims {
				if !strings.Contains(text, heading) || !strings.Contains(text, c.Text) {
					t.Errorf("%s: the page does not answer %q of %q with %q", name, heading, q.Account, c.Text)
				}
			}
			for _, need := range q.Needs {
				if q.State == "partly" && !strings.Contains(text, shortNeed(need)) {
					t.Errorf("%s: question %d of %q lacks what it needs: %q", name, q.Number, q.Account, need)
				}
			}
		}
		if len(ofCase) == 0 {
			t.Errorf("%s: no questions", name)
		}
	}
}

// TestPageIsTheSameInAnyOrder writes a page of files in several orders.
func TestPageIsTheSameInAnyOrder(t *testing.T) {
	dir := writeEstate(t, estate.Named("forward-fraud").Make(estate.Options{Seed: 1}))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	_, want := pageOf(t, files...)
	for range 3 {
		files = append(files[1:], files[0])
		if _, got := pageOf(t, files...); !bytes.Equal([]byte(got), []byte(want)) {
			t.Fatalf("pages differ: %s", differences(want, got, 5))
		}
	}
}
