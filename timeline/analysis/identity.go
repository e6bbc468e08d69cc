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
	type uses struct{ rows, ids int32 } // of a text, by its hash
	seen := make(map[[sha256.Size]byte]uses, len(rows))
	sums := make([][sha256.Size]byte, len(rows))
	columns := a.keyColumns()
	var b []byte
	text := func(r *Row) []byte {
		return r.appendKey(append(append(b[:0], a.Name...), 0), a.Key, columns)
	}
	for i := range rows {
		b = text(&rows[i])
		sums[i] = sha256.Sum256(b)
		u := seen[sums[i]]
		u.rows++
		seen[sums[i]] = u
	}
	var ids strings.Builder // of all rows
	width := len(a.Name) + 1 + hex.EncodedLen(idBytes)
	ids.Grow(len(rows) * width)
	for i := range rows {
		r, sum := &rows[i], sums[i]
		tied := seen[sum].rows > 1 && len(r.Origins) > 0
		if tied {
			b = appendOrigin(append(text(r), 0), t, r.Origins[0])
			sum = sha256.Sum256(b)
		}
		u := seen[sum]
		u.ids++
		seen[sum] = u
		if u.ids > 1 {
			if !tied {
				b = text(r)
			}
			b = strconv.AppendInt(append(b, 0), int64(u.ids-1), 10)
			sum = sha256.Sum256(b)
		}
		b = hex.AppendEncode(append(append(b[:0], a.Name...), '-'), sum[:idBytes])
		ids.Write(b)
	}
	for i, all := 0, ids.String(); i < len(rows); i++ {
		rows[i].ID = all[i*width : (i+1)*width]
	}
}

// keyColumns are the columns that an analyzer's key names, -1 where it names
// what every row has.
func (a *Analyzer) keyColumns() []int {
	columns := make([]int, len(a.Key))
	for i, name := range a.Key {
		columns[i] = slices.IndexFunc(a.Columns, func(c Column) bool { return c.Name == name })
		switch name {
		case KeyUser, KeyMailbox, KeySession, KeyIP:
			columns[i] = -1
		}
	}
	return columns
}

// appendKey appends what makes a row the same row in another run.
func (r *Row) appendKey(b []byte, key []string, columns []int) []byte {
	for i, name := range key {
		if i > 0 {
			b = append(b, 0)
		}
		switch name {
		case KeyUser:
			b = timeline.AppendLower(b, r.User)
		case KeyMailbox:
			b = timeline.AppendLower(b, r.Mailbox)
		case KeySession:
			b = append(b, strings.Join(r.Sessions, " ")...)
		case KeyIP:
			b = append(b, strings.Join(r.IPs, " ")...)
		default:
			cell := r.Cells[columns[i]]
			for _, value := range cell.List() {
				b = append(timeline.AppendLower(b, value), 1)
			}
			b = timeline.AppendLower(b, cell.String())
		}
	}
	return b
}

// appendOrigin appends a record, its file named by its content.
func appendOrigin(b []byte, t *timeline.Timeline, o timeline.Origin) []byte {
	file := ""
	if t != nil {
		if s := t.SourceOf(o.Evidence); s != nil {
			file = s.SHA256
		}
	}
	if file == "" {
		file = strconv.FormatUint(uint64(o.Evidence), 10)
	}
	return strconv.AppendInt(append(append(b, file...), ':'), int64(o.Record), 10)
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
