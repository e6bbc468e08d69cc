package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
)

// Keys that every row has, beside the names of an analyzer's own columns.
const (
	KeyUser    = "user"
	KeyMailbox = "mailbox"
	KeySession = "session"
	KeyIP      = "ip"
)

// idBytes is the length of a row's id: short enough to read out, long enough
// that two rows of a case don't share one.
const idBytes = 8

// identify gives the rows of a finding their stable ids: a hash of the
// analysis and the row's key. Where keys tie, the file's SHA-256 and the record
// number of the earliest record that the row cites tell them apart; never a
// count, a severity, a version or a later record, which another run may change.
func identify(a *Analyzer, t *timeline.Timeline, rows []Row) {
	keys := make([]string, len(rows))
	seen := map[string]int{}
	for i := range rows {
		keys[i] = rows[i].key(a)
		seen[keys[i]]++
	}
	used := map[string]int{}
	for i := range rows {
		text := a.Name + "\x00" + keys[i]
		if seen[keys[i]] > 1 && len(rows[i].Origins) > 0 {
			text += "\x00" + originKey(t, rows[i].Origins[0])
		}
		if n := used[text]; n > 0 {
			used[text]++
			text += "\x00" + strconv.Itoa(n)
		} else {
			used[text] = 1
		}
		sum := sha256.Sum256([]byte(text))
		rows[i].ID = a.Name + "-" + hex.EncodeToString(sum[:idBytes])
	}
}

// key is what makes a row the same row in another run.
func (r *Row) key(a *Analyzer) string {
	parts := make([]string, len(a.Key))
	for i, name := range a.Key {
		switch name {
		case KeyUser:
			parts[i] = strings.ToLower(r.User)
		case KeyMailbox:
			parts[i] = strings.ToLower(r.Mailbox)
		case KeySession:
			parts[i] = strings.Join(r.Sessions, " ")
		case KeyIP:
			parts[i] = strings.Join(r.IPs, " ")
		default:
			k := slices.IndexFunc(a.Columns, func(c Column) bool { return c.Name == name })
			parts[i] = strings.ToLower(strings.Join(append(r.Cells[k].List(), r.Cells[k].String()), "\x01"))
		}
	}
	return strings.Join(parts, "\x00")
}

// originKey names a record by its file's content.
func originKey(t *timeline.Timeline, o timeline.Origin) string {
	file := strconv.FormatUint(uint64(o.Evidence), 10)
	if t != nil {
		if s := t.SourceOf(o.Evidence); s != nil && s.SHA256 != "" {
			file = s.SHA256
		}
	}
	return fmt.Sprintf("%s:%d", file, o.Record)
}

// validateKey checks that the key of an analyzer names what its rows have.
func validateKey(a *Analyzer) error {
	if len(a.Key) == 0 {
		return fmt.Errorf("validate analyzer %q: no key that makes a row the same row in another run", a.Name)
	}
	for _, name := range a.Key {
		switch name {
		case KeyUser, KeyMailbox, KeySession, KeyIP:
			continue
		}
		k := slices.IndexFunc(a.Columns, func(c Column) bool { return c.Name == name })
		if k < 0 {
			return fmt.Errorf("validate analyzer %q: key %q is no column", a.Name, name)
		}
		if kind := a.Columns[k].Kind; kind == Count || kind == Duration || kind == Size {
			return fmt.Errorf("validate analyzer %q: key %q is a %s, which later evidence changes", a.Name, name, kind)
		}
	}
	return nil
}
