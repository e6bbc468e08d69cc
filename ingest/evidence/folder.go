package evidence

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// allowFolder resolves a folder of outputs, which must be new or empty: what
// lies there already would be taken for a part of what is written.
func (o *Outputs) allowFolder(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", plainError(err)
	}
	target := filepath.Join(dir, filepath.Base(abs))
	if inside := o.insideEvidence(target); inside != "" {
		return "", errors.New("it lies inside the evidence folder " + inside)
	}
	switch entries, err := os.ReadDir(target); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", plainError(err)
	case len(entries) > 0:
		return "", errors.New("it holds files already: a folder of outputs must be new or empty")
	}
	return target, nil
}

// Add starts an output in the plan's folder, under a name that may have
// folders of its own. What folders are missing is made; Abort removes them.
func (o *Outputs) Add(name string) (*Output, error) {
	path := filepath.Join(o.folder, filepath.FromSlash(name))
	if err := o.makeFolders(filepath.Dir(path)); err != nil {
		return nil, &OutputError{path, plainError(err)}
	}
	resolved, err := o.allow(path)
	if err != nil {
		return nil, &OutputError{path, err}
	}
	out := &Output{path: resolved, sum: sha256.New(), apart: true}
	o.reports = append(o.reports, out)
	return out, out.create(o.plan.Through)
}

// makeFolders makes the folders down to one, from the plan's folder on.
func (o *Outputs) makeFolders(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if dir != o.folder {
		if err := o.makeFolders(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	o.made = append(o.made, dir)
	return nil
}

// removeFolders removes the folders that were made, if they are empty.
func (o *Outputs) removeFolders() {
	for i := len(o.made) - 1; i >= 0; i-- {
		os.Remove(o.made[i])
	}
}
