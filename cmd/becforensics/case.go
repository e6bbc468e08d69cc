package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
	"becforensics/timeline/analysis/logon"
)

type caseCmd struct {
	Init caseInitCmd `cmd:"" help:"Write a commented case file from evidence: ids, hashes, mailboxes, and proposals for the tenant's settings."`
	Add  caseAddCmd  `cmd:"" help:"Add what is new of evidence to a case file, with the next free ids; all else in it stays."`
}

type caseInitCmd struct {
	File      string   `arg:"" name:"case.yaml" help:"Case file to write; never over an existing one." access:"write"`
	Evidence  []string `arg:"" optional:"" help:"Files or folders of exports; .zip and .gz are read as containers." access:"read"`
	Mailbox   []string `help:"Mailbox of exports that do not name theirs: UPN, or UPN=FILE for one file; repeatable." placeholder:"UPN" sep:"none"`
	Geo       []string `help:"Geolocation databases that answer before the embedded ones." placeholder:"FILE.mmdb" sep:"none" access:"read"`
	Reference string   `help:"Folder of reference tables that replace the shipped ones of the same name." placeholder:"DIR" access:"read"`
}

// Run reads the evidence, if any, and writes the case file.
func (c *caseInitCmd) Run(ctx context.Context, term *terminal) error {
	if ending := strings.ToLower(filepath.Ext(c.File)); ending != ".yaml" && ending != ".yml" {
		return badEnding(c.File, ".yaml", ".yml")
	}
	flags := &evidenceFlags{Evidence: c.Evidence, Mailbox: c.Mailbox, Geo: c.Geo, Reference: c.Reference}
	s, err := flags.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	var shown analysis.Proposals
	var files []ingest.File
	if len(c.Evidence) > 0 {
		if shown, files, err = s.shown(ctx, term); err != nil {
			return err
		}
	}
	declared := s.settings.Undeclared(declarations(s.set))
	if err := s.set.WriteNew(c.File, analysis.NewCaseFile(declared, shown)); err != nil {
		return err
	}
	term.say(files)
	term.tell("wrote %s: evidence files %d, mailboxes %d; proposals are commented out", c.File, len(declared), len(shown.Mailboxes))
	if len(c.Evidence) == 0 {
		return nil
	}
	return partial(files)
}

// shown is what the evidence shows of the tenant.
func (s *session) shown(ctx context.Context, term *terminal) (analysis.Proposals, []ingest.File, error) {
	s.options.Keep = ingest.Narrow
	collection, t, r, err := s.collect(ctx, term)
	if err != nil {
		return analysis.Proposals{}, nil, err
	}
	db, err := s.places()
	if err != nil {
		return analysis.Proposals{}, nil, errors.Join(err, r.wait())
	}
	ended, err := analysis.Run(nil, nil, analysis.Inputs{Timeline: t, Geo: db, Reference: s.reference, Settings: s.settings, Asked: []analysis.Need{logon.Shown}})
	if err != nil {
		return analysis.Proposals{}, nil, errors.Join(err, r.wait())
	}
	for _, f := range ended.Failures {
		err = errors.Join(err, fmt.Errorf("propose settings: %s", f.Reason))
	}
	return logon.Shown.From(ended), collection.Files, errors.Join(err, t.Err(), r.wait())
}

type caseAddCmd struct {
	File     string   `arg:"" name:"case.yaml" help:"Case file to add to, YAML or JSON." access:"write"`
	Evidence []string `arg:"" help:"Files or folders of exports, the old ones too if they lie there." access:"read"`
}

// Run hashes the evidence and adds what the case file has no id for.
func (c *caseAddCmd) Run(ctx context.Context, term *terminal) error {
	text, settings, err := readCaseFile(ctx, c.File)
	if err != nil {
		return err
	}
	set, err := evidence.Acquire(ctx, c.Evidence, evidence.Options{})
	if err != nil {
		return err
	}
	defer set.Close()
	if err := set.HashAll(ctx); err != nil {
		return err
	}
	if err := keep(ctx, set, settings, c.File); err != nil {
		return err
	}
	added := settings.Undeclared(declarations(set))
	longer, err := analysis.AddEvidence(text, bec.Suite, added)
	if err != nil {
		return caseFileError(c.File, err)
	}
	if err := set.Verify(ctx); err != nil {
		return err
	}
	if len(added) > 0 {
		if err := set.Replace(c.File, text, longer); err != nil {
			return err
		}
	}
	for _, f := range added {
		term.tell("%s %s", f.ID, f.Name)
	}
	term.tell("added %d of %d files to %s", len(added), len(set.Items()), c.File)
	return unhashed(set, term)
}

// declarations are the evidence of a set as a case file states it.
func declarations(set *evidence.Set) []analysis.Declared {
	var list []analysis.Declared
	for _, it := range set.Items() {
		if it.Hash() != "" {
			list = append(list, analysis.Declared{ID: it.ID, Name: it.Name, SHA256: it.Hash()})
		}
	}
	return list
}

// unhashed tells what of a set could not be read.
func unhashed(set *evidence.Set, term *terminal) error {
	for _, r := range set.Refused() {
		term.tell("%s: refused: %s", r.Name, short(r.Reason))
	}
	unread := func(it *evidence.Item) bool { return it.Hash() == "" }
	for _, it := range set.Items() {
		if unread(it) {
			term.tell("%s: could not be read, and was not added", it.Name)
		}
	}
	if len(set.Refused()) > 0 || slices.ContainsFunc(set.Items(), unread) {
		return errPartial
	}
	return nil
}
