package evidence

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestVerifyFindsEveryChange(t *testing.T) {
	old := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	put := func(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }
	for name, c := range map[string]struct {
		change func(path string) error
		want   string
	}{
		"nothing": {func(string) error { return nil }, ""},
		"appended": {
			func(path string) error { return put(path, "as it was, and more") },
			"10 bytes were appended; the first 9 bytes are as they were",
		},
		"rewritten and longer": {func(path string) error { return put(path, "another text") }, "size was 9 bytes, is 12"},
		"cut":                  {func(path string) error { return put(path, "as it") }, "size was 9 bytes, is 5"},
		"edited in place, time put back": {
			func(path string) error { return errors.Join(put(path, "as it is."), os.Chtimes(path, old, old)) },
			"the bytes are others",
		},
		"touched": {
			func(path string) error { return os.Chtimes(path, old, old.Add(time.Second)) },
			"modification time is another; the bytes are as they were",
		},
		"replaced by its copy": {func(path string) error {
			return errors.Join(put(path+"2", "as it was"), os.Chtimes(path+"2", old, old), os.Rename(path+"2", path))
		}, "another file has taken its place"},
		"removed": {os.Remove, "it can no longer be found"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, held := range []int{0, 10} {
				dir := write(t, map[string]string{"a.csv": "first", "b.csv": "as it was", "c.csv": "last"})
				path := filepath.Join(dir, "b.csv")
				if err := os.Chtimes(path, old, old); err != nil {
					t.Fatal(err)
				}
				s := limited(t, func(l *limits) { l.held = held }, dir)
				readAll(t, s)
				if err := c.change(path); err != nil {
					t.Fatal(err)
				}
				err := s.Verify(context.Background())
				var changed *ChangedError
				switch {
				case c.want == "" && err != nil:
					t.Errorf("nothing changed, but %v", err)
				case c.want != "" && (!errors.As(err, &changed) || changed.ID != "E002" || changed.Name != "b.csv"):
					t.Errorf("%v, want a ChangedError of E002", err)
				case !strings.HasPrefix(changed.what(), c.want):
					t.Errorf("%q, want %q", changed.What, c.want)
				}
				if name == "edited in place, time put back" && (changed.Before != hexSum("as it was") || changed.After != hexSum("as it is.")) {
					t.Errorf("digests %s, %s", changed.Before, changed.After)
				}
			}
		})
	}
}

func (e *ChangedError) what() string {
	if e == nil {
		return ""
	}
	return e.What
}

func TestSecondReadingFindsAChange(t *testing.T) {
	dir := write(t, map[string]string{"a.csv": "as it was"})
	s := acquired(t, dir)
	readAll(t, s)
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte("as it is."), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := s.Items()[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	var b [9]byte
	if n, err := in.Read(b[:]); n != 9 || err != nil {
		t.Fatal(n, err)
	}
	var changed *ChangedError
	if err := in.Close(); !errors.As(err, &changed) || changed.What != "the bytes are others" {
		t.Errorf("%v", err)
	}
}

func TestFileCutDuringTheReading(t *testing.T) {
	dir := write(t, map[string]string{"a.csv": strings.Repeat("x", 1000)})
	s := acquired(t, dir)
	if err := os.Truncate(filepath.Join(dir, "a.csv"), 10); err != nil {
		t.Fatal(err)
	}
	in, err := s.Items()[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	var changed *ChangedError
	if _, err := copyBytes(context.Background(), new(strings.Builder), in); !errors.As(err, &changed) || changed.What != "cut from 1000 to 10 bytes" {
		t.Errorf("%v", err)
	}
}

func TestHashOfAPartIsNone(t *testing.T) {
	s := acquired(t, write(t, map[string]string{"a.csv": "as it was"}))
	in, err := s.Items()[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	var b [4]byte
	in.Read(b[:])
	if err := in.Close(); err != nil || s.Items()[0].Hash() != "" {
		t.Errorf("hash %q of a part, %v", s.Items()[0].Hash(), err)
	}
}

func TestClosedSetEndsReadings(t *testing.T) {
	s := acquired(t, write(t, map[string]string{"a.csv": "text"}))
	in, err := s.Items()[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Read(make([]byte, 1)); err == nil {
		t.Error("a closed set is still read")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}
