//go:build unix

package main

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSpecialFilesAreRefused names what is no file of bytes as evidence, and
// lays it into a folder of evidence.
func TestSpecialFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder")
	at := func(name string) string { return filepath.Join(folder, name) }
	if err := errors.Join(os.CopyFS(folder, os.DirFS(filepath.Join(harbour, "evidence", "messages"))), syscall.Mkfifo(at("pipe"), 0o600),
		os.Symlink("loop", at("loop")), os.Symlink("..", at("up")), os.WriteFile(at("sparse"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(at("sparse"), 1<<40); err != nil {
		t.Skipf("no sparse files here: %v", err)
	}
	listener, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	const most = 5 * time.Second
	refused := map[string]string{
		at("pipe"): "named pipe, not a regular file", at("socket"): "socket, not a regular file", "/dev/zero": "device, not a regular file",
		at("loop"): "too many links", at("sparse"): "over the cap",
	}
	for path, want := range refused {
		began := time.Now()
		_, stderr, code := command(t, "analyze", "-o", filepath.Join(dir, "report.xlsx"), path)
		if code != exitUsage || !strings.Contains(stderr, want) || time.Since(began) > most {
			t.Errorf("%s: exit code %d after %v, want %q: %s", path, code, time.Since(began), want, stderr)
		}
	}
	began := time.Now()
	_, stderr, code := command(t, "analyze", "-o", filepath.Join(dir, "report.xlsx"), folder)
	if code != exitPartial || time.Since(began) > most {
		t.Errorf("exit code %d after %v", code, time.Since(began))
	}
	for _, name := range []string{"pipe", "socket", "loop", "up", "sparse"} {
		if !strings.Contains(stderr, name+": refused: ") {
			t.Errorf("%s is not named: %s", name, stderr)
		}
	}
	proves(t, 15, "a pipe, a socket, a device, a loop of links and a file of 1 TiB: named, each is refused within %v (exit code 1); in a folder they are listed and the rest is read (exit code 2)", most)
}
