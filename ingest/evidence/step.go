package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/crypto/ssh"
)

// A Step is what was added to the custody of a finished case.
type Step struct {
	Manifest  string // the manifest that was written, with its path
	SHA256    string // of the manifest, in hexadecimal
	Signature string // of it, with its path; empty if it was not signed
	Key       string // the public key that signed, as in allowed_signers
	Torn      int    // bytes of a torn last line that the log now cites
	Swept     Swept
	// Commands sign the manifest outside of this program, if it was to be
	// sealed without a key, and verify its signature.
	Commands []string
}

// An AlteredError is about a case whose log or manifests are not as they were
// written. Nothing is added to it.
type AlteredError struct {
	Path string // of the case
	What string
}

func (e *AlteredError) Error() string {
	return fmt.Sprintf("add to the custody of %q: the case is not as it was recorded: %s", e.Path, e.What)
}

// stepDetail is what the custody log says of a step. Follows lists what was
// there of manifests and signatures, so that none can go unseen.
type stepDetail struct {
	Text    string   `json:"text,omitempty"`
	From    string   `json:"from,omitempty"`
	To      string   `json:"to,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	Key     string   `json:"key,omitempty"`
	Follows []result `json:"follows"`
}

// AddNote adds a remark to the custody log of a case, named by a manifest or
// its folder, and writes the next manifest. Like Transfer and Seal it fails
// with an *InputError if the case cannot be found or read, an *AlteredError if
// its log or manifests were altered, and an *OutputError if it cannot be
// written; then the log and the folder are as they were.
func AddNote(ctx context.Context, path, text string, by Author) (Step, error) {
	return addStep(ctx, path, Note, stepDetail{Text: displayName(text)}, nil, by, nil)
}

// Transfer adds that the case was handed over, by whom, to whom and why.
func Transfer(ctx context.Context, path, from, to, reason string, by Author) (Step, error) {
	return addStep(ctx, path, Transferred, stepDetail{From: displayName(from), To: displayName(to), Reason: displayName(reason)}, nil, by, nil)
}

// Seal adds that the case was sealed and signs the manifest with an OpenSSH
// private key; without one, the step says how to sign it.
func Seal(ctx context.Context, path, keyFile string, by Author) (Step, error) {
	if keyFile == "" {
		return addStep(ctx, path, Sealed, stepDetail{}, nil, by, nil)
	}
	key, err := readKey(keyFile)
	if err != nil {
		return Step{}, err
	}
	return addStep(ctx, path, Sealed, stepDetail{Key: publicKey(key.PublicKey())}, key, by, nil)
}

// addStep adds an entry to the log, and the manifest over all that is there
// then. through stands before each file, for tests.
func addStep(ctx context.Context, path, action string, d stepDetail, key ssh.Signer, by Author, through func(io.Writer) io.Writer) (Step, error) {
	c, err := findCase(path)
	if err != nil {
		return Step{}, err
	}
	log, err := openLog(c.path(c.log()), through)
	if err != nil {
		return Step{}, err
	}
	defer log.file.Close()
	if c, err = findCase(path); err != nil { // as it is under the lock
		return Step{}, err
	}
	l, err := sound(c, path)
	if err != nil {
		return Step{}, err
	}
	step := Step{Manifest: c.path(c.next())}
	step.Swept.sweep(c.folder, func(os.FileInfo) bool { return false })
	added, err := l.entries(action, d, by, &step)
	if err != nil {
		return Step{}, err
	}
	manifest, err := l.continued(added)
	if err != nil {
		return Step{}, err
	}
	step.SHA256 = lineHash(manifest)
	outs := []*Output{{path: step.Manifest, sum: sha256.New()}}
	texts := [][]byte{manifest}
	if key != nil {
		signature, err := sign(manifest, key)
		if err != nil {
			return Step{}, err
		}
		step.Signature, step.Key = step.Manifest+signatureSuffix, d.Key
		outs = append(outs, &Output{path: step.Signature, sum: sha256.New()})
		texts = append(texts, signature)
	}
	if err := putStep(ctx, log, added, outs, texts, through); err != nil {
		return Step{}, err
	}
	if action == Sealed {
		if key == nil {
			step.Commands = append(step.Commands, signCommand(step.Manifest))
		}
		step.Commands = append(step.Commands, verifyCommand(step.Manifest))
	}
	return step, nil
}

// sound reads a case to which something may be added: one whose chain holds,
// and whose manifests fit the log. That the log ends torn, or goes on after
// the newest manifest, is what a killed command leaves.
func sound(c *caseFolder, path string) (*ledger, error) {
	var v Report
	l := v.ledger(c)
	v.frame(l)
	for _, line := range v.Lines {
		switch line.Result {
		case Unreadable:
			return nil, &InputError{path, fmt.Errorf("%s: %s", line.Path, line.Detail)}
		case Different:
			return nil, &AlteredError{path, line.Path + ": " + line.Detail}
		}
	}
	log, _ := l.newestLines().find(c.log())
	if _, fits := l.after[log.SHA256]; !fits {
		return nil, &AlteredError{path, c.log() + ": it is not the log that the newest manifest lists"}
	}
	return l, nil
}

// entries are the lines to add to the log: what cites a torn line, if one is
// there, and the step.
func (l *ledger) entries(action string, d stepDetail, by Author, step *Step) ([]byte, error) {
	newest := l.manifest[len(l.manifest)-1]
	d.Follows = []result{{Listed: displayName(newest.name), Size: int64(len(newest.text)), SHA256: lineHash(newest.text)}}
	if text, err := readSmall(l.path(newest.name + signatureSuffix)); err == nil {
		d.Follows = append(d.Follows, result{Listed: displayName(newest.name + signatureSuffix), Size: int64(len(text)), SHA256: lineHash(text)})
	}
	var b bytes.Buffer
	log := NewCustody(&b, by)
	log.seq, log.prev = int64(l.chain.lines), l.chain.prev
	if aside := l.chain.aside; aside != nil {
		step.Torn = len(aside)
		if !bytes.HasSuffix(aside, []byte("\n")) {
			b.WriteByte('\n')
		}
		if err := log.Append(Recovered, recoveryOf(aside)); err != nil {
			return nil, err
		}
	}
	if err := log.appendSwept(step.Swept); err != nil {
		return nil, err
	}
	err := log.Append(action, d)
	return b.Bytes(), err
}

// continued is the next manifest: the newest, and what the added lines of the
// log tell of.
func (l *ledger) continued(added []byte) ([]byte, error) {
	newest := l.manifest[len(l.manifest)-1]
	whole := l.chain.sum
	whole.Write(l.chain.aside)
	whole.Write(added)
	lines := []manifestLine{
		{Path: l.log(), SHA256: hex.EncodeToString(whole.Sum(nil))},
		{Path: newest.name, SHA256: lineHash(newest.text)},
	}
	if text, err := readSmall(l.path(newest.name + signatureSuffix)); err == nil {
		lines = append(lines, manifestLine{Path: newest.name + signatureSuffix, SHA256: lineHash(text)})
	}
	for _, line := range newest.lines {
		if line.Path != l.log() {
			lines = append(lines, line)
		}
	}
	var b bytes.Buffer
	err := writeManifest(&b, lines)
	return b.Bytes(), err
}

// putStep writes the outputs beside their places, then appends to the log,
// then puts the outputs in place. If that fails, the log is as it was.
func putStep(ctx context.Context, log *openedLog, added []byte, outs []*Output, texts [][]byte, through func(io.Writer) io.Writer) (err error) {
	defer func() {
		for _, out := range outs {
			if err != nil {
				out.takeBack()
			}
			if out.temp != nil && !out.placed {
				out.temp.Close()
				os.Remove(out.temp.Name())
			}
		}
	}()
	for i, out := range outs {
		if err := out.create(through); err != nil {
			return err
		}
		if _, err := out.Write(texts[i]); err != nil {
			return err
		}
		if err := out.Close(); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := log.append(added); err != nil {
		return err
	}
	for _, out := range outs {
		if err := out.place(false); err != nil {
			return errors.Join(&OutputError{out.path, err}, log.cut())
		}
	}
	return plainError(syncFolder(log.folder))
}
