package analysistest

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/timeline/analysis"
)

// readSettings reads what the examiner chose in a case: the section settings
// is a case file, the section flags has a line such as from=2018-05-01 for
// each setting that flags alone give, the section indicators is an indicator
// file, and each section "sigma NAME" a rule. All of them are read as the
// program reads them: an unknown name is an error.
func readSettings(archive *txtar.Archive, suite []*analysis.Analyzer) (*analysis.Settings, error) {
	s := &analysis.Settings{}
	for _, f := range archive.Files {
		var err error
		switch rule, isRule := strings.CutPrefix(f.Name, "sigma "); {
		case isRule:
			s.Rules = append(s.Rules, analysis.RuleFile{Name: rule, Text: f.Data})
		case f.Name == "settings":
			err = s.Read(f.Data, suite)
		case f.Name == "flags":
			err = readFlags(s, string(f.Data))
		case f.Name == "indicators":
			s.Indicators, err = analysis.ReadIndicators(f.Data)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		}
	}
	return s, nil
}

func readFlags(s *analysis.Settings, text string) error {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name == "" {
			continue
		}
		if err := s.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}
