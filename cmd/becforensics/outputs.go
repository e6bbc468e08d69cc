package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
)

// now is the clock of the custody log; tests pin it.
var now = time.Now

// outputs starts the outputs of a run and its custody log.
func (s *session) outputs(force bool, paths ...string) (*evidence.Outputs, error) {
	var named []string
	for _, p := range paths {
		if p != "" {
			named = append(named, p)
		}
	}
	return s.start(evidence.Plan{Paths: named, Force: force}, named[0])
}

// outputFolder is outputs of a folder.
func (s *session) outputFolder(force bool, folder ...string) (*evidence.Outputs, error) {
	return s.start(evidence.Plan{Folder: folder[0], Force: force}, folder[0])
}

// start starts the outputs of a plan; first is the one that names the others.
func (s *session) start(plan evidence.Plan, first string) (*evidence.Outputs, error) {
	if s.storage.Dir == "" {
		s.storage.Dir = filepath.Dir(filepath.Clean(first))
	}
	plan.Inputs, plan.Author = s.set, author()
	out, err := evidence.NewOutputs(plan)
	if err != nil {
		return nil, err
	}
	if err := out.Custody().Append(evidence.Started, s.startDetail()); err != nil {
		out.Abort()
		return nil, err
	}
	return out, nil
}

// badEnding is the refusal of an output whose name does not say its format.
func badEnding(path string, endings ...string) error {
	return &evidence.OutputError{Path: path, Err: fmt.Errorf("the name does not end in %s", oneOf(endings))}
}

// oneOf lists what may be chosen from.
func oneOf(items []string) string {
	if last := len(items) - 1; last > 0 {
		return strings.Join(items[:last], ", ") + " or " + items[last]
	}
	return items[0]
}

// author is who adds to a custody log.
func author() evidence.Author {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return evidence.Author{Now: now, Actor: actor(), Host: host}
}

// actor is who runs the program, by the environment: asking the system could
// open a socket to a name service.
func actor() string {
	for _, name := range []string{"USER", "LOGNAME", "USERNAME"} {
		if user := os.Getenv(name); user != "" {
			return user
		}
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}

// startDetail is what the custody log says of a run that begins.
func (s *session) startDetail() any {
	executable, err := evidence.ExecutableHash()
	if err != nil {
		executable = "unknown: " + err.Error()
	}
	folder, err := os.Getwd()
	if err != nil {
		folder = ""
	}
	settings := map[string]string{}
	for _, u := range s.settings.Used() {
		settings[u.Name] = u.Value
	}
	return struct {
		Tool       string            `json:"tool"`
		Version    string            `json:"version"`
		Go         string            `json:"go"`
		Executable string            `json:"executable_sha256"`
		Arguments  []string          `json:"arguments"`
		Folder     string            `json:"folder"` // in which the program was started
		Settings   map[string]string `json:"settings"`
	}{"becforensics", version(), runtime.Version(), executable, s.line, folder, settings}
}

// put writes one output.
func put(ctx context.Context, out *evidence.Outputs, path string, write func(io.Writer) error) error {
	f, err := out.Create(path)
	if err != nil {
		return err
	}
	return fill(ctx, f, write)
}

// fill writes an output that was started, until it is whole or the run is
// interrupted.
func fill(ctx context.Context, f *evidence.Output, write func(io.Writer) error) error {
	if err := write(&interruptible{ctx, f}); err != nil {
		return err
	}
	return f.Close()
}

// An interruptible is a writer that fails once the run is interrupted.
type interruptible struct {
	ctx context.Context
	w   io.Writer
}

func (w *interruptible) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(p)
}

// finish waits for the closing rehash, logs what became of each file and which
// databases were asked, and puts the outputs in place.
func (s *session) finish(ctx context.Context, term *terminal, out *evidence.Outputs, c *ingest.Collection, r *rehash) error {
	p := phase(term, "checking that no evidence has changed")
	defer p.done()
	if err := r.wait(); err != nil {
		return err
	}
	files := make([]ingest.Account, len(c.Files))
	for i := range c.Files {
		files[i] = c.Files[i].Account()
	}
	db, err := s.places()
	if err != nil {
		return err
	}
	databases := map[string]string{}
	for _, d := range db.Databases() {
		databases[d.Name] = d.SHA256
	}
	ended := map[string]any{"files": files, "databases": databases}
	if err := s.letGo(ended); err != nil {
		return err
	}
	if err := out.Custody().Append(evidence.Ended, ended); err != nil {
		return err
	}
	return out.Commit(ctx)
}

// letGo removes the temporary file of the timeline, if one was made, and tells
// so. What was written rests on columns that could be read.
func (s *session) letGo(ended map[string]any) error {
	bytes, dir := s.timeline.Spilled()
	if err := errors.Join(s.timeline.Err(), s.timeline.Close()); err != nil {
		return err
	}
	if dir != "" {
		ended["temporary_file"] = map[string]any{"folder": dir, "bytes": bytes, "removed": true}
	}
	return nil
}
