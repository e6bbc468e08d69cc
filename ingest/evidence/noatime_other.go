//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package evidence

// noAccessTime has no counterpart on this system.
const noAccessTime = 0
