package evidence

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A PastRun is what the custody log of a finished case says of the run that
// wrote it.
type PastRun struct {
	Manifest  string // the newest, with its path
	Version   string
	Arguments []string // the command line, the program first
	folder    string   // in which it was started
	was, is   string   // the folder of the case then and now
	inputs    []string // paths of files
	outputs   map[string]string
}

// PastRuns are those of a case, given a manifest or the folder that holds it
// (or several). It fails with an *InputError if there is no manifest, or if a
// log cannot be followed.
func PastRuns(path string) ([]PastRun, error) {
	cases, err := findCases(path)
	if err != nil {
		return nil, err
	}
	var runs []PastRun
	for _, c := range cases {
		h, _, err := openRegular(c.path(c.log()))
		if err != nil {
			return nil, &InputError{c.path(c.log()), err}
		}
		r := PastRun{Manifest: c.path(c.newest()), is: c.folder, outputs: map[string]string{}}
		err = newChain().read(h, r.take)
		h.Close()
		if err != nil {
			return nil, &InputError{c.path(c.log()), plainError(err)}
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// take notes what an entry says.
func (r *PastRun) take(e entry) {
	var d struct {
		Version   string   `json:"version"`
		Arguments []string `json:"arguments"`
		Folder    string   `json:"folder"`
		Path      string   `json:"path"`
		Listed    string   `json:"listed"`
	}
	if json.Unmarshal(e.Detail, &d) != nil {
		return
	}
	switch e.Action {
	case Registered:
		if d.Path != "" {
			r.inputs = append(r.inputs, d.Path)
		}
	case Started:
		r.Version, r.Arguments, r.folder = d.Version, d.Arguments, d.Folder
	case Wrote:
		now := filepath.FromSlash(d.Listed)
		if !filepath.IsAbs(now) {
			if was, ok := strings.CutSuffix(filepath.ToSlash(d.Path), "/"+d.Listed); ok {
				r.was = filepath.FromSlash(was)
			}
			now = filepath.Join(r.is, now)
		}
		r.outputs[d.Path] = now
	}
}

// Output is where an output lies that the command line named so; false if the
// log tells of none.
func (r *PastRun) Output(given string) (string, bool) {
	path, ok := r.outputs[resolvedFolder(r.absolute(given))]
	if !ok {
		path, ok = r.outputs[r.absolute(given)]
	}
	return path, ok
}

// resolvedFolder is a path with the links of its folder resolved, as the log
// names outputs; the path itself if the folder is gone.
func resolvedFolder(path string) string {
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return path
	}
	return filepath.Join(folder, filepath.Base(path))
}

func (r *PastRun) absolute(given string) string {
	if filepath.IsAbs(given) {
		return filepath.Clean(given)
	}
	return filepath.Join(r.folder, given)
}

// Input is where a file or folder of inputs lies that the command line named
// so: below root, unless that is empty, in the folder of the case if that was
// moved with it, or where it was.
func (r *PastRun) Input(given, root string) string {
	path := r.absolute(given)
	var places []string
	if root != "" {
		places = append(places, filepath.Join(root, filepath.Base(path)), root)
	}
	if rel, err := filepath.Rel(r.was, path); r.was != "" && err == nil && filepath.IsLocal(rel) {
		places = append(places, filepath.Join(r.is, rel))
	}
	for _, place := range places {
		if r.holds(place, path) {
			return place
		}
	}
	return path
}

// holds reports whether a place has what was at a path: all inputs that were
// below it, or the file.
func (r *PastRun) holds(place, path string) bool {
	info, err := os.Stat(place)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		return filepath.Base(place) == filepath.Base(path)
	}
	found := false
	below := path + string(filepath.Separator)
	return !slices.ContainsFunc(r.inputs, func(in string) bool {
		rel, ok := strings.CutPrefix(in, below)
		if !ok {
			return false
		}
		found = true
		_, err := os.Stat(filepath.Join(place, rel))
		return err != nil
	}) && found
}
