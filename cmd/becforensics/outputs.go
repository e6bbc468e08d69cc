package main

import (
	"context"
	"fmt"
	"io"
	"os"
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
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	out, err := evidence.NewOutputs(evidence.Plan{Paths: named, Force: force, Inputs: s.set, Now: now, Actor: actor(), Host: host})
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
	return &evidence.OutputError{Path: path, Err: fmt.Errorf("the name does not end in %s", strings.Join(endings, " or "))}
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
		Settings   map[string]string `json:"settings"`
	}{"becforensics", version(), runtime.Version(), executable, os.Args, settings}
}

// put writes one output.
func put(out *evidence.Outputs, path string, write func(io.Writer) error) error {
	f, err := out.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return err
	}
	return f.Close()
}

// finish waits for the closing rehash, logs what became of each file and which
// databases were asked, and puts the outputs in place.
func (s *session) finish(ctx context.Context, out *evidence.Outputs, c *ingest.Collection, r *rehash) error {
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
	if err := out.Custody().Append(evidence.Ended, map[string]any{"files": files, "databases": databases}); err != nil {
		return err
	}
	return out.Commit(ctx)
}
