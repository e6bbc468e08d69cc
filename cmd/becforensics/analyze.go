package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/report"
	"becforensics/report/html"
	"becforensics/report/xlsx"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

type analyzeCmd struct {
	Output       string   `short:"o" help:"Workbook to write." placeholder:"report.xlsx" access:"write"`
	JSON         string   `name:"json" help:"Findings as data, to write." placeholder:"FILE" access:"write"`
	HTML         string   `name:"html" help:"The case as one page, to write." placeholder:"FILE" access:"write"`
	Only         []string `help:"Run only these analyses." placeholder:"NAME"`
	Skip         []string `help:"Do not run these analyses." placeholder:"NAME"`
	Pivot        []string `help:"Value to start from: ip, session, user_agent, app or user; repeatable." placeholder:"KIND=VALUE" sep:"none"`
	Indicators   string   `help:"Own indicators to look for: a value a line, or type,value,note." placeholder:"FILE" access:"read"`
	Sigma        string   `help:"Folder of own Sigma rules." placeholder:"DIR" access:"read"`
	TimelineRows int      `help:"${timeline_rows} (${default})." default:"100000" placeholder:"N"`
	Force        bool     `help:"Replace the outputs and their two sidecars."`
	evidenceFlags
}

// Run analyses the evidence and writes the report.
func (c *analyzeCmd) Run(ctx context.Context, term *terminal) error {
	if len(c.paths()) == 0 {
		return errors.New("analyze: nothing to write: give -o report.xlsx, --json FILE or --html FILE, or several of them")
	}
	for _, out := range []struct {
		path    string
		endings []string
	}{{c.Output, []string{".xlsx"}}, {c.JSON, []string{".json"}}, {c.HTML, []string{".html", ".htm"}}} {
		if out.path != "" && !slices.ContainsFunc(out.endings, func(e string) bool { return strings.EqualFold(filepath.Ext(out.path), e) }) {
			return badEnding(out.path, out.endings...)
		}
	}
	for _, name := range slices.Concat(c.Only, c.Skip) {
		if known := analysisNames(); !slices.Contains(known, name) {
			return fmt.Errorf("select analyses: %w; 'becforensics analyses' lists them", analysis.UnknownName("analysis", name, known))
		}
	}
	suite, err := analysis.Select(bec.Suite, c.Only, c.Skip)
	if err != nil {
		return err
	}
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	s.settings.TimelineRows = c.TimelineRows
	if len(c.Pivot) > 0 {
		if err := s.settings.Set("pivots", c.Pivot...); err != nil {
			return fmt.Errorf("read --pivot: %w", err)
		}
	}
	if err := s.own(c.Indicators, c.Sigma); err != nil {
		return err
	}
	out, err := s.outputs(c.Force, c.paths()...)
	if err != nil {
		return err
	}
	defer out.Abort()
	k, collection, r, err := s.analyse(ctx, term, suite)
	if err != nil {
		return err
	}
	p := phase(term, "writing the report")
	err = c.write(ctx, out, k, s)
	p.done()
	if err != nil {
		return errors.Join(err, r.wait())
	}
	if err := s.finish(ctx, term, out, collection, r); err != nil {
		return err
	}
	term.say(collection.Files)
	c.summarise(term, k)
	return partial(collection.Files)
}

// paths are the outputs that were asked for. The first names the sidecars.
func (c *analyzeCmd) paths() []string {
	return slices.DeleteFunc([]string{c.Output, c.JSON, c.HTML}, func(path string) bool { return path == "" })
}

// write writes the outputs, at the same time.
func (c *analyzeCmd) write(ctx context.Context, out *evidence.Outputs, k *report.Case, s *session) error {
	var group sync.WaitGroup
	var workbook, findings, page error
	if c.Output != "" {
		group.Go(func() {
			workbook = put(ctx, out, c.Output, func(w io.Writer) error {
				return xlsx.Write(w, report.NewBook(k), xlsx.Options{TmpDir: filepath.Dir(c.Output)})
			})
		})
	}
	if c.JSON != "" {
		group.Go(func() {
			findings = put(ctx, out, c.JSON, func(w io.Writer) error { return report.WriteFindings(w, k) })
		})
	}
	if c.HTML != "" {
		group.Go(func() {
			page = put(ctx, out, c.HTML, func(w io.Writer) error { return html.Write(w, k, s.records(ctx)) })
		})
	}
	group.Wait()
	return errors.Join(workbook, findings, page)
}

// analyse reads the evidence and runs a part of the suite over it.
func (s *session) analyse(ctx context.Context, term *terminal, suite []*analysis.Analyzer) (*report.Case, *ingest.Collection, *rehash, error) {
	collection, t, r, err := s.collect(ctx, term)
	if err != nil {
		return nil, nil, nil, err
	}
	db, err := s.places()
	if err != nil {
		return nil, nil, nil, errors.Join(err, r.wait())
	}
	p := analysisProgress(term, len(suite))
	conclusion, err := analysis.Run(bec.Suite, suite, analysis.Inputs{Timeline: t, Geo: db, Reference: s.reference, Settings: s.settings, Ended: func() { p.add(1) }})
	p.done()
	if err != nil {
		return nil, nil, nil, errors.Join(err, r.wait())
	}
	k := &report.Case{Version: version(), Files: collection.Files, Timeline: t, Conclusion: conclusion, Settings: s.settings, Databases: db.Databases(), Reference: s.reference}
	return k, collection, r, ctx.Err()
}

// summarise tells in a line each which analyses have accusing rows.
func (c *analyzeCmd) summarise(term *terminal, k *report.Case) {
	for _, r := range k.Results {
		switch r.Status {
		case analysis.Found:
			if n, worst := r.Finding.Suspicious(); n > 0 {
				term.tell("%-24s %5d suspicious, the worst %s", r.Analyzer.Name, n, worst)
			}
		case analysis.Failed:
			term.tell("%-24s failed: %s", r.Analyzer.Name, r.Reason)
		}
	}
	for _, line := range report.LostReviews(k) {
		term.tell("%s", line)
	}
	for _, path := range c.paths() {
		term.tell("wrote %s", path)
	}
}
