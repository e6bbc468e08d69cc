package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Result is what became of something that was recorded.
type Result uint8

// Results, from good to bad.
const (
	Same       Result = iota
	Unreadable        // cannot be told
	Different
)

// String is the word for a result.
func (r Result) String() string { return [...]string{"same", "unreadable", "different"}[r] }

// A Line is one check of a Report.
type Line struct {
	Path   string // as recorded; valid UTF-8, but not yet Printable
	Result Result
	Detail string // why it is not the same
}

// String is the line for reading; it is not yet Printable.
func (l Line) String() string {
	if l.Detail == "" {
		return fmt.Sprintf("%-10s  %s", l.Result, l.Path)
	}
	return fmt.Sprintf("%-10s  %s: %s", l.Result, l.Path, l.Detail)
}

// maxManifest is the largest manifest that is read, in bytes: some millions of
// files.
const maxManifest = 256 << 20

// A Report says whether a finished case is as it was recorded. Its Result is
// the worst of its lines.
type Report struct {
	Lines  []Line
	Result Result
}

// VerifyManifest checks a finished case, given its manifest or the folder that
// holds it (or several): every file against its hash, the chain of the custody
// log, and the files of the manifest against those of the log, so that a line
// removed from either is found. It writes nothing. It fails with an
// *InputError if there is no manifest at path.
func VerifyManifest(path string) (Report, error) {
	resolved, err := filepath.Abs(path)
	if err == nil {
		resolved, err = filepath.EvalSymlinks(resolved)
	}
	if err != nil {
		return Report{}, &InputError{path, plainError(err)}
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return Report{}, &InputError{path, plainError(err)}
	}
	manifests := []string{resolved}
	if info.IsDir() {
		if manifests, err = manifestsIn(resolved); err != nil {
			return Report{}, &InputError{path, err}
		}
	}
	var v Report
	for _, m := range manifests {
		v.manifest(m)
	}
	return v, nil
}

func manifestsIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, plainError(err)
	}
	var found []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), manifestSuffix) {
			found = append(found, filepath.Join(folder, e.Name()))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("the folder holds no manifest (*%s)", manifestSuffix)
	}
	return found, nil
}

func (v *Report) add(path string, r Result, detail string) {
	v.Lines = append(v.Lines, Line{displayName(path), r, detail})
	v.Result = max(v.Result, r)
}

// fail adds a line for what went wrong: unreadable if nothing proves a change.
func (v *Report) fail(path string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		v.add(path, Unreadable, "missing")
		return
	}
	v.add(path, Unreadable, fmt.Sprintf("could not be read: %v", err))
}

// manifest checks one manifest and the log that goes with it.
func (v *Report) manifest(path string) {
	folder, name := filepath.Split(path)
	h, info, err := openRegular(path)
	if err == nil && info.Size() > maxManifest {
		err = fmt.Errorf("%d bytes: over the cap of %d", info.Size(), maxManifest)
	}
	if err != nil {
		v.fail(name, err)
		return
	}
	defer h.Close()
	var lines []manifestLine
	seen := map[string]bool{}
	err = readManifest(h, func(number int, l manifestLine, err error) {
		switch {
		case err != nil:
			v.add(name, Different, fmt.Sprintf("line %d: %v", number, err))
		case seen[l.Path]:
			v.add(l.Path, Different, "listed twice in the manifest")
		default:
			seen[l.Path] = true
			lines = append(lines, l)
		}
	})
	if err != nil {
		v.fail(name, plainError(err))
		return
	}
	for _, l := range lines {
		v.file(folder, l)
	}
	v.log(folder, name, lines)
}

// file checks one file against its line.
func (v *Report) file(folder string, l manifestLine) {
	path := filepath.FromSlash(l.Path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	sum, err := hashFile(path)
	switch {
	case err != nil:
		v.fail(l.Path, err)
	case sum != l.SHA256:
		v.add(l.Path, Different, fmt.Sprintf("SHA-256 is %s, recorded as %s", sum, l.SHA256))
	default:
		v.add(l.Path, Same, "")
	}
}

// log checks the custody log's chain and compares its files with a manifest's.
func (v *Report) log(folder, manifest string, lines []manifestLine) {
	base, ok := strings.CutSuffix(manifest, manifestSuffix)
	if !ok {
		v.add(manifest, Unreadable, fmt.Sprintf("its custody log cannot be found, as its name does not end in %s", manifestSuffix))
		return
	}
	name := base + custodySuffix
	listed := slices.ContainsFunc(lines, func(l manifestLine) bool { return l.Path == name })
	if !listed {
		v.add(name, Different, "the custody log's line is missing from the manifest")
	}
	h, _, err := openRegular(filepath.Join(folder, name))
	if err != nil {
		if !listed {
			v.fail(name, err)
		}
		return
	}
	defer h.Close()
	var recorded []manifestLine
	err = readChain(h, func(e entry) {
		if e.Action != Verified && e.Action != Wrote {
			return
		}
		var file result
		if json.Unmarshal(e.Detail, &file) == nil && file.Listed != "" {
			recorded = append(recorded, manifestLine{file.Listed, file.SHA256})
		}
	})
	var broken *ChainError
	switch {
	case errors.As(err, &broken):
		v.add(name, Different, broken.Error())
		return
	case err != nil:
		v.fail(name, plainError(err))
		return
	}
	v.compare(displayName(name), lines, recorded)
}

// compare finds files that stand in the manifest or in the log alone, or in
// both with different hashes. The log itself stands in the manifest alone.
func (v *Report) compare(log string, lines, recorded []manifestLine) {
	listed, logged := indexLines(lines), indexLines(recorded)
	for _, r := range recorded {
		switch {
		case !listed.paths[r.Path]:
			v.add(r.Path, Different, "in the custody log, but its line is missing from the manifest")
		case !listed.lines[r]:
			v.add(r.Path, Different, "the custody log records another SHA-256 than the manifest")
		}
	}
	for _, l := range lines {
		if l.Path = displayName(l.Path); !logged.paths[l.Path] && l.Path != log {
			v.add(l.Path, Different, "in the manifest, but the custody log does not record it")
		}
	}
}

// lineIndex finds paths, and paths with their hashes.
type lineIndex struct {
	paths map[string]bool
	lines map[manifestLine]bool
}

func indexLines(lines []manifestLine) lineIndex {
	x := lineIndex{map[string]bool{}, map[manifestLine]bool{}}
	for _, l := range lines {
		l.Path = displayName(l.Path)
		x.paths[l.Path], x.lines[l] = true, true
	}
	return x
}
