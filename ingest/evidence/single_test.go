package evidence

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A file beside a report is never written over by mistake, nor into evidence.
func TestSingleFiles(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "evidence")
	input, path := filepath.Join(folder, "a.csv"), filepath.Join(dir, "case.yaml")
	if err := errors.Join(os.Mkdir(folder, 0o755), os.WriteFile(input, []byte("a"), 0o644)); err != nil {
		t.Fatal(err)
	}
	set, err := Acquire(t.Context(), []string{folder}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	var refused *OutputError
	for name, err := range map[string]error{
		"a missing file was replaced":    set.Replace(path, nil, []byte("x")),
		"a file was written to evidence": set.WriteNew(filepath.Join(folder, "b.yaml"), []byte("x")),
		"evidence was replaced":          set.Replace(input, []byte("a"), []byte("x")),
	} {
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := set.WriteNew(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := set.WriteNew(path, []byte("two")); !errors.As(err, &refused) {
		t.Errorf("a file was written over: %v", err)
	}
	if err := set.Replace(path, []byte("other"), []byte("two")); !errors.As(err, &refused) {
		t.Errorf("a file that was changed in the meantime was replaced: %v", err)
	}
	if err := set.Replace(path, []byte("one"), []byte("two")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	info, failed := os.Stat(path)
	if errors.Join(err, failed) != nil || string(text) != "two" || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v: %q with mode %v", err, failed, text, info.Mode())
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v: %v is left behind", err, entries)
	}
}
