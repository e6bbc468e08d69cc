package main

import (
	"errors"
	"fmt"

	"becforensics/ingest/evidence"
)

type verifyCmd struct {
	Path string `arg:"" help:"The manifest, or the folder that holds it."`
}

// Run rechecks a finished case. It writes nothing.
func (c *verifyCmd) Run(term *terminal) error {
	outcome, err := evidence.VerifyManifest(c.Path)
	if err != nil {
		return err
	}
	for _, line := range outcome.Lines {
		if _, err := fmt.Fprintln(term.out, evidence.Printable(line.String())); err != nil {
			return err
		}
	}
	switch outcome.Result {
	case evidence.Same:
		return nil
	case evidence.Different:
		return &codedError{exitChanged, errors.New("verify: something is not as it was recorded")}
	}
	return &codedError{exitPartial, errors.New("verify: something could not be read")}
}
