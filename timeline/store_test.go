package timeline

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"

	"becforensics/geo"
)

// spilling is more events than the least of budgets holds.
const spilling = 80_000

// many makes a timeline of many events that keeps its columns where it is told.
func many(t *testing.T, events int, where Storage) *Timeline {
	t.Helper()
	tl, err := sealMany(t, events, where, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tl.Close() })
	return tl
}

// sealMany is many, with a look at the builder in the midst of the work.
func sealMany(t *testing.T, events int, where Storage, midway func(*Builder)) (*Timeline, error) {
	t.Helper()
	b := NewBuilderIn(where)
	b.Begin(&Source{Evidence: 1, Name: "ual.csv", Source: "auditlog", TimeDesc: "Creation Time"})
	for from := 0; from < events; from += 1000 {
		if err := b.Add(benchBatch(NewBatch(), from)); err != nil {
			return nil, errors.Join(err, b.Close())
		}
		if midway != nil && from >= events/2 {
			midway(b)
			midway = nil
		}
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := b.Seal(Sealing{Geo: db, Canonical: bytes.Clone})
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return tl, nil
}

type writer struct {
	name  string
	write func(*Timeline, io.Writer, []int, []Field) error
}

var writers = []writer{
	{"parquet", (*Timeline).WriteParquet}, {"arrow", (*Timeline).WriteArrow}, {"csv", (*Timeline).WriteCSV}, {"jsonl", (*Timeline).WriteJSONL},
}

// TestBudgetChangesNothing writes the same bytes whether all columns or
// few stay in memory, and leaves no file.
func TestBudgetChangesNothing(t *testing.T) {
	whole := many(t, spilling, Storage{Memory: UnlimitedMemory})
	for _, budget := range []int64{1, 0} {
		dir := t.TempDir()
		tl := many(t, spilling, Storage{Memory: budget, Dir: dir})
		for _, w := range writers {
			var got, want bytes.Buffer
			if err := errors.Join(w.write(tl, &got, allRows(tl), Schema), w.write(whole, &want, allRows(whole), Schema)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("budget %d: the %s file differs", budget, w.name)
			}
		}
		for _, c := range []Col{ColUser, ColToken, ColSubject} {
			if got, want := tl.StackBy(c, NumCols, nil), whole.StackBy(c, NumCols, nil); len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
				t.Errorf("budget %d: the stack of %s differs", budget, c)
			}
		}
		bytes, folder := tl.Spilled()
		if spills := budget != 0; (bytes > 0) != spills || spills && folder != dir {
			t.Errorf("budget %d: %d bytes spilled into %q", budget, bytes, folder)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 && runtime.GOOS != "windows" {
			t.Errorf("budget %d: %s is left", budget, left[0].Name())
		}
	}
	if bytes, _ := whole.Spilled(); bytes > 0 {
		t.Errorf("%d bytes spilled though memory is unlimited", bytes)
	}
}

func TestFileCutUnderUsIsAnError(t *testing.T) {
	for name, harm := range map[string]func(*os.File) error{
		"truncated": func(f *os.File) error { return f.Truncate(1000) },
		"changed":   func(f *os.File) error { return errors.Join(f.Truncate(1000), f.Truncate(1<<30)) },
	} {
		tl := many(t, spilling, Storage{Memory: 1, Dir: t.TempDir()})
		if err := harm(tl.store.spill.file); err != nil {
			t.Fatal(err)
		}
		for _, w := range writers {
			var failure *StoreError
			if err := w.write(tl, io.Discard, allRows(tl), Schema); !errors.As(err, &failure) || failure.Op != "read back" {
				t.Errorf("%s: the %s export ends with %v", name, w.name, err)
			}
		}
	}
}

func TestFullDiskIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no device that is always full")
	}
	defer full.Close()
	dir := t.TempDir()
	_, err = sealMany(t, spilling, Storage{Memory: 1, Dir: dir}, func(b *Builder) { b.store.spill.file = full })
	var failure *StoreError
	if !errors.As(err, &failure) || failure.Op != "keep" {
		t.Errorf("building ends with %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
	_, err = sealMany(t, spilling, Storage{Memory: 1, Dir: dir + "/missing"}, nil)
	if !errors.As(err, &failure) || failure.Op != "keep" {
		t.Errorf("without the folder building ends with %v", err)
	}
}
