package evidence

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A caseFolder is where the custody log and the manifests of one finished case
// lie. The first manifest is the report's; each custody command writes the
// next, numbered from 2.
type caseFolder struct {
	folder    string // absolute, resolved
	base      string // what the names begin with: report.xlsx
	manifests []string
}

func (c *caseFolder) log() string { return c.base + custodySuffix }

func (c *caseFolder) newest() string { return c.manifests[len(c.manifests)-1] }

func (c *caseFolder) path(name string) string { return filepath.Join(c.folder, name) }

// next is the name of the manifest after the newest.
func (c *caseFolder) next() string {
	_, n, _ := splitManifest(c.newest())
	return fmt.Sprintf("%s%s.%d%s", c.base, manifestStem, n+1, manifestEnding)
}

// splitManifest takes a manifest's name apart; ok is false if it isn't one.
func splitManifest(name string) (base string, generation int, ok bool) {
	stem, ok := strings.CutSuffix(name, manifestEnding)
	if !ok {
		return "", 0, false
	}
	if base, ok := strings.CutSuffix(stem, manifestStem); ok {
		return base, 1, true
	}
	i := strings.LastIndexByte(stem, '.')
	base, ok = strings.CutSuffix(stem[:max(i, 0)], manifestStem)
	n, err := strconv.Atoi(stem[i+1:])
	if !ok || err != nil || n < 2 || strconv.Itoa(n) != stem[i+1:] {
		return "", 0, false
	}
	return base, n, true
}

// findCases finds the case of a manifest, or those in a folder. It fails with
// an *InputError.
func findCases(path string) ([]*caseFolder, error) {
	resolved, err := filepath.Abs(path)
	if err == nil {
		resolved, err = filepath.EvalSymlinks(resolved)
	}
	if err != nil {
		return nil, &InputError{path, plainError(err)}
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return nil, &InputError{path, plainError(err)}
	}
	folder, only := resolved, ""
	if !info.IsDir() {
		var ok bool
		folder = filepath.Dir(resolved)
		if only, _, ok = splitManifest(filepath.Base(resolved)); !ok {
			return []*caseFolder{{folder: folder, manifests: []string{filepath.Base(resolved)}}}, nil
		}
	}
	cases, err := casesIn(folder)
	if err != nil {
		return nil, &InputError{path, err}
	}
	if !info.IsDir() {
		cases = slices.DeleteFunc(cases, func(c *caseFolder) bool { return c.base != only })
	}
	if len(cases) == 0 {
		return nil, &InputError{path, fmt.Errorf("the folder holds no manifest (*%s)", manifestSuffix)}
	}
	return cases, nil
}

// casesIn lists the cases in a folder by name, each with its manifests.
func casesIn(folder string) ([]*caseFolder, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, plainError(err)
	}
	var cases []*caseFolder
	for _, e := range entries {
		base, _, ok := splitManifest(e.Name())
		if !ok {
			continue
		}
		i := slices.IndexFunc(cases, func(c *caseFolder) bool { return c.base == base })
		if i < 0 {
			i, cases = len(cases), append(cases, &caseFolder{folder: folder, base: base})
		}
		cases[i].manifests = append(cases[i].manifests, e.Name())
	}
	for _, c := range cases {
		slices.SortFunc(c.manifests, func(a, b string) int {
			_, m, _ := splitManifest(a)
			_, n, _ := splitManifest(b)
			return cmp.Compare(m, n)
		})
	}
	slices.SortFunc(cases, func(a, b *caseFolder) int { return cmp.Compare(a.base, b.base) })
	return cases, nil
}

// findCase finds the one case of a manifest or folder.
func findCase(path string) (*caseFolder, error) {
	cases, err := findCases(path)
	switch {
	case err != nil:
		return nil, err
	case len(cases) > 1:
		return nil, &InputError{path, fmt.Errorf("the folder holds %d cases; name the manifest of one, as %q", len(cases), cases[0].newest())}
	case cases[0].base == "":
		return nil, &InputError{path, fmt.Errorf("its name does not end in %s, so its custody log cannot be found", manifestSuffix)}
	}
	return cases[0], nil
}

// refuseLater refuses to write the first manifest of a case to which custody
// commands have added others, or which was signed: they would tell of another
// report.
func refuseLater(manifest string) error {
	second := strings.TrimSuffix(manifest, manifestEnding) + ".2" + manifestEnding
	if _, err := os.Lstat(second); err == nil {
		return fmt.Errorf("custody entries follow the report (%s): a case that is kept is not written over", filepath.Base(second))
	}
	if _, err := os.Lstat(manifest + signatureSuffix); err == nil {
		return errors.New("it is signed: a sealed case is not written over")
	}
	return nil
}
