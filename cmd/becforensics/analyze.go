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
	Output       string `short:"o" help:"Workbook to write." placeholder:"report.xlsx" access:"write"`
	JSON         string `name:"json" help:"Findings as data, to write." placeholder:"FILE" access:"write"`
	HTML         string `name:"html" help:"The case as one page, to write." placeholder:"FILE" access:"write"`
	STIX         string `name:"stix" help:"Indicators of the actors as a STIX 2.1 bundle, to write." placeholder:"FILE.json" access:"write"`
	IOCs         string `name:"iocs" help:"The same as an indicator file, which --indicators reads, to write." placeholder:"FILE.csv" access:"write"`
	TimelineRows int    `help:"${timeline_rows} (${default})." default:"100000" placeholder:"N"`
	Force        bool   `help:"Replace the outputs and their two sidecars."`
	suiteFlags
}

// suiteFlags are what every command that runs the analyses takes.
type suiteFlags struct {
	Only       []string `help:"Run only these analyses." placeholder:"NAME"`
	Skip       []string `help:"Do not run these analyses." placeholder:"NAME"`
	Pivot      []string `help:"Value to start from: ip, session, user_agent, app or user; repeatable." placeholder:"KIND=VALUE" sep:"none"`
	Indicators string   `help:"Own indicators to look for: a value a line, or type,value,note." placeholder:"FILE" access:"read"`
	Sigma      string   `help:"Folder of own Sigma rules." placeholder:"DIR" access:"read"`
	evidenceFlags
}

// begin opens all inputs and selects the analyses.
func (f *suiteFlags) begin(ctx context.Context) (*session, []*analysis.Analyzer, error) {
	for _, name := range slices.Concat(f.Only, f.Skip) {
		if known := analysisNames(); !slices.Contains(known, name) {
			return nil, nil, fmt.Errorf("select analyses: %w; 'becforensics analyses' lists them", analysis.UnknownName("analysis", name, known))
		}
	}
	suite, err := analysis.Select(bec.Suite, f.Only, f.Skip)
	if err != nil {
		return nil, nil, err
	}
	s, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(f.Pivot) > 0 {
		if err := s.settings.Set("pivots", f.Pivot...); err != nil {
			s.close()
			return nil, nil, fmt.Errorf("read --pivot: %w", err)
		}
	}
	if err := s.own(f.Indicators, f.Sigma); err != nil {
		s.close()
		return nil, nil, err
	}
	return s, suite, nil
}

// Run analyses the evidence and writes the report.
func (c *analyzeCmd) Run(ctx context.Context, term *terminal) error {
	products := c.products()
	if !slices.ContainsFunc(products, func(p product) bool { return p.path != "" }) {
		return errors.New("analyze: nothing to write: give -o report.xlsx, --json FILE or --html FILE, or several of them")
	}
	for _, p := range products {
		if p.path != "" && !slices.ContainsFunc(p.endings, func(e string) bool { return strings.EqualFold(filepath.Ext(p.path), e) }) {
			return badEnding(p.path, p.endings...)
		}
	}
	s, suite, err := c.begin(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	s.settings.TimelineRows = c.TimelineRows
	var paths []string
	for _, p := range products {
		paths = append(paths, p.path)
	}
	out, err := s.outputs(c.Force, paths...)
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

// A product is one output of the command.
type product struct {
	path    string
	endings []string
	write   func(io.Writer, *report.Case, html.Records) error
	// differences compares the output with what it was computed as.
	differences func(recorded, computed []byte) ([]report.Difference, error)
}

// products are the outputs, the one that names the sidecars first; those that
// were not asked for have no path.
func (c *analyzeCmd) products() []product {
	return []product{
		{c.Output, []string{".xlsx"}, func(w io.Writer, k *report.Case, _ html.Records) error {
			return xlsx.Write(w, report.NewBook(k), xlsx.Options{TmpDir: filepath.Dir(c.Output)})
		}, xlsx.Differences},
		{c.JSON, []string{".json"}, withoutRecords(report.WriteFindings), report.Differences},
		{c.HTML, []string{".html", ".htm"}, html.Write, html.Differences},
		{c.STIX, []string{".json"}, withoutRecords(report.WriteSTIX), report.Differences},
		{c.IOCs, []string{".csv"}, withoutRecords(report.WriteIndicators), report.DifferentLines},
	}
}

// withoutRecords is a writer that shows no raw records.
func withoutRecords(write func(io.Writer, *report.Case) error) func(io.Writer, *report.Case, html.Records) error {
	return func(w io.Writer, k *report.Case, _ html.Records) error { return write(w, k) }
}

// write writes the outputs, at the same time.
func (c *analyzeCmd) write(ctx context.Context, out *evidence.Outputs, k *report.Case, s *session) error {
	var group sync.WaitGroup
	products := c.products()
	failed := make([]error, len(products))
	for i, p := range products {
		if p.path != "" {
			group.Go(func() {
				failed[i] = put(ctx, out, p.path, func(w io.Writer) error { return p.write(w, k, s.records(ctx)) })
			})
		}
	}
	group.Wait()
	return errors.Join(failed...)
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
	conclusion, err := analysis.Run(bec.Suite, suite, analysis.Inputs{Timeline: t, Geo: db, Reference: s.reference, Settings: s.settings, Asked: report.Facts, Ended: func() { p.add(1) }})
	p.done()
	if err != nil {
		return nil, nil, nil, errors.Join(err, r.wait())
	}
	k := &report.Case{Version: version(), Files: collection.Files, Timeline: t, Conclusion: conclusion, Settings: s.settings, Databases: db.Databases(), Reference: s.reference}
	return k, collection, r, ctx.Err()
}

// summarise tells in a line each which analyses have accusing rows, and ends
// with the worst actor.
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
	for _, f := range k.Failures {
		term.tell("%-24s failed: %s", f.Fact, f.Reason)
	}
	for _, line := range report.LostReviews(k) {
		term.tell("%s", line)
	}
	for _, p := range c.products() {
		if p.path != "" {
			term.tell("wrote %s", p.path)
		}
	}
	tellActors(term, k)
}
