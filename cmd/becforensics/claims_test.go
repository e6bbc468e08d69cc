package main

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"becforensics/ingest"
	"becforensics/report"
	"becforensics/report/html"
	"becforensics/report/xlsx"
	"becforensics/timeline"
)

// claimed makes a finished case in a folder of its own, with an actor in it and
// the outputs of the names given.
func claimed(t *testing.T, outputs ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "evidence"), os.DirFS(filepath.Join(harbour, "evidence"))); err != nil {
		t.Fatal(err)
	}
	caseFile := filepath.Join(dir, "case.yaml")
	rewrite(t, caseFile, []byte("case: {number: 2026-001, report_date: 2026-02-01}\ntenant: {accepted_domains: [harbourtimber.example]}\n"))
	args := []string{"analyze", "--case", caseFile, "--home-country", "GB", filepath.Join(dir, "evidence")}
	for _, name := range outputs {
		flag := map[string]string{"report.xlsx": "-o", "findings.json": "--json", "page.html": "--html", "stix.json": "--stix", "iocs.csv": "--iocs"}[name]
		args = append(args, flag, filepath.Join(dir, name))
	}
	if _, stderr, code := command(t, args...); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	return dir
}

// altered is a text with one digit or letter between two places replaced by
// another.
func altered(r *rand.Rand, text []byte, from, to int) (out []byte, at int) {
	const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyz"
	out = bytes.Clone(text)
	for {
		at = from + r.IntN(to-from)
		for _, set := range []string{digits, letters} {
			if strings.IndexByte(set, out[at]) < 0 {
				continue
			}
			if c := set[r.IntN(len(set))]; c != out[at] {
				out[at] = c
				return out, at
			}
		}
	}
}

// cellValue finds a value of a cell.
var cellValue = regexp.MustCompile(`<(?:t|v)[^>]*>[^<]*[0-9a-z][^<]*</`)

// alteredCell is a workbook with a digit or letter of one of its cells replaced.
func alteredCell(t *testing.T, r *rand.Rand, workbook []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	var sheets []*zip.File
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
			sheets = append(sheets, f)
		}
	}
	chosen := sheets[r.IntN(len(sheets))]
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		if f != chosen {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		begin := r.IntN(len(text))
		value := cellValue.FindIndex(text[begin:])
		if value == nil { // behind the last cell
			begin, value = 0, cellValue.FindIndex(text)
		}
		from := begin + value[0] + bytes.IndexByte(text[begin+value[0]:], '>')
		text, _ = altered(r, text, from, begin+value[1])
		to, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every alteration of 940 digits and letters of the outputs is found, and found
// where it is; 60 more are of the evidence.
func TestClaimsFindEveryAlterationOfAReport(t *testing.T) {
	const ofText, ofCells = 320, 300
	dir := claimed(t, "report.xlsx", "findings.json", "page.html", "stix.json", "iocs.csv")
	stdout, stderr, code := command(t, "verify", "--claims", dir)
	if n := strings.Count(stdout, "every number and sentence is what the evidence gives"); code != exitDone || n != 5 {
		t.Fatalf("an untouched case: exit code %d\n%s%s", code, stdout, stderr)
	}
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	r := rand.New(rand.NewPCG(1, 2))
	only := func(what string, list []report.Difference, err error, path string) {
		t.Helper()
		if err != nil || len(list) != 1 || !strings.Contains(list[0].Path, path) || list[0].Recorded == list[0].Computed {
			t.Fatalf("%s altered in %s is found as %q (%v)", what, path, list, err)
		}
	}
	findings, page, workbook := read("findings.json"), read("page.html"), read("report.xlsx")
	begins := regexp.MustCompile(`<(?:section|article) id="([^"]*)"`).FindAllSubmatchIndex(page, -1)
	for i := range ofText {
		other, _ := altered(r, findings, 0, len(findings))
		if list, err := report.Differences(other, findings); err != nil || len(list) == 0 {
			t.Fatalf("an alteration was not found (%v):\n%s", err, other)
		}

		other, at := altered(r, page, 0, len(page))
		section := "head"
		for _, m := range begins {
			if m[0] <= at {
				section = string(page[m[2]:m[3]])
			}
		}
		list, err := html.Differences(other, page)
		list = slices.DeleteFunc(list, func(d report.Difference) bool { return !strings.Contains(d.Path, section) }) // an altered name is missing, and another too many
		only("the page", list, err, section)

		if i < ofCells {
			other = alteredCell(t, r, workbook)
			list, err = xlsx.Differences(other, workbook)
			only("a cell", list, err, "cell ")
		}
	}
	// One of each by the command.
	for name, other := range map[string][]byte{"report.xlsx": nil, "findings.json": findings, "page.html": page, "stix.json": read("stix.json"), "iocs.csv": read("iocs.csv")} {
		whole := read(name)
		if other == nil {
			other = alteredCell(t, r, whole)
		} else {
			other, _ = altered(r, whole, 0, len(whole))
		}
		rewrite(t, filepath.Join(dir, name), other)
		_, stderr, code := command(t, "verify", "--claims", dir)
		if want := name + ": claims that are not what the evidence gives: "; code != exitChanged || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, want %q in\n%s", name, code, want, stderr)
		}
		rewrite(t, filepath.Join(dir, name), whole)
	}
	proves(t, 20, "%d alterations of a digit or letter of the findings as data, %d of the page and %d of cells of the workbook, at random: verify --claims finds each where it is", ofText, ofText, ofCells)
}

// Every alteration of 60 bytes of records that suspicious rows cite is found in
// the claims, beside the hash of the file: the page prints the record. Most
// alter a finding, too.
func TestClaimsFindEveryAlterationOfEvidence(t *testing.T) {
	const ofRecords = 60
	dir := claimed(t, "findings.json", "page.html")
	k, records := harbourCase(t)
	var cited []timeline.Origin
	for _, result := range k.Results {
		for i := 0; result.Finding != nil && i < len(result.Finding.Rows); i++ {
			if row := &result.Finding.Rows[i]; row.Suspicious() {
				cited = append(cited, row.Origins...)
			}
		}
	}
	slices.SortFunc(cited, timeline.Origin.Compare)
	cited = slices.Compact(cited)
	lie, err := records(cited)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	found := 0
	for range ofRecords {
		o := cited[r.IntN(len(cited))]
		i := slices.IndexFunc(k.Files, func(f ingest.File) bool { return f.Evidence == o.Evidence })
		path := filepath.Join(dir, "evidence", filepath.FromSlash(k.Files[i].Name))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		from := int(lie[o].Offset)
		other, _ := altered(r, text, from, from+lie[o].Size)
		rewrite(t, path, other)
		_, stderr, code := command(t, "verify", "--claims", dir)
		if want := "claim record r-" + strings.ReplaceAll(o.String(), ":", "-"); code != exitChanged || !strings.Contains(stderr, want) {
			t.Errorf("%s altered: exit code %d, want %q in\n%s", o, code, want, stderr)
		}
		if strings.Contains(stderr, "claim findings[") {
			found++
		}
		rewrite(t, path, text)
	}
	t.Logf("of %d alterations of cited records %d alter a finding, all the printed record", ofRecords, found)
	if found < ofRecords/2 {
		t.Errorf("%d of %d alterations of cited records alter a finding", found, ofRecords)
	}
	proves(t, 20, "%d alterations of a digit or letter of records that suspicious rows cite: verify --claims finds each in what the report says of the record", ofRecords)
}

func rewrite(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The member that was altered is named, with what was recorded and what the
// evidence gives.
func TestClaimsNameWhatDiffers(t *testing.T) {
	dir := claimed(t, "findings.json")
	path := filepath.Join(dir, "findings.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, path, bytes.Replace(text, []byte(`"band":"act"`), []byte(`"band":"listed"`), 1))
	_, stderr, code := command(t, "verify", "--claims", filepath.Join(dir, "findings.json.manifest-sha256.txt"))
	if want := `claim actors[0].band: recorded "listed", computed "act"`; code != exitChanged || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, want %q in\n%s", code, want, stderr)
	}
	rewrite(t, path, text)

	// A case that was moved as a whole, and one whose evidence was.
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, code := command(t, "verify", "--claims", moved); code != exitDone {
		t.Errorf("moved: exit code %d\n%s%s", code, stdout, stderr)
	}
	elsewhere := filepath.Join(t.TempDir(), "evidence")
	if err := os.Rename(filepath.Join(moved, "evidence"), elsewhere); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{elsewhere, filepath.Dir(elsewhere)} {
		if stdout, stderr, code := command(t, "verify", "--claims", "--root", root, moved); code != exitDone {
			t.Errorf("evidence below %s: exit code %d\n%s%s", root, code, stdout, stderr)
		}
	}
	if _, stderr, code := command(t, "verify", "--claims", moved); code != exitPartial || !strings.Contains(stderr, "claims could not be computed") {
		t.Errorf("without evidence: exit code %d\n%s", code, stderr)
	}
}

// A workbook alone holds claims as well.
func TestClaimsOfAWorkbookAlone(t *testing.T) {
	dir := claimed(t, "report.xlsx")
	if stdout, stderr, code := command(t, "verify", "--claims", dir); code != exitDone || !strings.Contains(stdout, "report.xlsx: every number and sentence is what the evidence gives") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	rewrite(t, filepath.Join(dir, "report.xlsx"), []byte("no workbook"))
	if _, stderr, code := command(t, "verify", "--claims", dir); code != exitChanged || !strings.Contains(stderr, "computed a workbook") {
		t.Errorf("no workbook: exit code %d\n%s", code, stderr)
	}
}
