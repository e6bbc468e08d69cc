// Package evidence is the only door through which files come in and reports
// go out. It opens every input once, read-only, gives it an id, hashes what is
// read of it, and proves before a report appears that no input has changed. It
// keeps the custody log and the manifest, puts outputs in place all at once,
// and verifies a finished case.
//
// Containers (zip, gzip) are read in memory; nothing is unpacked to disk. The
// package does not recognise exports, decodes none of their records, does not
// follow symbolic links that it meets inside a folder, and never writes to,
// renames or removes an input.
package evidence

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// A Kind says what an input is to the case.
type Kind uint8

// Kinds of input; the first letter of an id names them: E, D, R.
const (
	Evidence  Kind = iota
	Database       // of addresses
	Reference      // overlays, indicators, rules, the case file
)

// String is the word for a kind.
func (k Kind) String() string { return [...]string{"evidence", "database", "reference"}[k] }

func (k Kind) id(n int) string { return fmt.Sprintf("%c%03d", "EDR"[k], n) }

// An Item is one input: a file, or a member of a container. Its methods may be
// called from several goroutines.
type Item struct {
	ID     string // E001…, D001…, R001…
	Name   string // for display: valid UTF-8, other bytes written as \xff
	Parent string // ID of the container; empty for a file
	Kind   Kind
	// Path is where the file lies, absolute and with links resolved; empty for
	// a member. It is for the custody log and the manifest, not for reports.
	Path string
	// Given is the path by way of the symbolic link that was named on the
	// command line, if one was.
	Given string
	// Also lists further names of the same file (hard links, or a file named
	// along with its folder), which are not read again.
	Also []string

	// Size in bytes and SHA256 are those of the first whole reading; before it,
	// Size is what the file system or the container declares.
	Size   int64
	SHA256 [32]byte

	set       *Set
	number    uint32 // in the id of evidence
	content   content
	outer     *Item // the container
	order     int   // place in the container
	container bool

	mu     sync.Mutex
	hashed bool
}

// IsContainer reports whether the item is an archive, of which the members are
// the evidence.
func (it *Item) IsContainer() bool { return it.container }

// Hash is the SHA-256 in hexadecimal, empty as long as the item was not read
// whole.
func (it *Item) Hash() string {
	it.mu.Lock()
	defer it.mu.Unlock()
	if !it.hashed {
		return ""
	}
	return hex.EncodeToString(it.SHA256[:])
}

// A Refused is an input that was found but is not read.
type Refused struct {
	Name   string
	Parent string // ID of its container, if it is a member
	Reason string
	// Item is the container that was hashed but could not be opened, or not
	// whole; nil for all other inputs, which have no id.
	Item *Item

	outer *Item
}

// A Set is the inputs of one run.
type Set struct {
	items    []*Item
	attached []*Item
	refused  []Refused
	folders  []folder
	held     int
	limits   limits
	unpacked unpacked
	verified atomic.Bool
}

// folder is a folder named on the command line.
type folder struct {
	path string
	info os.FileInfo
}

// Items lists the evidence, containers and members, in the order of ids.
func (s *Set) Items() []*Item { return s.items }

// Attached lists databases and reference files in the order of AddFile.
func (s *Set) Attached() []*Item { return s.attached }

// Refused lists what was found but is not read, by name.
func (s *Set) Refused() []Refused { return s.refused }

// files lists the inputs that lie in the file system.
func (s *Set) files() []*Item {
	var files []*Item
	for _, group := range [...][]*Item{s.items, s.attached} {
		for _, it := range group {
			if it.file() != nil {
				files = append(files, it)
			}
		}
	}
	return files
}

// Close gives up all descriptors. Readers that are still open fail from then
// on.
func (s *Set) Close() error {
	s.unpacked.close()
	var first error
	for _, it := range s.files() {
		if err := it.file().close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// displayName makes a file name valid UTF-8.
func displayName(raw string) string {
	if utf8.ValidString(raw) {
		return raw
	}
	var b strings.Builder
	for len(raw) > 0 {
		r, n := utf8.DecodeRuneInString(raw)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, raw[0])
		} else {
			b.WriteString(raw[:n])
		}
		raw = raw[n:]
	}
	return b.String()
}
