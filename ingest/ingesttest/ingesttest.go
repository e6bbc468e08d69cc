// Package ingesttest runs sources on exports written as text and compares what
// became of every record with what the case wants. A case is a txtar archive:
// its files are the evidence, but for the file "want", which is the outcome in
// readable form. Lines of the comment before the first file may say
//
//	mailbox victim@example.com       what the examiner names
//	encode export.csv utf-16le bom   utf-8, utf-16le, utf-16be or windows-1252; bom; crlf
//
// and are for the reader otherwise. With -update the wanted outcome is written anew.
//
// Whatever a case wants, the harness holds that a recognised file is claimed
// by one layout alone, that every record is accounted for and can be read
// again, and that the outcome is the same twice and with any number of
// workers. It does not test how files are cut into records.
package ingesttest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/geo"
	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

var update = flag.Bool("update", false, "write the wanted outcome of each case anew")

// wantFile is the file of a case that is no evidence.
const wantFile = "want"

// Run runs the cases that match a pattern, each as a test of its own, and
// holds that each field which a layout declares is asked for in one of them at
// least.
func Run(t *testing.T, source *ingest.Source, pattern string) {
	t.Helper()
	var asked sync.Map // of *column.Field
	run(t, []*ingest.Source{source}, pattern, func(f *column.Field) { asked.Store(f, true) })
	if !t.Failed() {
		holdAsked(t, source, &asked)
	}
}

// RunAll runs cases whose files hold records of several sources.
func RunAll(t *testing.T, sources []*ingest.Source, pattern string) {
	t.Helper()
	run(t, sources, pattern, nil)
}

func run(t *testing.T, sources []*ingest.Source, pattern string, asked func(*column.Field)) {
	t.Helper()
	for _, file := range cases(t, pattern) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			files, want := split(archive)
			o := options(string(archive.Comment))
			o.Asked = asked
			got := check(t, sources, files, o)
			if got == want {
				return
			}
			if !*update {
				t.Errorf("outcome differs; -update writes it anew\n%s", diff(want, got))
				return
			}
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == wantFile })
			archive.Files = append(archive.Files, txtar.File{Name: wantFile, Data: []byte(got)})
			if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// holdAsked fails for fields that are declared, and so documented, but that no
// case made a decoder ask for.
func holdAsked(t *testing.T, source *ingest.Source, asked *sync.Map) {
	t.Helper()
	for _, l := range source.Layouts {
		if l.Only == rows.Binary {
			continue // no case in text can show it
		}
		for _, part := range append([]ingest.Part{{Of: "the record", Fields: l.Fields}}, l.Parts...) {
			for i := range part.Fields {
				f := &part.Fields[i]
				if _, ok := asked.Load(f); !ok && len(f.Paths) > 0 && !f.IsMark() {
					t.Errorf("layout %q: no case asks %s for %s: nothing reads it, or no case has it", l.Name, part.Of, f)
				}
			}
		}
	}
}

// Fuzz feeds a source with what becomes of the exports in its cases, and holds
// what the harness holds of every case.
func Fuzz(f *testing.F, source *ingest.Source) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		sources := []*ingest.Source{source}
		head := ingest.NewHead("export", data[:min(len(data), rows.HeadSize)])
		if len(ingest.Claims(sources, head, shipped(&ingest.Options{}))) == 0 {
			t.Skip("no layout claims it")
		}
		check(t, sources, []txtar.File{{Name: "export", Data: data}}, &ingest.Options{})
	})
}

// FuzzAll does so with several sources, also where none claims the file as it
// is.
func FuzzAll(f *testing.F, sources []*ingest.Source) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, sources, []txtar.File{{Name: "export", Data: data}}, &ingest.Options{})
	})
}

// seed adds the exports of the cases.
func seed(f *testing.F) {
	for _, file := range cases(f, "testdata/*.txtar") {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		files, _ := split(archive)
		for _, x := range files {
			f.Add(x.Data)
		}
	}
}

// Read runs a source on one file, given by its name and content, and returns
// the sealed timeline and what became of the file.
func Read(t testing.TB, source *ingest.Source, name string, data []byte, o *ingest.Options) (*timeline.Timeline, ingest.File) {
	t.Helper()
	tl, files := read(t, []*ingest.Source{source}, []txtar.File{{Name: name, Data: data}}, o)
	return tl, files[0]
}

// check reads the files as often as the harness holds that it changes nothing,
// and returns the outcome.
func check(t *testing.T, sources []*ingest.Source, files []txtar.File, o *ingest.Options) string {
	t.Helper()
	for _, f := range files {
		head := ingest.NewHead(f.Name, f.Data[:min(len(f.Data), rows.HeadSize)])
		claims := ingest.Claims(sources, head, shipped(o))
		strong := 0
		for _, m := range claims {
			if m == ingest.Strong {
				strong++
			}
		}
		if strong > 1 {
			t.Errorf("%s is claimed by several layouts: %v", f.Name, claims)
		}
	}
	var first string
	var accounts []byte
	for _, workers := range [...]int{1, 1, 8} {
		again := *o
		again.Workers = workers
		tl, out := read(t, sources, files, &again)
		account(t, tl, out)
		got := dump(tl, out)
		if first == "" {
			first = got
		} else if got != first {
			t.Fatalf("another reading with %d workers gives another outcome\n%s", workers, diff(first, got))
		}
		accounts = accountsOf(t, out)
	}
	counted := *o
	counted.Keep = ingest.Counts
	if _, out := read(t, sources, files, &counted); !bytes.Equal(accountsOf(t, out), accounts) {
		t.Errorf("a reading that only counts tells of the files\n%s\nnot\n%s", accountsOf(t, out), accounts)
	}
	return first
}

// accountsOf is what readings tell of files.
func accountsOf(t *testing.T, files []ingest.File) []byte {
	t.Helper()
	var all []any
	for i := range files {
		all = append(all, files[i].Account(), files[i].Details())
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// read takes the files through the pipeline as evidence in a folder.
func read(t testing.TB, sources []*ingest.Source, files []txtar.File, o *ingest.Options) (*timeline.Timeline, []ingest.File) {
	t.Helper()
	folder := t.TempDir()
	for _, f := range files {
		path := filepath.Join(folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	set, err := evidence.Acquire(context.Background(), []string{folder}, evidence.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	c, err := ingest.Run(context.Background(), set, sources, shipped(o))
	if err != nil {
		t.Fatal(err)
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := c.Seal(db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(tl.Err(), tl.Close()); err != nil {
			t.Error(err)
		}
	})
	return tl, c.Files
}

// shipped is the options with the shipped reference tables where they name no
// others.
func shipped(o *ingest.Options) *ingest.Options {
	out := *o
	if out.Reference == nil {
		out.Reference = reference.Default()
	}
	return &out
}

// account holds that every record is something, once.
func account(t *testing.T, tl *timeline.Timeline, files []ingest.File) {
	t.Helper()
	for _, f := range files {
		if sum := f.Events + f.Contexts + f.Duplicates + f.Rejects; sum != f.Records {
			t.Errorf("%s: %d events + %d context + %d duplicates + %d rejects are not %d records", f.Name, f.Events, f.Contexts, f.Duplicates, f.Rejects, f.Records)
		}
	}
	last := map[uint32]uint32{}
	seen := map[timeline.Origin]bool{}
	see := func(o timeline.Origin) {
		if seen[o] {
			t.Errorf("record %s is accounted for twice", o)
		}
		seen[o] = true
		last[o.Evidence] = max(last[o.Evidence], o.Record)
	}
	for row := range tl.Len() {
		see(tl.Origin(row))
	}
	for _, c := range tl.Context() {
		see(c.Origin)
	}
	for _, d := range tl.Duplicates() {
		see(d.Origin)
	}
	for _, r := range tl.Rejects() {
		see(r.Origin)
		if strings.HasPrefix(r.Reason, "decoder failed") {
			t.Errorf("record %s: %s", r.Origin, r.Reason)
		}
	}
	for _, f := range files {
		if int(last[f.Evidence]) != f.Records {
			t.Errorf("%s: the last record is %d of %d", f.Name, last[f.Evidence], f.Records)
		}
	}
}

func cases(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no case matches %q", pattern)
	}
	return files
}
