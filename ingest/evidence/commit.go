package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// inputDetail is what the custody log says of an input.
type inputDetail struct {
	ID     string   `json:"id"`
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Parent string   `json:"parent,omitempty"`
	Path   string   `json:"path,omitempty"`
	Given  string   `json:"link,omitempty"`
	Also   []string `json:"also,omitempty"`
	*result
}

// result is what the custody log says of a file's bytes. Listed is the path
// by which the manifest names the file.
type result struct {
	Listed string `json:"listed,omitempty"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func describe(it *Item) inputDetail {
	return inputDetail{
		ID: it.ID, Kind: it.Kind.String(), Name: it.Name, Parent: it.Parent,
		Path: displayName(it.Path), Given: displayName(it.Given), Also: it.Also,
	}
}

// outputDetail is what the custody log says of a report.
type outputDetail struct {
	Path string `json:"path"`
	result
}

// register logs all inputs and what was refused.
func (o *Outputs) register() error {
	for _, it := range o.inputs() {
		if err := o.custody.Append(Registered, describe(it)); err != nil {
			return err
		}
	}
	for _, r := range o.plan.Inputs.Refused() {
		detail := struct {
			Name   string `json:"name"`
			Parent string `json:"parent,omitempty"`
			Reason string `json:"refused"`
		}{r.Name, r.Parent, r.Reason}
		if err := o.custody.Append(Registered, detail); err != nil {
			return err
		}
	}
	return nil
}

func (o *Outputs) inputs() []*Item {
	s := o.plan.Inputs
	return append(s.items[:len(s.items):len(s.items)], s.attached...)
}

// LogHashes logs the hash of every input that was read whole. Commit does it
// if it was not done before.
func (o *Outputs) LogHashes() error {
	o.hashes = true
	for _, it := range o.inputs() {
		if it.Hash() == "" {
			continue
		}
		d := describe(it)
		d.result = &result{Size: it.Size, SHA256: it.Hash()}
		if err := o.custody.Append(Hashed, d); err != nil {
			return err
		}
	}
	return nil
}

// Commit makes sure that no input has changed, ends the custody log, writes
// the manifest and puts all outputs in place. It fails with a *ChangedError or
// an *OutputError, and then every place is as it was before; Abort is still to
// be called.
func (o *Outputs) Commit(ctx context.Context) error {
	for _, out := range o.reports {
		if !out.closed {
			return &OutputError{out.path, errors.New("not written")}
		}
		if out.err != nil {
			return out.err
		}
	}
	if err := o.plan.Inputs.confirm(ctx); err != nil {
		return err
	}
	lines, err := o.conclude()
	if err != nil {
		return err
	}
	if err := o.list.create(o.plan.Through); err != nil {
		return err
	}
	if err := writeManifest(o.list, lines); err != nil {
		return err
	}
	if err := o.list.Close(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return o.place()
}

// conclude ends the custody log and lists the files of the manifest.
func (o *Outputs) conclude() ([]manifestLine, error) {
	if !o.hashes {
		if err := o.LogHashes(); err != nil {
			return nil, err
		}
	}
	folder := filepath.Dir(o.list.path)
	var lines []manifestLine
	for _, it := range o.plan.Inputs.files() {
		l := manifestLine{Path: inManifest(folder, it.Path), SHA256: it.Hash()}
		d := describe(it)
		d.result = &result{Listed: displayName(l.Path), Size: it.Size, SHA256: l.SHA256}
		if err := o.custody.Append(Verified, d); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	for _, out := range o.reports {
		l := manifestLine{Path: inManifest(folder, out.path), SHA256: out.hash()}
		d := outputDetail{displayName(out.path), result{displayName(l.Path), out.n, l.SHA256}}
		if err := o.custody.Append(Wrote, d); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	if err := o.log.Close(); err != nil {
		return nil, err
	}
	return append(lines, manifestLine{Path: inManifest(folder, o.log.path), SHA256: o.log.hash()}), nil
}

// place gives all outputs their names. When one fails, those before it are
// taken back.
func (o *Outputs) place() error {
	all := append(o.reports[:len(o.reports):len(o.reports)], o.log, o.list)
	for _, out := range all {
		if err := out.place(o.plan.Force); err != nil {
			for _, placed := range all {
				placed.takeBack()
			}
			return &OutputError{out.path, err}
		}
	}
	o.done = true
	for _, out := range all {
		if out.backup != "" {
			os.Remove(out.backup)
		}
	}
	for _, path := range o.swept.backups {
		os.Remove(path)
	}
	for _, out := range all {
		if err := syncFolder(filepath.Dir(out.path)); err != nil {
			return &OutputError{out.path, plainError(err)}
		}
	}
	return nil
}

// place gives an output its name, and lets go of the lock.
func (f *Output) place(force bool) error {
	temp := f.temp.Name()
	if movesOpen {
		defer f.temp.Close()
	} else {
		f.temp.Close()
	}
	if !force {
		// A link, unlike a rename, never takes the place of another file.
		err := os.Link(temp, f.path)
		if err == nil {
			f.placed = true
			return plainError(os.Remove(temp))
		}
		if _, err := os.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
			return errors.New("it has come to exist during the run")
		}
	} else if info, err := os.Lstat(f.path); err == nil {
		if err := refuseMode(info.Mode()); err != nil {
			return err
		}
		backup := temp + backupSuffix
		if os.Link(f.path, backup) == nil {
			f.backup = backup
		}
	}
	if err := os.Rename(temp, f.path); err != nil {
		var link *os.LinkError
		if errors.As(err, &link) {
			return fmt.Errorf("rename: %w", link.Err)
		}
		return err
	}
	f.placed = true
	return nil
}

// takeBack undoes place.
func (f *Output) takeBack() {
	switch {
	case f.backup != "" && f.placed:
		os.Rename(f.backup, f.path)
	case f.backup != "":
		os.Remove(f.backup)
	case f.placed:
		os.Remove(f.path)
	}
	f.placed, f.backup = false, ""
}

// Abort removes all that is not in place. After Commit has succeeded it does
// nothing.
func (o *Outputs) Abort() {
	if o.done {
		return
	}
	for _, out := range append(o.reports[:len(o.reports):len(o.reports)], o.log, o.list) {
		if out != nil && out.temp != nil {
			out.temp.Close()
			os.Remove(out.temp.Name())
		}
	}
	o.removeFolders()
}
