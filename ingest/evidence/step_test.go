package evidence

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func ada() Author { return Author{clock(), "ada", "lab"} }

// newKey writes an OpenSSH private key, with a passphrase if one is given.
func newKey(t testing.TB, private any, passphrase string) string {
	t.Helper()
	if private == nil {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		private = key
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// kept makes a case to which a note, a handing over and a seal were added.
func kept(t testing.TB) string {
	t.Helper()
	dir := finished(t)
	if _, err := AddNote(t.Context(), dir, "the mailbox was exported twice", ada()); err != nil {
		t.Fatal(err)
	}
	if _, err := Transfer(t.Context(), filepath.Join(dir, manifestOf), "Ada", "Bea", "second reading", ada()); err != nil {
		t.Fatal(err)
	}
	if _, err := Seal(t.Context(), dir, newKey(t, nil, ""), ada()); err != nil {
		t.Fatal(err)
	}
	return dir
}

const (
	secondOf = "report.xlsx.manifest-sha256.2.txt"
	thirdOf  = "report.xlsx.manifest-sha256.3.txt"
	fourthOf = "report.xlsx.manifest-sha256.4.txt"
)

func TestCaseIsKept(t *testing.T) {
	dir := kept(t)
	r := verified(t, dir)
	if r.Result != Same {
		t.Errorf("%v\n%s", r.Result, bad(r))
	}
	var files []string
	for _, l := range r.Lines {
		files = append(files, l.Path)
	}
	for _, want := range []string{"in/log.csv", manifestOf, secondOf, thirdOf, fourthOf + ".sig", logOf} {
		if !slices.Contains(files, want) {
			t.Errorf("%s is not checked; %q are", want, files)
		}
	}
	if len(r.Commands) != 2 || !strings.Contains(r.Commands[0], "sha256sum -c --strict "+fourthOf) || !strings.Contains(r.Commands[1], "ssh-keygen -Y verify") {
		t.Errorf("commands %q", r.Commands)
	}
	log, err := os.ReadFile(filepath.Join(dir, logOf))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"action":"note","detail":{"text":"the mailbox was exported twice","follows":[{"listed":"report.xlsx.manifest-sha256.txt","size":`,
		`"action":"transfer","detail":{"from":"Ada","to":"Bea","reason":"second reading","follows":[{"listed":"report.xlsx.manifest-sha256.2.txt","size":`,
		`"action":"seal","detail":{"key":"ssh-ed25519 `,
	} {
		if !strings.Contains(string(log), want) {
			t.Errorf("no %s in\n%s", want, log)
		}
	}
}

// TestKeptCaseTampered alters a case to which custody commands have added.
func TestKeptCaseTampered(t *testing.T) {
	for name, c := range map[string]struct {
		tamper func(t *testing.T, dir string)
		result Result
		want   string
	}{
		"first manifest edited":           {editFile(manifestOf, hexSum("text"), hexSum("lies")), Different, "different in/log.csv: the custody log records another SHA-256 than the manifest report.xlsx.manifest-sha256.txt"},
		"first manifest removed":          {func(t *testing.T, dir string) { remove(t, dir, manifestOf) }, Unreadable, "unreadable report.xlsx.manifest-sha256.txt: missing"},
		"first manifest's log is another": {editFile(manifestOf, "  "+logOf, "  "+logOf+"x"), Different, "the custody log's line is missing from the manifest " + manifestOf},
		"newest manifest edited":          {editFile(fourthOf, hexSum("text"), hexSum("lies")), Different, "different report.xlsx.manifest-sha256.4.txt.sig: not a signature of this manifest"},
		"newest manifest removed":         {both(func(t *testing.T, dir string) { remove(t, dir, fourthOf) }, func(t *testing.T, dir string) { remove(t, dir, fourthOf+".sig") }), Different, "the newest manifest covers 2"},
		"signature removed":               {func(t *testing.T, dir string) { remove(t, dir, fourthOf+".sig") }, Unreadable, "unreadable report.xlsx.manifest-sha256.4.txt.sig: missing"},
		"signature is no signature": {func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, fourthOf+".sig"), []byte("signed"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, Different, "not a signature"},
		"another key signed": {func(t *testing.T, dir string) {
			key, err := readKey(newKey(t, nil, ""))
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(dir, fourthOf))
			if err != nil {
				t.Fatal(err)
			}
			signature, err := sign(text, key)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, fourthOf+".sig"), signature, 0o600); err != nil {
				t.Fatal(err)
			}
		}, Different, "; the custody log says with ssh-ed25519"},
		"log goes on": {editLines(logOf, func(l []string) []string { return append(l, next(l, "note")) }), Different, "the newest manifest covers 2"},
		"note edited": {editFile(logOf, "exported twice", "exported once"), Different, "chain broken"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := kept(t)
			c.tamper(t, dir)
			if r := verified(t, dir); r.Result != c.result || !strings.Contains(bad(r), c.want) {
				t.Errorf("%v\n%swant %v with %q", r.Result, bad(r), c.result, c.want)
			}
		})
	}
}

// next makes an entry that follows the last line of a log.
func next(lines []string, action string) string {
	var b strings.Builder
	c := NewCustody(&b, ada())
	c.seq, c.prev = int64(len(lines)), hexSum(lines[len(lines)-1])
	if err := c.Append(action, nil); err != nil {
		panic(err)
	}
	return b.String()
}

// TestNothingIsAddedToAnAlteredCase refuses, and leaves the folder as it is.
func TestNothingIsAddedToAnAlteredCase(t *testing.T) {
	for name, c := range map[string]struct {
		tamper func(t *testing.T, dir string)
		want   string
	}{
		"log edited":              {editFile(logOf, `"host":"lab"`, `"host":"den"`), "chain broken"},
		"log's last line dropped": {editLines(logOf, func(l []string) []string { return l[:len(l)-1] }), "the custody log does not record it"},
		"log's last line edited":  {editFile(logOf, `"action":"seal"`, `"action":"note"`), "it is not the log that the newest manifest lists"},
		"manifest edited":         {editFile(thirdOf, hexSum("text"), hexSum("lies")), "another SHA-256"},
		"signature wrong":         {editFile(fourthOf, hexSum("text")+"  in/log.csv\n", hexSum("text")+" *in/log.csv\n"), "not a signature of this manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := kept(t)
			c.tamper(t, dir)
			before := listing(t, dir)
			var altered *AlteredError
			if _, err := AddNote(t.Context(), dir, "text", ada()); !errors.As(err, &altered) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an AlteredError with %q", err, c.want)
			}
			if after := listing(t, dir); after != before {
				t.Errorf("the folder holds\n%s", after)
			}
		})
	}
}

// TestCaseToAddToIsFound refuses what is no case, or not one.
func TestCaseToAddToIsFound(t *testing.T) {
	dir := finished(t)
	if err := os.WriteFile(filepath.Join(dir, "other"+manifestSuffix), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                                 "the folder holds 2 cases",
		filepath.Join(dir, "in"):            "the folder holds no manifest",
		filepath.Join(dir, "findings.json"): "its name does not end in",
		filepath.Join(dir, "nowhere"):       "no such file",
		filepath.Join(dir, "other"+manifestSuffix): "no such file",
	} {
		var input *InputError
		if _, err := AddNote(t.Context(), path, "text", ada()); !errors.As(err, &input) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an InputError with %q", path, err, want)
		}
	}
	if _, err := AddNote(t.Context(), filepath.Join(dir, manifestOf), "text", ada()); err != nil {
		t.Error(err)
	}
}

// TestTornLogGoesOn adds to a log that a crash tore: what is left of the line
// stays, and the next entry cites it.
func TestTornLogGoesOn(t *testing.T) {
	for name, rest := range map[string]string{
		"a beginning": `{"seq":21,"prev":"00`, "a byte": "{", "two beginnings": "{\"seq\":21,\n{\"seq\":22", "a whole entry, no line feed": "",
	} {
		t.Run(name, func(t *testing.T) {
			dir := finished(t)
			path := filepath.Join(dir, logOf)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if rest == "" {
				lines := strings.SplitAfter(string(before), "\n")
				rest = strings.TrimSuffix(next(lines[:len(lines)-1], Note), "\n")
			}
			torn := string(before) + rest
			if err := os.WriteFile(path, []byte(torn), 0o600); err != nil {
				t.Fatal(err)
			}
			if r := verified(t, dir); r.Result != Different || !strings.Contains(bad(r), "torn: the log ends inside it") {
				t.Errorf("%v\n%s", r.Result, bad(r))
			}
			step, err := AddNote(t.Context(), dir, "after the crash", ada())
			if err != nil || step.Torn != len(rest) {
				t.Fatalf("%d bytes, %v", step.Torn, err)
			}
			after, err := os.ReadFile(path)
			if err != nil || !strings.HasPrefix(string(after), torn) || !strings.Contains(string(after), `"sha256":"`+hexSum(rest)+`"`) {
				t.Errorf("%v\n%s", err, after)
			}
			if r := verified(t, dir); r.Result != Same {
				t.Errorf("%v\n%s", r.Result, bad(r))
			}
			editFile(logOf, rest, strings.Replace(rest, "{", "[", 1))(t, dir)
			if r := verified(t, dir); r.Result != Different {
				t.Errorf("an altered rest: %v", r.Result)
			}
		})
	}
}

// TestFullDiskAtCustody fails the writing at every fifth byte of log, manifest and
// signature: the folder is as before each time.
func TestFullDiskAtCustody(t *testing.T) {
	dir := finished(t)
	key, err := readKey(newKey(t, nil, ""))
	if err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	for n := 0; ; n += 5 {
		left := n
		_, err := addStep(t.Context(), dir, Sealed, stepDetail{Key: publicKey(key.PublicKey())}, key, ada(), func(w io.Writer) io.Writer { return &full{w, &left} })
		if err == nil {
			if n < 1000 {
				t.Errorf("all is written in %d bytes", n)
			}
			break
		}
		var failed *OutputError
		if !errors.As(err, &failed) || !errors.Is(err, errFull) {
			t.Fatalf("full after %d bytes: %v", n, err)
		}
		if after := listing(t, dir); after != before {
			t.Fatalf("full after %d bytes: the folder holds\n%s", n, after)
		}
	}
	if r := verified(t, dir); r.Result != Same {
		t.Errorf("%s", bad(r))
	}
}

func TestCustodyIsInterrupted(t *testing.T) {
	dir := finished(t)
	before := listing(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := AddNote(ctx, dir, "text", ada()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if after := listing(t, dir); after != before {
		t.Errorf("the folder holds\n%s", after)
	}
}

func TestOneCustodyCommandAtATime(t *testing.T) {
	dir := finished(t)
	log, err := openLog(filepath.Join(dir, logOf), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer log.file.Close()
	other, err := os.OpenFile(log.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if lock(other) == nil {
		t.Skip("this system locks no files")
	}
	var failed *OutputError
	if _, err := AddNote(t.Context(), dir, "text", ada()); !errors.As(err, &failed) || !strings.Contains(err.Error(), "another custody command") {
		t.Errorf("%v", err)
	}
}

func TestKeysAreRefused(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	dir := finished(t)
	before := listing(t, dir)
	for path, want := range map[string]string{
		newKey(t, weak, ""):               "an RSA key of 2048 bits",
		newKey(t, nil, "secret"):          "has a passphrase",
		filepath.Join(dir, "report.xlsx"): "not an OpenSSH private key",
		filepath.Join(dir, "nowhere"):     "no such file",
		filepath.Join(dir, "in"):          "a folder",
	} {
		var input *InputError
		if _, err := Seal(t.Context(), dir, path, ada()); !errors.As(err, &input) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an InputError with %q", path, err, want)
		}
	}
	if after := listing(t, dir); after != before {
		t.Errorf("the folder holds\n%s", after)
	}
}

// TestKeptCaseIsNotWrittenOver refuses --force where others have added.
func TestKeptCaseIsNotWrittenOver(t *testing.T) {
	dir := kept(t)
	s := acquired(t, filepath.Join(dir, "..", "elsewhere"))
	p := planned(s, filepath.Join(dir, "report.xlsx"))
	p.Force = true
	if _, err := NewOutputs(p); err == nil || !strings.Contains(err.Error(), "a case that is kept is not written over") {
		t.Errorf("%v", err)
	}
	for _, name := range []string{secondOf, thirdOf, fourthOf} {
		remove(t, dir, name)
	}
	if err := os.Rename(filepath.Join(dir, fourthOf+".sig"), filepath.Join(dir, manifestOf+".sig")); err != nil {
		t.Fatal(err)
	}
	if _, err := NewOutputs(p); err == nil || !strings.Contains(err.Error(), "a sealed case is not written over") {
		t.Errorf("%v", err)
	}
	remove(t, dir, manifestOf+".sig")
	if o, err := NewOutputs(p); err != nil {
		t.Error(err)
	} else {
		o.Abort()
	}
}
