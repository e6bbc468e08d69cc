package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"becforensics/ingest/evidence"
)

type custodyCmd struct {
	Note     noteCmd     `cmd:"" help:"Add a remark."`
	Transfer transferCmd `cmd:"" help:"Add that the case was handed over."`
	Seal     sealCmd     `cmd:"" help:"Close the case as it is and sign its manifest."`
}

// custodyCase is the case that a custody command adds to.
type custodyCase struct {
	Case string `arg:"" help:"A manifest of the case, or the folder that holds it." access:"case"`
}

type noteCmd struct {
	custodyCase
	Text string `arg:"" help:"The remark."`
}

// Run adds a remark.
func (c *noteCmd) Run(ctx context.Context, term *terminal) error {
	if err := given("the text", c.Text); err != nil {
		return err
	}
	step, err := evidence.AddNote(ctx, c.Case, c.Text, author())
	return term.added(step, err)
}

type transferCmd struct {
	custodyCase
	From   string `required:"" help:"Who hands over." placeholder:"NAME"`
	To     string `required:"" help:"Who takes over." placeholder:"NAME"`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

// Run adds a handing over.
func (c *transferCmd) Run(ctx context.Context, term *terminal) error {
	for _, flag := range [][2]string{{"--from", c.From}, {"--to", c.To}, {"--reason", c.Reason}} {
		if err := given(flag[0], flag[1]); err != nil {
			return err
		}
	}
	step, err := evidence.Transfer(ctx, c.Case, c.From, c.To, c.Reason, author())
	return term.added(step, err)
}

type sealCmd struct {
	custodyCase
	Key string `help:"OpenSSH private key to sign with; without it, the command to sign with is printed." placeholder:"FILE" access:"read"`
}

// Run seals the case.
func (c *sealCmd) Run(ctx context.Context, term *terminal) error {
	step, err := evidence.Seal(ctx, c.Case, c.Key, author())
	return term.added(step, err)
}

func given(what, text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("custody: " + what + " is empty")
	}
	return nil
}

// added tells what a custody command did, and prints the commands that go with
// it.
func (t *terminal) added(step evidence.Step, err error) error {
	if err != nil {
		return err
	}
	if step.Torn > 0 {
		t.tell("the log's last line was torn: its %d bytes stay, and the log says so", step.Torn)
	}
	for _, file := range step.Swept.Files {
		t.tell("removed %s, which a killed run had left", file)
	}
	t.tell("wrote %s, SHA-256 %s", step.Manifest, step.SHA256)
	if step.Signature != "" {
		t.tell("wrote %s", step.Signature)
		t.tell("for allowed_signers: examiner %s", step.Key)
	}
	for _, command := range step.Commands {
		if _, err := fmt.Fprintln(t.out, evidence.Printable(command)); err != nil {
			return err
		}
	}
	return nil
}
