package evidence

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Swept is what was removed because runs that were killed had left it.
type Swept struct {
	Files []string
	runs  []killedRun // whose logs were among the files
	// backups are earlier outputs that a run was about to replace: perhaps
	// their only copies. They go once others are in place.
	backups []string
}

// A killedRun is what the custody log of a run that was killed tells of it.
// The log that follows keeps it.
type killedRun struct {
	Actor     string   `json:"actor"`
	Host      string   `json:"host"`
	Arguments []string `json:"arguments"` // the command line, the program first
	First     string   `json:"first"`     // times of the first and the last entry
	Last      string   `json:"last"`
	Action    string   `json:"action"` // of the last entry
	Entries   int      `json:"entries"`
	SHA256    string   `json:"sha256"` // of the entries
}

// sweptDetail is what the custody log says of what was removed.
type sweptDetail struct {
	Text  string      `json:"text"`
	Files []string    `json:"files"`
	Runs  []killedRun `json:"runs,omitempty"`
}

// appendSwept tells what was removed, if anything was.
func (c *Custody) appendSwept(s Swept) error {
	if len(s.Files) == 0 {
		return nil
	}
	return c.Append(Note, sweptDetail{"removed what a killed run had left unfinished", s.Files, s.runs})
}

// sweep removes the unfinished files of killed runs from a folder, but no
// input, and looks for their backups. Those of a run that is still alive are
// locked.
func (s *Swept) sweep(dir string, isInput func(os.FileInfo) bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if !strings.HasPrefix(e.Name(), tempPrefix) || !e.Type().IsRegular() {
			continue
		}
		h, info, err := openRegular(path)
		if err != nil {
			continue
		}
		stale := lock(h) == nil && !isInput(info)
		backup := strings.HasSuffix(path, backupSuffix)
		var runs []killedRun
		if stale && !backup {
			runs = killedRuns(h)
		}
		h.Close()
		switch {
		case !stale:
		case backup:
			if !slices.Contains(s.backups, path) {
				s.backups = append(s.backups, path)
			}
		case os.Remove(path) == nil:
			s.Files = append(s.Files, displayName(path))
			s.runs = append(s.runs, runs...)
		}
	}
}

// killedRuns is the run of an unfinished custody log, after those that it
// tells of itself; nothing if r is no such log.
func killedRuns(r io.Reader) []killedRun {
	var run killedRun
	var earlier []killedRun
	c := newChain()
	err := c.read(r, func(e entry) {
		if run.Entries++; run.Entries == 1 {
			run.Actor, run.Host, run.First = e.Actor, e.Host, e.Time
		}
		run.Last, run.Action, run.SHA256 = e.Time, e.Action, c.whole()
		switch e.Action {
		case Started:
			var d struct {
				Arguments []string `json:"arguments"`
			}
			if json.Unmarshal(e.Detail, &d) == nil {
				run.Arguments = d.Arguments
			}
		case Note:
			var d sweptDetail
			if json.Unmarshal(e.Detail, &d) == nil {
				earlier = append(earlier, d.Runs...)
			}
		}
	})
	var broken *ChainError
	if err != nil && !errors.As(err, &broken) || run.Entries == 0 {
		return nil
	}
	return append(earlier, run)
}
