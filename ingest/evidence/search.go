package evidence

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// A search looks for evidence that was moved, below a folder. Only files that
// can be it are hashed: those of a recorded name or size.
type search struct {
	byHash, byName map[string][]foundFile
	expected       map[string]bool // recorded hashes
}

type foundFile struct{ at, name, sum string }

// newSearch hashes what below root can be an input of a case. Links are not
// followed, and what cannot be read is not found.
func newSearch(root string, l *ledger) (*search, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errors.New("not a folder")
	}
	s := &search{byHash: map[string][]foundFile{}, byName: map[string][]foundFile{}, expected: map[string]bool{}}
	names, sizes := map[string]bool{}, map[int64]bool{}
	for _, r := range l.files {
		if l.inputs[r.Path] {
			names[baseName(r.Path)], sizes[r.size], s.expected[r.SHA256] = true, true, true
		}
	}
	return s, filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		name := displayName(d.Name())
		if info, err := d.Info(); err != nil || !names[name] && !sizes[info.Size()] {
			return nil
		}
		if sum, err := hashFile(at); err == nil {
			f := foundFile{at, name, sum}
			s.byHash[sum] = append(s.byHash[sum], f)
			s.byName[name] = append(s.byName[name], f)
		}
		return nil
	})
}

// find gives the file that a line of the manifest means, and its hash: the one
// of its hash, first of those of its name; or else one of its name that is no
// other evidence, and so was altered. The place is empty if there is neither.
func (s *search) find(l manifestLine) (at, sum string) {
	name := baseName(displayName(l.Path))
	found := s.byHash[l.SHA256]
	if i := slices.IndexFunc(found, func(f foundFile) bool { return f.name == name }); i >= 0 {
		return found[i].at, found[i].sum
	}
	if len(found) > 0 {
		return found[0].at, found[0].sum
	}
	for _, f := range s.byName[name] {
		if !s.expected[f.sum] {
			return f.at, f.sum
		}
	}
	return "", ""
}

func baseName(recorded string) string { return path.Base(filepath.ToSlash(recorded)) }
