package evidence

import "fmt"

// An InputError is about an input named by the examiner that is missing,
// unreadable, or no regular file or folder. Nothing can be done without it.
type InputError struct {
	Path string // as it was given
	Err  error
}

func (e *InputError) Error() string { return fmt.Sprintf("open %q: %v", e.Path, e.Err) }

func (e *InputError) Unwrap() error { return e.Err }

// A ChangedError is about an input that is not what it was when it was opened.
// No report may be made of it.
type ChangedError struct {
	ID, Name string
	Path     string
	What     string // what differs, in words
	// Before and After are the digests in hexadecimal, where both are known.
	Before, After string
}

func (e *ChangedError) Error() string {
	text := fmt.Sprintf("verify %q: evidence changed while it was in use: %s", e.Name, e.What)
	if e.Before != "" && e.After != "" && e.Before != e.After {
		text += fmt.Sprintf(" (SHA-256 was %s, is %s)", e.Before, e.After)
	}
	return text
}

// An OutputError is about an output that was refused or could not be written.
type OutputError struct {
	Path string
	Err  error
}

func (e *OutputError) Error() string { return fmt.Sprintf("write %q: %v", e.Path, e.Err) }

func (e *OutputError) Unwrap() error { return e.Err }
