package evidence

import "golang.org/x/sys/unix"

// noAccessTime keeps the access time of a file as it was. It is allowed to the
// owner of the file alone.
const noAccessTime = unix.O_NOATIME
