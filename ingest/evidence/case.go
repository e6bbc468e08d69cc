package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A State is what became of one thing that was recorded.
type State uint8

// States, from good to bad.
const (
	Same       State = iota
	Unreadable       // cannot be told
	Changed
)

// String is the word for a state.
func (s State) String() string { return [...]string{"same", "unreadable", "changed"}[s] }

// A Check is one line of a Report.
type Check struct {
	Path   string // as recorded; valid UTF-8, but not yet Printable
	State  State
	Detail string // why it is not the same
}

// maxManifest is the largest manifest that is read, in bytes: some millions of
// files.
const maxManifest = 256 << 20

// A Report tells whether a finished case is as it was recorded.
type Report struct {
	Checks []Check
}

// State is the worst of all checks: Changed, or else Unreadable, or else Same.
func (r Report) State() State {
	worst := Same
	for _, c := range r.Checks {
		worst = max(worst, c.State)
	}
	return worst
}

// VerifyManifest checks a finished case, given its manifest or the folder that
// holds it (or several): every file against its hash, the chain of the custody
// log, and the files of the manifest against those of the log, so that a line
// removed from either is found. It writes nothing. It fails with an
// *InputError if there is no manifest at path.
func VerifyManifest(ctx context.Context, path string) (Report, error) {
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
	var v verification
	for _, m := range manifests {
		if err := v.manifest(ctx, m); err != nil {
			return Report{}, err
		}
	}
	return v.report, nil
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

type verification struct {
	report Report
}

func (v *verification) add(path string, s State, detail string) {
	v.report.Checks = append(v.report.Checks, Check{displayName(path), s, detail})
}

// fail adds a check that went wrong: unreadable if nothing proves a change.
func (v *verification) fail(path string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		v.add(path, Unreadable, "missing")
		return
	}
	v.add(path, Unreadable, fmt.Sprintf("could not be read: %v", err))
}

// manifest checks one manifest and the log that goes with it.
func (v *verification) manifest(ctx context.Context, path string) error {
	folder, name := filepath.Split(path)
	h, info, err := openRegular(path)
	if err == nil && info.Size() > maxManifest {
		err = fmt.Errorf("%d bytes: over the cap of %d", info.Size(), maxManifest)
	}
	if err != nil {
		v.fail(name, err)
		return nil
	}
	defer h.Close()
	var lines []manifestLine
	seen := map[string]bool{}
	err = readManifest(h, func(number int, l manifestLine, err error) {
		switch {
		case err != nil:
			v.add(name, Changed, fmt.Sprintf("line %d: %v", number, err))
		case seen[l.Path]:
			v.add(l.Path, Changed, "listed twice in the manifest")
		default:
			seen[l.Path] = true
			lines = append(lines, l)
		}
	})
	if err != nil {
		v.fail(name, plainError(err))
		return nil
	}
	for _, l := range lines {
		if err := v.file(ctx, folder, l); err != nil {
			return err
		}
	}
	v.log(folder, name, lines)
	return nil
}

// file checks one file against its line.
func (v *verification) file(ctx context.Context, folder string, l manifestLine) error {
	path := filepath.FromSlash(l.Path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	sum, err := hashFile(ctx, path)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		v.fail(l.Path, err)
	case sum != l.SHA256:
		v.add(l.Path, Changed, fmt.Sprintf("SHA-256 is %s, recorded as %s", sum, l.SHA256))
	default:
		v.add(l.Path, Same, "")
	}
	return nil
}

// log checks the custody log's chain and compares its files with a manifest's.
func (v *verification) log(folder, manifest string, lines []manifestLine) {
	base, ok := strings.CutSuffix(manifest, manifestSuffix)
	if !ok {
		v.add(manifest, Unreadable, fmt.Sprintf("its custody log cannot be found, as its name does not end in %s", manifestSuffix))
		return
	}
	name := base + custodySuffix
	if !slices.ContainsFunc(lines, func(l manifestLine) bool { return l.Path == name }) {
		v.add(name, Changed, "the custody log's line is missing from the manifest")
	}
	h, _, err := openRegular(filepath.Join(folder, name))
	if err != nil {
		v.fail(name, err)
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
		v.add(name, Changed, broken.Error())
		return
	case err != nil:
		v.fail(name, plainError(err))
		return
	}
	v.compare(displayName(name), lines, recorded)
}

// compare finds files that stand in the manifest or in the log alone, or in
// both with different hashes. The log itself stands in the manifest alone.
func (v *verification) compare(log string, lines, recorded []manifestLine) {
	listed, logged := indexLines(lines), indexLines(recorded)
	for _, r := range recorded {
		switch {
		case !listed.paths[r.Path]:
			v.add(r.Path, Changed, "in the custody log, but its line is missing from the manifest")
		case !listed.lines[r]:
			v.add(r.Path, Changed, "the custody log records another SHA-256 than the manifest")
		}
	}
	for _, l := range lines {
		if l.Path = displayName(l.Path); !logged.paths[l.Path] && l.Path != log {
			v.add(l.Path, Changed, "in the manifest, but the custody log does not record it")
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
