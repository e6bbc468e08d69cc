package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The rooms of the house, in the order of the river: each imports only those
// before it.
var rooms = []string{"geo", "timeline", "ingest", "report", "cmd"}

// analysisRooms are the rooms inside timeline/analysis, in their order: what
// several analyses know, from the wording of a row up to the actors, and the
// analyses themselves.
var analysisRooms = []string{"cite", "mail", "change", "logon", "actor", "bec"}

// fences name the folder that may use a third-party module, or the folders:
// YAML is read of case files and of the examiner's rules.
var fences = map[string]string{
	"github.com/oschwald/maxminddb-golang": "geo",
	"github.com/apache/arrow":              "timeline",
	"github.com/parquet-go":                "timeline",
	"github.com/go-json-experiment":        "timeline",
	"github.com/xuri/excelize":             "report/xlsx",
	"github.com/alecthomas/kong":           "cmd/becforensics",
	"github.com/vbauerster/mpb":            "cmd/becforensics",
	"github.com/goccy/go-yaml":             "timeline/analysis timeline/analysis/sigma",
	"github.com/hiddeco/sshsig":            "ingest/evidence",
	"golang.org/x/crypto":                  "ingest/evidence",
	"github.com/landlock-lsm":              "ingest/evidence",
}

// goFiles calls f with every Go file of the project that is no test, and its
// imports.
func goFiles(t *testing.T, f func(path string, imports []string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, i := range file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, name)
		}
		f(filepath.ToSlash(rel), imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func room(path string) int {
	top, _, _ := strings.Cut(path, "/")
	return slices.Index(rooms, top)
}

func TestEachRoomImportsOnlyThoseBeforeIt(t *testing.T) {
	goFiles(t, func(path string, imports []string) {
		from := room(path)
		if from < 0 {
			return
		}
		for _, i := range imports {
			inner, own := strings.CutPrefix(i, "becforensics/")
			if own && room(inner) > from {
				t.Errorf("%s imports %s, which comes after it", path, i)
			}
		}
	})
}

func TestEachRoomOfTheAnalysesImportsOnlyThoseBeforeIt(t *testing.T) {
	const analysis = "timeline/analysis/"
	inside := func(path string) int {
		rest, ok := strings.CutPrefix(path, analysis)
		if !ok {
			return -1
		}
		name, _, _ := strings.Cut(rest, "/")
		return slices.Index(analysisRooms, name)
	}
	goFiles(t, func(path string, imports []string) {
		from := inside(path)
		if !strings.HasPrefix(path, "timeline/") {
			return
		}
		for _, i := range imports {
			inner, own := strings.CutPrefix(i, "becforensics/")
			if to := inside(inner); own && to > from {
				t.Errorf("%s imports %s, which comes after it", path, i)
			}
		}
	})
}

func TestThirdPartiesStayInTheirRooms(t *testing.T) {
	goFiles(t, func(path string, imports []string) {
		for _, i := range imports {
			for module, owner := range fences {
				inside := slices.Contains(strings.Fields(owner), filepath.ToSlash(filepath.Dir(path)))
				if strings.HasPrefix(i, module) && !inside {
					t.Errorf("%s imports %s, which belongs to %s", path, i, owner)
				}
			}
			if i == "net" || i == "net/http" || i == "os/exec" || i == "plugin" || i == "C" {
				t.Errorf("%s imports %s", path, i)
			}
		}
	})
}

func TestNobodyElseOpensFiles(t *testing.T) {
	goFiles(t, func(path string, imports []string) {
		if strings.HasPrefix(path, "ingest/evidence/") || strings.HasPrefix(path, "testdata/") || !slices.Contains(imports, "os") {
			return
		}
		text, err := os.ReadFile(filepath.Join("..", "..", path))
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"os.Open", "os.ReadFile", "os.ReadDir", "os.Create(", "os.OpenRoot"} {
			if strings.Contains(string(text), call) {
				t.Errorf("%s calls %s", path, call)
			}
		}
	})
}

// built is the program, built once for the tests that look at it.
var built struct {
	once   sync.Once
	folder string
	err    error
}

func build(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "becforensics-test-"); built.err != nil {
			return
		}
		if out, err := exec.Command("go", "build", "-o", filepath.Join(built.folder, "becforensics"), ".").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.folder, "becforensics")
}

func TestBinaryCannotDial(t *testing.T) {
	out, err := exec.Command("go", "tool", "nm", build(t)).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, symbol := range []string{"net/http.(*Transport).RoundTrip", "crypto/tls.(*Conn).Handshake", "os/exec."} {
		if strings.Contains(string(out), symbol) {
			t.Errorf("the binary holds %s", symbol)
		}
	}
	proves(t, 12, "the program holds no code that makes a request by HTTP, a handshake by TLS, or runs another program")
}

// networkCall is a line of strace that names a call. Signals and exits don't,
// nor does a thread that ended before strace could tell what it did: ???(.
var networkCall = regexp.MustCompile(`^\d+ +[a-z]\w*\(`)

func TestRunMakesNoNetworkCall(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is absent")
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	cmd := exec.Command(strace, "-f", "-e", "trace=%network", "-o", log, build(t), "analyze", "-o", filepath.Join(dir, "report.xlsx"),
		filepath.Join("..", "..", "testdata", "cases", "harbour-2018", "evidence"))
	if out, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "ptrace") {
			t.Skipf("strace cannot trace here: %s", out)
		}
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if networkCall.MatchString(line) {
			t.Errorf("network call: %s", line)
		}
	}
	proves(t, 12, "strace of a run: no network call")
}

// TestRunWithoutANetwork runs the program where there is no network.
func TestRunWithoutANetwork(t *testing.T) {
	if out, err := exec.Command("unshare", "-rn", "true").CombinedOutput(); err != nil {
		t.Skipf("no process can be kept from the network here: %v %s", err, out)
	}
	reports := map[string]bool{}
	for _, before := range [][]string{nil, {"unshare", "-rn"}} {
		report := filepath.Join(t.TempDir(), "report.xlsx")
		line := append(before, "becforensics", "analyze", "-o", report, filepath.Join(harbour, "evidence"))
		if out, err := exec.Command(line[0], line[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		reports[hashOf(t, report)] = true
	}
	if len(reports) != 1 {
		t.Error("the report is another")
	}
	proves(t, 12, "a run that has no network: the same report")
}

// TestEachFileOfBecIsOneAnalysis holds the room of the analyses to its suite
// and one file an analysis.
func TestEachFileOfBecIsOneAnalysis(t *testing.T) {
	goFiles(t, func(path string, _ []string) {
		if filepath.ToSlash(filepath.Dir(path)) != "timeline/analysis/bec" || filepath.Base(path) == "suite.go" {
			return
		}
		text, err := os.ReadFile(filepath.Join("..", "..", path))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "&analysis.Analyzer{"); n != 1 {
			t.Errorf("%s declares %d analyzers, not one", path, n)
		}
	})
}

// TestInnerRoomsOfIngestKnowNothingOfIt holds that what lies below ingest does
// not import it, nor the door of the evidence.
func TestInnerRoomsOfIngestKnowNothingOfIt(t *testing.T) {
	goFiles(t, func(path string, imports []string) {
		if !strings.HasPrefix(path, "ingest/internal/") {
			return
		}
		if room := strings.Split(path, "/")[2]; !slices.Contains([]string{"rows", "column", "clock"}, room) {
			t.Errorf("%s: ingest has no inner room %s", path, room)
		}
		for _, i := range imports {
			if inner, own := strings.CutPrefix(i, "becforensics/ingest"); own && !strings.HasPrefix(inner, "/internal/") {
				t.Errorf("%s imports %s, which stands above it", path, i)
			}
		}
	})
}

// TestShippedTablesAreChosenByTheCommandAlone holds that nothing but the
// command and the harnesses of tests takes the shipped reference tables: any
// other place would be blind to the examiner's.
func TestShippedTablesAreChosenByTheCommandAlone(t *testing.T) {
	goFiles(t, func(path string, imports []string) {
		harness := strings.HasPrefix(path, "ingest/ingesttest/") || strings.HasPrefix(path, "timeline/analysis/analysistest/")
		if strings.HasPrefix(path, "cmd/") || harness || !slices.Contains(imports, "becforensics/timeline/reference") {
			return
		}
		text, err := os.ReadFile(filepath.Join("..", "..", path))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "reference.Default(") {
			t.Errorf("%s takes the shipped reference tables", path)
		}
	})
}
