package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
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
	Path string // as recorded; valid UTF-8, but not yet Printable
	// Recorded and Found are SHA-256 in hexadecimal, empty if not known.
	Recorded, Found string
	Result          Result
	Detail          string // why it is not the same, or what else there is to say
}

// maxManifest is the largest manifest that is read, in bytes: some millions of
// files.
const maxManifest = 256 << 20

// A Report says whether a finished case is as it was recorded. Its Result is
// the worst of its lines.
type Report struct {
	Lines  []Line
	Result Result
	// Commands check the same with the tools of every system, as far as the
	// evidence lies where it was recorded.
	Commands []string
}

// VerifyCase checks a finished case, given a manifest of it or the folder that
// holds it (or several): every file of the newest manifest against its hash,
// the chain of the custody log, the files of each manifest against those of
// the log as it was when the manifest was written, and signatures. Evidence is
// looked for below the folder root, by name and hash, before where it was; an
// empty root is no folder. It writes nothing. It fails with an *InputError if
// there is no manifest at path, or no folder root.
func VerifyCase(path, root string) (Report, error) {
	cases, err := findCases(path)
	if err != nil {
		return Report{}, err
	}
	var v Report
	for _, c := range cases {
		l := v.ledger(c)
		var s *search
		if root != "" {
			if s, err = newSearch(root, l); err != nil {
				return Report{}, &InputError{root, plainError(err)}
			}
		}
		v.files(l, s)
		v.frame(l)
		v.end(l)
		v.Commands = append(v.Commands, l.commands(root != "")...)
	}
	return v, nil
}

func (v *Report) add(path string, r Result, detail string) {
	v.line(Line{Path: path, Result: r, Detail: detail})
}

func (v *Report) line(l Line) {
	l.Path = displayName(l.Path)
	v.Lines = append(v.Lines, l)
	v.Result = max(v.Result, l.Result)
}

// fail adds a line for what went wrong: unreadable if nothing proves a change.
func (v *Report) fail(path, recorded string, err error) {
	detail := fmt.Sprintf("could not be read: %v", err)
	if errors.Is(err, fs.ErrNotExist) {
		detail = "missing"
	}
	v.line(Line{Path: path, Recorded: recorded, Result: Unreadable, Detail: detail})
}

// A ledger is what a case records, as read from its log and manifests.
type ledger struct {
	*caseFolder
	manifest []manifest // in the order of the folder's
	chain    *chain     // nil if the log could not be read
	broken   error      // of the chain, before its end
	files    []recorded
	inputs   map[string]bool // paths of the run's inputs
	seals    map[int]string  // public keys by the log's line that tells of them
	after    map[string]int  // lines of the log by the SHA-256 of the log up to them
}

// A manifest is one generation, read.
type manifest struct {
	name  string
	text  []byte
	lines []manifestLine
}

// recorded is a file that the log tells of.
type recorded struct {
	manifestLine
	line int // of the log
	size int64
}

// ledger reads the log and the manifests of a case, and reports what in them
// cannot be read or is no line.
func (v *Report) ledger(c *caseFolder) *ledger {
	l := &ledger{caseFolder: c, inputs: map[string]bool{}, seals: map[int]string{}, after: map[string]int{}}
	for _, name := range c.manifests {
		l.manifest = append(l.manifest, v.readManifest(c, name))
	}
	if c.base == "" {
		v.add(c.newest(), Unreadable, fmt.Sprintf("its custody log cannot be found, as its name does not end in %s", manifestSuffix))
		return l
	}
	h, _, err := openRegular(c.path(c.log()))
	if err != nil {
		if _, listed := l.newestLines().find(c.log()); !listed {
			v.fail(c.log(), "", err)
		}
		return l
	}
	defer h.Close()
	l.readLog(h)
	return l
}

func (v *Report) readManifest(c *caseFolder, name string) manifest {
	m := manifest{name: name}
	h, info, err := openRegular(c.path(name))
	if err == nil && info.Size() > maxManifest {
		h.Close()
		err = fmt.Errorf("%d bytes: over the cap of %d", info.Size(), maxManifest)
	}
	if err != nil {
		v.fail(name, "", err)
		return m
	}
	defer h.Close()
	if m.text, err = io.ReadAll(io.LimitReader(h, maxManifest)); err != nil {
		v.fail(name, "", plainError(err))
		return m
	}
	seen := map[string]bool{}
	// Bytes in memory do not fail to be read.
	_ = readManifest(bytes.NewReader(m.text), func(number int, l manifestLine, err error) {
		switch {
		case err != nil:
			v.add(name, Different, fmt.Sprintf("line %d: %v", number, err))
		case seen[l.Path]:
			v.add(l.Path, Different, "listed twice in the manifest")
		default:
			seen[l.Path] = true
			m.lines = append(m.lines, l)
		}
	})
	return m
}

// readLog follows the log as far as its chain holds.
func (l *ledger) readLog(r io.Reader) {
	l.chain = newChain()
	l.broken = l.chain.read(r, func(e entry) {
		l.after[l.chain.whole()] = l.chain.lines
		var d struct {
			result
			Key     string   `json:"key"`
			Follows []result `json:"follows"`
		}
		if json.Unmarshal(e.Detail, &d) != nil {
			return
		}
		if e.Action == Verified || e.Action == Wrote {
			d.Follows = append(d.Follows, d.result)
		}
		switch e.Action {
		case Verified:
			l.inputs[d.Listed] = true
		case Sealed:
			l.seals[l.chain.lines] = d.Key
		}
		for _, f := range d.Follows {
			if f.Listed != "" {
				l.files = append(l.files, recorded{manifestLine{f.Listed, f.SHA256}, l.chain.lines, f.Size})
			}
		}
	})
}

func (l *ledger) newestLines() manifestLines { return l.manifest[len(l.manifest)-1].lines }

type manifestLines []manifestLine

func (m manifestLines) find(path string) (manifestLine, bool) {
	i := slices.IndexFunc(m, func(l manifestLine) bool { return l.Path == path })
	if i < 0 {
		return manifestLine{}, false
	}
	return m[i], true
}

// files checks every file of the newest manifest against its line. Evidence
// may lie elsewhere.
func (v *Report) files(l *ledger, s *search) {
	for _, line := range l.newestLines() {
		if s != nil && l.inputs[displayName(line.Path)] {
			if path, sum := s.find(line); path != "" {
				v.found(line, sum, fmt.Sprintf("found as %s", displayName(path)))
				continue
			}
		}
		path := filepath.FromSlash(line.Path)
		if !filepath.IsAbs(path) {
			path = l.path(path)
		}
		sum, err := hashFile(path)
		if err != nil {
			v.fail(line.Path, line.SHA256, err)
			continue
		}
		v.found(line, sum, "")
	}
}

func (v *Report) found(l manifestLine, sum, where string) {
	out := Line{Path: l.Path, Recorded: l.SHA256, Found: sum, Detail: where}
	if sum != l.SHA256 {
		out.Result = Different
		if out.Detail = fmt.Sprintf("SHA-256 is %s, recorded as %s", sum, l.SHA256); where != "" {
			out.Detail = where + "; " + out.Detail
		}
	}
	v.line(out)
}

// frame checks what holds a case together: that the chain is whole, that each
// manifest fits the log up to some line, and that signatures are of their
// manifests.
func (v *Report) frame(l *ledger) {
	var broken *ChainError
	switch {
	case errors.As(l.broken, &broken):
		v.add(l.log(), Different, broken.Error())
	case l.broken != nil:
		v.fail(l.log(), "", plainError(l.broken))
	}
	for i, m := range l.manifest {
		if m.text == nil {
			continue
		}
		v.generation(l, m, i == len(l.manifest)-1)
		v.signature(l, m)
	}
}

// generation checks one manifest against the log as it was then.
func (v *Report) generation(l *ledger, m manifest, newest bool) {
	if l.base == "" {
		return
	}
	log, listed := manifestLines(m.lines).find(l.log())
	if !listed {
		v.add(l.log(), Different, "the custody log's line is missing from the manifest"+l.which(m))
	}
	if l.chain == nil || l.broken != nil {
		return
	}
	upTo, fits := l.after[log.SHA256]
	if !fits {
		upTo = l.chain.lines
		if listed && !newest {
			v.add(m.name, Different, "the custody log that it lists is no beginning of the log as it is")
		}
	}
	v.compare(l, m, upTo)
}

// which names a manifest where there are several.
func (l *ledger) which(m manifest) string {
	if len(l.manifests) == 1 {
		return ""
	}
	return " " + m.name
}

// compare finds files that stand in a manifest or in the log up to a line
// alone, or in both with different hashes. The log itself stands in the
// manifest alone.
func (v *Report) compare(l *ledger, m manifest, upTo int) {
	logged := map[string]bool{}
	listed := map[string]string{}
	for _, line := range m.lines {
		listed[displayName(line.Path)] = line.SHA256
	}
	for _, r := range l.files {
		if r.line > upTo {
			continue
		}
		logged[r.Path] = true
		switch sum, ok := listed[r.Path]; {
		case !ok:
			v.add(r.Path, Different, "in the custody log, but its line is missing from the manifest"+l.which(m))
		case sum != r.SHA256:
			v.add(r.Path, Different, "the custody log records another SHA-256 than the manifest"+l.which(m))
		}
	}
	for _, line := range m.lines {
		if path := displayName(line.Path); !logged[path] && path != displayName(l.log()) {
			v.add(path, Different, "in the manifest"+l.which(m)+", but the custody log does not record it")
		}
	}
}

// signature checks the signature of a manifest, if there is one.
func (v *Report) signature(l *ledger, m manifest) {
	name := m.name + signatureSuffix
	text, err := readSmall(l.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		v.fail(name, "", err)
		return
	}
	key, err := checkSignature(m.text, text)
	switch sealed := l.sealedWith(m); {
	case err != nil:
		v.add(name, Different, err.Error())
	case sealed != "" && sealed != key:
		v.add(name, Different, fmt.Sprintf("signed with %s; the custody log says with %s", key, sealed))
	default:
		v.add(name, Same, "signed with "+key)
	}
}

// sealedWith is the key that signed a manifest, as the log tells; empty if it
// tells of none.
func (l *ledger) sealedWith(m manifest) string {
	log, _ := manifestLines(m.lines).find(l.log())
	return l.seals[l.after[log.SHA256]]
}

// end checks what a killed custody command leaves undone: that the log ends
// where the newest manifest says, and that no signature is missing.
func (v *Report) end(l *ledger) {
	if l.chain == nil || l.broken != nil {
		return
	}
	for _, m := range l.manifest {
		if _, err := readSmall(l.path(m.name + signatureSuffix)); l.sealedWith(m) != "" && errors.Is(err, fs.ErrNotExist) {
			v.fail(m.name+signatureSuffix, "", err)
		}
	}
	if err := l.chain.end(); err != nil {
		v.add(l.log(), Different, err.Error())
		return
	}
	log, _ := l.newestLines().find(l.log())
	if upTo, fits := l.after[log.SHA256]; fits && upTo < l.chain.lines {
		v.add(l.log(), Different, fmt.Sprintf("the newest manifest covers %d of its %d lines; the next custody command covers all", upTo, l.chain.lines))
	}
}
