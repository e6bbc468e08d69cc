package main

import (
	"errors"
	"slices"
	"strings"

	"becforensics/ingest"
)

// partial is the error of a run that left some evidence unread.
func partial(files []ingest.File) error {
	recognised := slices.ContainsFunc(files, func(f ingest.File) bool { return f.Status == ingest.Read || f.Status == ingest.Partial })
	for _, f := range files {
		if f.Status == ingest.Partial || f.Status == ingest.Refused || f.Rejects > 0 {
			return errPartial
		}
	}
	if !recognised {
		return &codedError{exitPartial, errors.New("no file was recognised as evidence")}
	}
	return nil
}

// say tells in a line each what was not read in full: first files without a
// time that can be read, then containers, each of which may lack many files.
func (t *terminal) say(files []ingest.File) {
	for _, f := range files {
		if f.Timeless() {
			t.tell("%s: %s: no time could be read in any of its %d events", f.Name, f.Status, f.Untimed)
		}
	}
	for _, containers := range [...]bool{true, false} {
		for _, f := range files {
			if f.Status != ingest.Read && !f.Timeless() && f.IsRefusedContainer() == containers {
				t.tell("%s: %s: %s", f.Name, f.Status, short(f.Reason))
			}
		}
	}
}

// shortReason is how much of a reason a terminal shows; inspect and the
// report have all of it.
const shortReason = 240

func short(s string) string {
	if len(s) <= shortReason {
		return s
	}
	return strings.ToValidUTF8(s[:shortReason], "") + " …"
}
