package evidence

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/landlock-lsm/go-landlock/landlock"
	kernel "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// Access is what a command needs of the file system.
type Access struct {
	Read  []string // files and folders
	Write []string // folders, which it may also read
	All   bool     // everything may be read
}

// A Confinement says to what the system holds the process.
type Confinement struct {
	// State is "enforced", "unavailable" (the system cannot confine), "failed"
	// or "off".
	State    string   `json:"state"`
	Landlock int      `json:"landlock_abi,omitempty"` // version of the kernel's interface
	Reason   string   `json:"reason,omitempty"`
	Read     []string `json:"read,omitempty"`
	Write    []string `json:"write,omitempty"`
	// Unprotected is what is read that lies in a folder which may be written.
	Unprotected []string `json:"unprotected,omitempty"`
	// Network says what is refused of it. No version of Landlock refuses
	// Multipath TCP.
	Network string `json:"network,omitempty"`
}

// confined is the state of the process, of which there is one.
var confined = Confinement{State: "off"}

// Versions of Landlock from which on it refuses connections.
const (
	refusesTCP = 4
	refusesUDP = 10
)

const (
	readFile   = landlock.AccessFSSet(kernel.AccessFSReadFile)
	readFolder = readFile | kernel.AccessFSReadDir
	// writeFolder lets files and folders come and go, but nothing that is
	// neither, and nothing move to another folder.
	writeFolder = readFolder | kernel.AccessFSWriteFile | kernel.AccessFSTruncate | kernel.AccessFSMakeReg |
		kernel.AccessFSMakeDir | kernel.AccessFSRemoveFile | kernel.AccessFSRemoveDir
)

// Confine has Linux hold the process to an access for good, and refuse it the
// network, as far as the kernel can (Landlock). Evidence is then opened for reading
// because it cannot be opened otherwise, unless it lies in a folder of outputs.
// Elsewhere it does nothing. What came of it stands in the custody logs that
// are started from then on.
func Confine(a Access) {
	confined = confine(a)
}

func confine(a Access) Confinement {
	abi, err := kernel.LandlockGetABIVersion()
	if err != nil || abi < 1 {
		return Confinement{State: "unavailable"}
	}
	if program, err := os.Executable(); err == nil {
		a.Read = append(a.Read, program) // its hash stands in the log
	}
	if a.All {
		a.Read = []string{string(filepath.Separator)}
	}
	c := Confinement{State: "enforced", Landlock: abi, Read: absolute(a.Read), Write: absolute(a.Write)}
	var rules []landlock.Rule
	for _, path := range c.Read {
		info, err := os.Stat(path)
		switch {
		case err != nil: // whoever opens it tells why not
		case info.IsDir():
			rules = append(rules, landlock.PathAccess(readFolder, path))
		default:
			rules = append(rules, landlock.PathAccess(readFile, path))
		}
	}
	for _, path := range c.Write {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			rules = append(rules, landlock.PathAccess(writeFolder, path))
		}
	}
	if err := landlock.V11.BestEffort().Restrict(rules...); err != nil {
		return Confinement{State: "failed", Landlock: abi, Reason: fmt.Sprint(err)}
	}
	for _, path := range c.Read {
		if slices.ContainsFunc(c.Write, func(folder string) bool { return within(folder, path) }) {
			c.Unprotected = append(c.Unprotected, path)
		}
	}
	for _, paths := range [...][]string{c.Read, c.Write, c.Unprotected} {
		for i := range paths {
			paths[i] = displayName(paths[i])
		}
	}
	switch {
	case abi >= refusesUDP:
		c.Network = "refused: tcp but for multipath, udp"
	case abi >= refusesTCP:
		c.Network = "refused: tcp but for multipath"
	}
	return c
}

// absolute makes paths absolute, each once, in order.
func absolute(paths []string) []string {
	var all []string
	for _, p := range paths {
		if abs, err := filepath.Abs(p); err == nil {
			all = append(all, abs)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// within reports whether a path is a folder or lies below it.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}
