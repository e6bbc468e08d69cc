package evidence

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write puts files below a new folder and returns the folder, links resolved.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func acquired(t testing.TB, paths ...string) *Set {
	t.Helper()
	s, err := Acquire(context.Background(), paths, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func limited(t testing.TB, change func(*limits), paths ...string) *Set {
	t.Helper()
	l := defaults
	change(&l)
	s, err := acquire(context.Background(), paths, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// names shows a set in lines: id, parent, name, and what was refused.
func names(s *Set) string {
	var b strings.Builder
	for _, it := range s.Items() {
		fmt.Fprintf(&b, "%s %s", it.ID, it.Name)
		if it.Parent != "" {
			fmt.Fprintf(&b, " in %s", it.Parent)
		}
		if it.IsContainer() {
			b.WriteString(" (container)")
		}
		b.WriteByte('\n')
	}
	for _, r := range s.Refused() {
		fmt.Fprintf(&b, "refused %s", r.Name)
		if r.Parent != "" {
			fmt.Fprintf(&b, " in %s", r.Parent)
		}
		fmt.Fprintf(&b, ": %s\n", r.Reason)
	}
	return b.String()
}

func wantNames(t *testing.T, s *Set, want string) {
	t.Helper()
	want = strings.TrimPrefix(want, "\n")
	if got := names(s); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func bytesOf(t testing.TB, it *Item) string {
	t.Helper()
	in, err := it.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func readAll(t testing.TB, s *Set) {
	t.Helper()
	for _, it := range s.Items() {
		bytesOf(t, it)
	}
}

func hexSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// entryOf is a member of a test zip.
type entryOf struct {
	name, text string
	change     func(*zip.FileHeader)
}

func zipOf(t testing.TB, entries ...entryOf) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.change != nil {
			e.change(h)
		}
		m, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(m, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func stored(h *zip.FileHeader) { h.Method = zip.Store }

func gzipOf(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
