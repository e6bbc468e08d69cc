package evidence

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteNew writes a file that the examiner asked for beside any report, such as
// a case file; it is refused where anything exists. The rules for outputs hold.
// Its errors are *OutputError.
func (s *Set) WriteNew(path string, text []byte) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return &OutputError{path, errors.New("it exists, and is never written over")}
	}
	return s.write(path, text, nil)
}

// Replace puts other text in the place of a file whose text is known. It is
// refused if that is not its text any more. The rules for outputs hold; its
// errors are *OutputError.
func (s *Set) Replace(path string, before, text []byte) error {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return &OutputError{path, plainError(err)}
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return &OutputError{path, plainError(err)}
	}
	switch standing, err := os.ReadFile(resolved); {
	case err != nil:
		return &OutputError{path, plainError(err)}
	case !bytes.Equal(standing, before):
		return &OutputError{path, errors.New("it was changed in the meantime")}
	}
	return s.write(resolved, text, info)
}

// write puts one file in its place, whole or not at all: a new one, or one with
// the mode of that which it replaces.
func (s *Set) write(path string, text []byte, replaced fs.FileInfo) error {
	force := replaced != nil
	o := &Outputs{plan: Plan{Inputs: s, Force: force}}
	resolved, err := o.allow(path)
	if err != nil {
		return &OutputError{path, err}
	}
	out := &Output{path: resolved, sum: sha256.New()}
	if err := out.create(nil); err != nil {
		return err
	}
	defer os.Remove(out.temp.Name()) // nothing is left of it once it is in place
	defer out.temp.Close()
	if _, err := out.Write(text); err != nil {
		return err
	}
	if force {
		if err := out.temp.Chmod(replaced.Mode().Perm()); err != nil {
			return &OutputError{path, plainError(err)}
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	if err := out.place(force); err != nil {
		out.takeBack()
		return &OutputError{path, err}
	}
	if out.backup != "" {
		os.Remove(out.backup)
	}
	return nil
}
