package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// tempPrefix begins the names of files that are not in place yet.
const tempPrefix = ".becforensics-tmp-"

// backupSuffix ends the names of files that are about to be replaced.
const backupSuffix = "-old"

// A Plan says what a run is to write.
type Plan struct {
	// Paths are the outputs. The first names the custody log and the manifest,
	// which are written beside it.
	Paths []string
	// Folder, instead of Paths, is one for outputs that are named on the way
	// (Add). It names the custody log and the manifest, beside it.
	Folder string
	Force  bool // replace what exists
	Inputs *Set
	Author // of the custody log
	// Through, if it is set, stands before each file that is written: a disk
	// that fails, in tests.
	Through func(io.Writer) io.Writer
}

// Outputs are the files of one run. They are written beside their places under
// names of their own and put in place all together by Commit, or not at all.
type Outputs struct {
	plan    Plan
	reports []*Output
	log     *Output
	list    *Output // the manifest
	custody *Custody
	folder  string   // of the plan, resolved
	made    []string // folders
	swept   Swept
	hashes  bool // logged
	done    bool
}

// An Output is one file on its way; its errors are *OutputError.
type Output struct {
	path string // absolute, its folder resolved
	temp *os.File
	w    io.Writer
	sum  hash.Hash
	n    int64
	err  error
	// closed and placed are how far it got; backup is another name of the file
	// that it replaces.
	closed, placed bool
	backup         string
	apart          bool // in a folder that is the run's own, which no other sweeps
}

// NewOutputs checks that all outputs may be written and starts the custody log
// with the registered inputs. An output is refused, with an *OutputError, if
// it exists and Force is not set, if it is an input under whatever name, if it
// lies inside a folder of evidence, or if it is no regular file. Files that a
// killed run left in the same folders are removed.
func NewOutputs(p Plan) (*Outputs, error) {
	o := &Outputs{plan: p}
	var first string
	switch {
	case p.Folder != "":
		var err error
		if o.folder, err = o.allowFolder(p.Folder); err != nil {
			return nil, &OutputError{p.Folder, err}
		}
		first = o.folder
	case len(p.Paths) > 0:
		first = p.Paths[0]
	default:
		return nil, errors.New("no output is named")
	}
	all := append(slices.Clone(p.Paths), first+custodySuffix, first+manifestSuffix)
	for i, path := range all {
		resolved, err := o.allow(path)
		if err != nil {
			return nil, &OutputError{path, err}
		}
		out := &Output{path: resolved, sum: sha256.New()}
		same := func(other *Output) bool { return other.path == resolved }
		if slices.ContainsFunc(o.reports, same) || i > len(p.Paths) && same(o.log) {
			return nil, &OutputError{path, errors.New("named twice among the outputs")}
		}
		switch i {
		default:
			o.reports = append(o.reports, out)
		case len(p.Paths):
			o.log = out
		case len(p.Paths) + 1:
			o.list = out
		}
	}
	if err := refuseLater(o.list.path); err != nil {
		return nil, &OutputError{first + manifestSuffix, err}
	}
	for _, out := range append(slices.Clone(o.reports), o.log) {
		o.swept.sweep(filepath.Dir(out.path), o.isInput)
	}
	if err := o.start(); err != nil {
		o.Abort()
		return nil, err
	}
	return o, nil
}

// start opens the custody log.
func (o *Outputs) start() error {
	if err := o.log.create(o.plan.Through); err != nil {
		return err
	}
	o.custody = NewCustody(o.log, o.plan.Author)
	if err := o.custody.Append(Confined, confined); err != nil {
		return err
	}
	for _, path := range o.swept.backups {
		o.swept.Files = append(o.swept.Files, displayName(path))
	}
	if err := o.custody.appendSwept(o.swept); err != nil {
		return err
	}
	return o.register()
}

// Custody is the log of the run.
func (o *Outputs) Custody() *Custody { return o.custody }

// Create starts one of the planned outputs.
func (o *Outputs) Create(path string) (*Output, error) {
	for i, p := range o.plan.Paths {
		if p == path {
			return o.reports[i], o.reports[i].create(o.plan.Through)
		}
	}
	return nil, &OutputError{path, errors.New("not among the planned outputs")}
}

// allow resolves the folder of an output and refuses places where none may be
// written.
func (o *Outputs) allow(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", plainError(err)
	}
	target := filepath.Join(dir, filepath.Base(abs))
	if info, err := os.Stat(target); err == nil && o.isInput(info) {
		return "", errors.New("it is an input: no input is ever written to")
	}
	if inside := o.insideEvidence(dir); inside != "" {
		return "", fmt.Errorf("it lies inside the evidence folder %q", inside)
	}
	info, err := os.Lstat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return target, nil
	}
	if err != nil {
		return "", plainError(err)
	}
	if err := refuseMode(info.Mode()); err != nil {
		return "", err
	}
	if !o.plan.Force {
		return "", errors.New("it exists; --force replaces it")
	}
	return target, nil
}

func (o *Outputs) isInput(info os.FileInfo) bool {
	return slices.ContainsFunc(o.plan.Inputs.files(), func(it *Item) bool { return os.SameFile(it.file().info, info) })
}

// insideEvidence names the folder of evidence that a folder is, or lies in.
func (o *Outputs) insideEvidence(dir string) string {
	for {
		if info, err := os.Stat(dir); err == nil {
			for _, f := range o.plan.Inputs.folders {
				if os.SameFile(info, f.info) {
					return f.path
				}
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

func (f *Output) create(through func(io.Writer) io.Writer) error {
	if f.temp != nil {
		return &OutputError{f.path, errors.New("started twice")}
	}
	temp, err := os.CreateTemp(filepath.Dir(f.path), tempPrefix+"*")
	if err != nil {
		return &OutputError{f.path, plainError(err)}
	}
	f.temp, f.w = temp, temp
	if through != nil {
		f.w = through(temp)
	}
	// A file system without locks leaves the file to be swept by another run
	// in the same folder; Commit would then fail, and nothing else.
	_ = lock(temp)
	return nil
}

// Write appends to the output and hashes what is written.
func (f *Output) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.w.Write(p)
	f.sum.Write(p[:n])
	f.n += int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		f.err = &OutputError{f.path, plainError(err)}
	}
	return n, f.err
}

// Close ends the writing; the file is safe on the disk, but not in its place.
// Until then it stays open, and so locked, where another run might sweep it.
func (f *Output) Close() error {
	if f.closed || f.temp == nil {
		return f.err
	}
	f.closed = true
	if err := f.temp.Sync(); err != nil && f.err == nil {
		f.err = &OutputError{f.path, plainError(err)}
	}
	if f.apart {
		f.temp.Close() // there may be thousands
	}
	return f.err
}

func (f *Output) hash() string { return hex.EncodeToString(f.sum.Sum(nil)) }
