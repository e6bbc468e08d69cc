package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Actions of the custody log.
const (
	Confined     = "process.confine"
	Registered   = "evidence.register"
	Hashed       = "evidence.hash"
	Verified     = "evidence.verify"
	Started      = "analyze.start"
	Ended        = "analyze.end"
	Wrote        = "report.write"
	Note         = "note"
	Transferred  = "transfer"
	Sealed       = "seal"
	Recovered    = "custody.recover"
	Failed       = "error"
	Interruption = "interrupted"
)

// An Author is who adds to a custody log, where and when.
type Author struct {
	Now         func() time.Time
	Actor, Host string
}

// A Custody is the append-only log of what was done with the evidence, by
// whom, where and when. Each line holds the SHA-256 of the line before it, so
// that a line changed, inserted or dropped before the last is found by
// verifying; the last is held by the manifest.
type Custody struct {
	w  io.Writer
	by Author

	mu   sync.Mutex
	seq  int64
	prev string
	err  error
}

// entry is one line of the log; the order of fields is that of the keys.
type entry struct {
	Seq    int64           `json:"seq"`
	Prev   string          `json:"prev"`
	Time   string          `json:"time"`
	Actor  string          `json:"actor"`
	Host   string          `json:"host"`
	Action string          `json:"action"`
	Detail json.RawMessage `json:"detail"`
}

// noPrevious stands for the hash before the first line.
var noPrevious = strings.Repeat("0", 2*sha256.Size)

// NewCustody starts a log on w, which gets one Write a line.
func NewCustody(w io.Writer, by Author) *Custody {
	by.Actor, by.Host = displayName(by.Actor), displayName(by.Host)
	return &Custody{w: w, by: by, prev: noPrevious}
}

// Append adds a line. The detail is anything that JSON can hold; nil is an
// empty object. After an error the log takes no further line.
func (c *Custody) Append(action string, detail any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = c.append(action, detail)
	}
	return c.err
}

func (c *Custody) append(action string, detail any) error {
	if detail == nil {
		detail = struct{}{}
	}
	text, err := marshal(detail)
	if err != nil {
		return err
	}
	line, err := marshal(entry{
		Seq: c.seq + 1, Prev: c.prev, Time: c.by.Now().UTC().Format(time.RFC3339Nano),
		Actor: c.by.Actor, Host: c.by.Host, Action: action, Detail: bytes.TrimSuffix(text, []byte("\n")),
	})
	if err != nil {
		return err
	}
	if _, err := c.w.Write(line); err != nil {
		return err
	}
	c.seq++
	c.prev = lineHash(line)
	return nil
}

// marshal writes JSON with its final line feed.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func lineHash(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// ExecutableHash is the SHA-256 of the running program's file, in hexadecimal.
func ExecutableHash() (string, error) {
	path, err := os.Executable()
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", err
	}
	return hashFile(path)
}

// hashFile gives the SHA-256 of a regular file, in hexadecimal.
func hashFile(path string) (string, error) {
	h, info, err := openRegular(path)
	if err != nil {
		return "", err
	}
	defer h.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(h, info.Size())); err != nil {
		return "", plainError(err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
