package evidence

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEvidenceIsFoundElsewhere verifies a case on another machine: its
// evidence lies below a folder of its own, in other places or under other names.
func TestEvidenceIsFoundElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, root string)
		result Result
		want   string
	}{
		"as it was":     {func(*testing.T, string) {}, Same, "found as"},
		"in a folder":   {func(t *testing.T, root string) { move(t, root, "log.csv", "media/disk 1/log.csv") }, Same, "media/disk 1/log.csv"},
		"renamed":       {func(t *testing.T, root string) { move(t, root, "outside.csv", "exhibit-7") }, Same, "exhibit-7"},
		"altered":       {func(t *testing.T, root string) { put(t, root, "log.csv", "lies") }, Different, "log.csv; SHA-256 is"},
		"renamed alike": {func(t *testing.T, root string) { move(t, root, "outside.csv", "media/log.csv") }, Same, "media/log.csv"},
		"missing":       {func(t *testing.T, root string) { remove(t, root, "outside.csv") }, Unreadable, "missing"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := finished(t)
			root := t.TempDir()
			for from, to := range map[string]string{
				"in/log.csv": "log.csv", "../elsewhere/log.csv": "outside.csv", "in/x.zip": "x.zip", "city.mmdb": "city.mmdb",
				"in/back\\slash\nline.csv": "back\\slash\nline.csv", "in/caf\xe9.csv": "caf\xe9.csv",
			} {
				move(t, "", filepath.Join(dir, from), filepath.Join(root, to))
			}
			if r := verified(t, dir); r.Result != Unreadable {
				t.Fatalf("without its evidence the case is %v", r.Result)
			}
			c.change(t, root)
			r, err := VerifyCase(dir, root)
			if err != nil {
				t.Fatal(err)
			}
			var details strings.Builder
			for _, l := range r.Lines {
				details.WriteString(filepath.ToSlash(l.Detail) + "\n")
			}
			if r.Result != c.result || !strings.Contains(details.String(), c.want) {
				t.Errorf("%v\n%s\nwant %v with %q", r.Result, details.String(), c.result, c.want)
			}
		})
	}
}

func TestRootIsAFolder(t *testing.T) {
	dir := finished(t)
	for _, root := range []string{filepath.Join(dir, "nowhere"), filepath.Join(dir, "report.xlsx")} {
		var input *InputError
		if _, err := VerifyCase(dir, root); !errors.As(err, &input) {
			t.Errorf("%s: %v", root, err)
		}
	}
}

func move(t *testing.T, dir, from, to string) {
	t.Helper()
	to = filepath.Join(dir, to)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, from), to); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
