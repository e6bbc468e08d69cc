package evidence

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// An openedLog is the custody log of a finished case, locked for adding to it.
type openedLog struct {
	path, folder string
	file         *os.File
	w            io.Writer
	size         int64 // before anything was added
}

// openLog opens a log to add to it; it is there, and no link. It fails with an
// *InputError, or with an *OutputError if it cannot be written.
func openLog(path string, through func(io.Writer) io.Writer) (*openedLog, error) {
	info, err := os.Lstat(path)
	if err == nil {
		err = refuseMode(info.Mode())
	}
	if err != nil {
		return nil, &InputError{path, plainError(err)}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, &OutputError{path, plainError(err)}
	}
	opened, err := f.Stat()
	switch {
	case err != nil:
	case !os.SameFile(info, opened):
		err = errors.New("another file has taken its place")
	default:
		if lock(f) != nil {
			err = errors.New("another custody command is adding to it")
		} else {
			// Nothing grows it from here on.
			opened, err = f.Stat()
		}
	}
	if err != nil {
		f.Close()
		return nil, &OutputError{path, plainError(err)}
	}
	log := &openedLog{path: path, folder: filepath.Dir(path), file: f, w: f, size: opened.Size()}
	if through != nil {
		log.w = through(f)
	}
	return log, nil
}

// append adds lines in one write and makes them lasting. If it fails, what was
// written of them is cut off again.
func (l *openedLog) append(lines []byte) error {
	n, err := l.w.Write(lines)
	if err == nil && n < len(lines) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return errors.Join(&OutputError{l.path, plainError(err)}, l.cut())
	}
	return nil
}

// cut takes back what was appended.
func (l *openedLog) cut() error {
	err := l.file.Truncate(l.size)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return &OutputError{l.path, plainError(err)}
	}
	return nil
}
