package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestKeep(t *testing.T) {
	dir := t.TempDir()
	hash := map[string]string{}
	for name, text := range map[string]string{"a.csv": "a", "b.csv": "b", "c.csv": "c", "copy-of-c.csv": "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(text))
		hash[name] = hex.EncodeToString(sum[:])
	}
	for _, c := range []struct {
		numbers map[string]uint32
		want    string
	}{
		{nil, "E001 a.csv E002 b.csv E003 c.csv E004 copy-of-c.csv"},
		{map[string]uint32{hash["b.csv"]: 1}, "E001 b.csv E002 a.csv E003 c.csv E004 copy-of-c.csv"},
		{map[string]uint32{hash["c.csv"]: 7, hash["a.csv"]: 2}, "E002 a.csv E007 c.csv E008 b.csv E009 copy-of-c.csv"},
		{map[string]uint32{"00": 4}, "E005 a.csv E006 b.csv E007 c.csv E008 copy-of-c.csv"},
	} {
		s, err := Acquire(t.Context(), []string{dir}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Keep(t.Context(), c.numbers); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, it := range s.Items() {
			got += fmt.Sprintf(" %s %s", it.ID, it.Name)
		}
		if got[1:] != c.want {
			t.Errorf("%v: %s, want %s", c.numbers, got[1:], c.want)
		}
		s.Close()
	}
	s, err := Acquire(t.Context(), []string{dir}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Keep(t.Context(), map[string]uint32{hash["a.csv"]: 1, hash["b.csv"]: 1}); err == nil {
		t.Error("one id for two hashes is no error")
	}
}
