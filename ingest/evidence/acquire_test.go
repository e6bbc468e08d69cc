package evidence

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestIDsFollowNames(t *testing.T) {
	dir := write(t, map[string]string{"b.csv": "b", "sub/a.csv": "a", "sub/deep/z.csv": "z", "C.csv": "c"})
	wantNames(t, acquired(t, dir), `
E001 C.csv
E002 b.csv
E003 sub/a.csv
E004 sub/deep/z.csv
`)
	wantNames(t, acquired(t, filepath.Join(dir, "sub", "a.csv"), filepath.Join(dir, "b.csv")), `
E001 a.csv
E002 b.csv
`)
}

func TestIDsDoNotDependOnTheOrderOfArguments(t *testing.T) {
	dir := write(t, map[string]string{
		"one/log.csv": "first", "two/log.csv": "second", "three/log.csv": "third",
		"x.zip": zipOf(t, entryOf{name: "log.csv", text: "fourth"}), "y.csv.gz": gzipOf(t, "fifth"),
		"four/x.zip": zipOf(t, entryOf{name: "log.csv", text: "sixth"}, entryOf{name: "a", text: ""}),
	})
	args := []string{"one", "two/log.csv", "three", "x.zip", "y.csv.gz", "four"}
	for i := range args {
		args[i] = filepath.Join(dir, args[i])
	}
	var want []string
	for turn := range args {
		order := append(slices.Clone(args[turn:]), args[:turn]...)
		if turn%2 == 1 {
			slices.Reverse(order)
		}
		s := acquired(t, order...)
		var got []string
		for _, it := range s.Items() {
			text := bytesOf(t, it)
			got = append(got, it.ID+" "+it.Name+" "+it.Parent+" "+hexSum(text))
		}
		if turn == 0 {
			want = got
			if !slices.IsSortedFunc(s.Items()[:3], func(a, b *Item) int { return strings.Compare(a.Hash(), b.Hash()) }) {
				t.Errorf("files named alike are not in the order of their hashes:\n%s", strings.Join(got, "\n"))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("order %v gives\n%s\nwant\n%s", order, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestFileIsTakenOnceUnderItsFirstName(t *testing.T) {
	dir := write(t, map[string]string{"sub/log.csv": "text", "other.csv": "more"})
	file := filepath.Join(dir, "sub", "log.csv")
	if err := os.Link(file, filepath.Join(dir, "another.csv")); err != nil {
		t.Skipf("no hard links here: %v", err)
	}
	for _, args := range [][]string{{dir, file, file}, {file, dir}, {file, file, dir, filepath.Join(dir, "sub")}} {
		s := acquired(t, args...)
		wantNames(t, s, "E001 another.csv\nE002 other.csv\n")
		if got := s.Items()[0].Also; !slices.Equal(got, []string{"log.csv", "sub/log.csv"}) {
			t.Errorf("%v: further names %q", args, got)
		}
	}
}

func TestLinks(t *testing.T) {
	dir := write(t, map[string]string{"real/log.csv": "text", "folder/plain.csv": "more"})
	link := func(target, name string) string {
		path := filepath.Join(dir, name)
		if err := os.Symlink(target, path); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
		return path
	}
	toFile := link(filepath.Join(dir, "real", "log.csv"), "named.csv")
	toFolder := link(filepath.Join(dir, "real"), "named")
	link("../real/log.csv", "folder/inside.csv")
	link("../real", "folder/inside")
	link(".", "folder/loop")

	s := acquired(t, toFile)
	wantNames(t, s, "E001 named.csv\n")
	if it := s.Items()[0]; it.Given != toFile || it.Path != filepath.Join(dir, "real", "log.csv") {
		t.Errorf("recorded %q for %q", it.Path, it.Given)
	}
	s = acquired(t, toFolder)
	wantNames(t, s, "E001 log.csv\n")
	if it := s.Items()[0]; it.Given != filepath.Join(toFolder, "log.csv") || it.Path != filepath.Join(dir, "real", "log.csv") {
		t.Errorf("recorded %q for %q", it.Path, it.Given)
	}
	wantNames(t, acquired(t, filepath.Join(dir, "folder")), `
E001 plain.csv
refused inside: symbolic link, not followed
refused inside.csv: symbolic link, not followed
refused loop: symbolic link, not followed
`)
}

func TestUnreadable(t *testing.T) {
	dir := write(t, map[string]string{"log.csv": "text", "closed.csv": "text", "shut/x.csv": "text"})
	for _, name := range []string{"closed.csv", "shut"} {
		if err := os.Chmod(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(filepath.Join(dir, name), 0o700) })
	}
	if f, err := os.Open(filepath.Join(dir, "closed.csv")); err == nil {
		f.Close()
		t.Skip("this user may read every file")
	}
	wantNames(t, acquired(t, dir), `
E001 log.csv
refused closed.csv: could not be read: permission denied
refused shut: could not be read: permission denied
`)
	var input *InputError
	if _, err := Acquire(context.Background(), []string{filepath.Join(dir, "shut")}, Options{}); !errors.As(err, &input) {
		t.Errorf("closed folder: %v", err)
	}
}

func TestNamesThatAreNotUTF8(t *testing.T) {
	dir := write(t, nil)
	if err := os.WriteFile(filepath.Join(dir, "caf\xe9.csv"), []byte("text"), 0o600); err != nil {
		t.Skipf("no such names here: %v", err)
	}
	wantNames(t, acquired(t, dir), `E001 caf\xe9.csv`+"\n")
}

func TestManyFilesAreReadWithFewDescriptors(t *testing.T) {
	dir := write(t, map[string]string{"a.csv": "1", "b.csv": "22", "c.csv": "333", "d.zip": zipOf(t, entryOf{name: "m", text: "4444"})})
	s := limited(t, func(l *limits) { l.held = 1 }, dir)
	wantNames(t, s, "E001 a.csv\nE002 b.csv\nE003 c.csv\nE004 d.zip (container)\nE005 d.zip!m in E004\n")
	held := 0
	for _, it := range s.files() {
		if it.file().held != nil {
			held++
		}
	}
	if held != 1 {
		t.Errorf("%d descriptors are held", held)
	}
	readAll(t, s)
	var b [2]byte
	if n, err := s.Items()[2].ReadAt(b[:], 1); n != 2 || err != nil || string(b[:]) != "33" {
		t.Errorf("read %q, %v", b[:n], err)
	}
	if err := s.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "c.csv"), []byte("4444"), 0o600); err != nil {
		t.Fatal(err)
	}
	var changed *ChangedError
	if _, err := s.Items()[2].Open(); !errors.As(err, &changed) || changed.ID != "E003" {
		t.Errorf("opened again after a change: %v", err)
	}
}

func TestAddFile(t *testing.T) {
	dir := write(t, map[string]string{"log.csv": "text", "city.mmdb": "places", "case.yaml": "case: {}", "asn.mmdb": ""})
	s := acquired(t, filepath.Join(dir, "log.csv"))
	for _, want := range []struct {
		kind           Kind
		name, id, text string
	}{
		{Database, "city.mmdb", "D001", "places"},
		{Reference, "case.yaml", "R001", "case: {}"},
		{Database, "asn.mmdb", "D002", ""},
	} {
		it, data, err := s.AddFile(want.kind, filepath.Join(dir, want.name))
		if err != nil || it.ID != want.id || it.Name != want.name || string(data) != want.text || it.Hash() != hexSum(want.text) {
			t.Errorf("%s: %+v %q %v", want.name, it, data, err)
		}
	}
	var input *InputError
	if _, _, err := s.AddFile(Database, filepath.Join(dir, "none.mmdb")); !errors.As(err, &input) {
		t.Errorf("missing database: %v", err)
	}
	if _, _, err := s.AddFile(Database, dir); !errors.As(err, &input) {
		t.Errorf("folder as database: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "case.yaml"), []byte("case: []"), 0o600); err != nil {
		t.Fatal(err)
	}
	var changed *ChangedError
	if err := s.Verify(context.Background()); !errors.As(err, &changed) || changed.ID != "R001" {
		t.Errorf("changed case file: %v", err)
	}
	if s := limited(t, func(l *limits) { l.attached = 3 }); s != nil {
		if _, _, err := s.AddFile(Database, filepath.Join(dir, "city.mmdb")); !errors.As(err, &input) {
			t.Errorf("database over the cap: %v", err)
		}
	}
}

func TestAcquireEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := write(t, map[string]string{"log.csv": "text", "x.csv.gz": gzipOf(t, "text")})
	if _, err := Acquire(ctx, []string{dir}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
