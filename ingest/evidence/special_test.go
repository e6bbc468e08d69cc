//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package evidence

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestSpecialFilesAreRefusedAtOnce(t *testing.T) {
	dir := write(t, map[string]string{"log.csv": "text"})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	sparse := filepath.Join(dir, "sparse")
	if err := errors.Join(os.WriteFile(sparse, nil, 0o600), os.Truncate(sparse, 1<<40)); err != nil {
		t.Skipf("no sparse files here: %v", err)
	}
	start := time.Now()
	wantNames(t, acquired(t, dir), `
E001 log.csv
refused pipe: named pipe, not a regular file
refused socket: socket, not a regular file
refused sparse: could not be read: 1099511627776 bytes: over the cap of 274877906944
`)
	for path, want := range map[string]string{
		filepath.Join(dir, "pipe"):   "named pipe, not a regular file",
		filepath.Join(dir, "socket"): "socket, not a regular file",
		"/dev/zero":                  "device, not a regular file",
		filepath.Join(dir, "none"):   "no such file or directory",
		sparse:                       "over the cap",
	} {
		_, err := Acquire(context.Background(), []string{filepath.Join(dir, "log.csv"), path}, Options{})
		var input *InputError
		if !errors.As(err, &input) || input.Path != path || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an InputError with %q", path, err, want)
		}
	}
	if _, err := openDescriptor(filepath.Join(dir, "pipe")); !errors.Is(err, errNotRegular) {
		t.Errorf("a pipe that takes the place of a file is opened: %v", err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}
