package main

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"becforensics/geo"
	"becforensics/ingest"
	"becforensics/timeline/analysis/bec"
)

type analysesCmd struct {
	Name string `arg:"" optional:"" help:"Name of an analysis to explain."`
}

// Run lists the analyses, or explains one.
func (c *analysesCmd) Run(term *terminal) error {
	if c.Name == "" {
		for _, a := range bec.Suite {
			fmt.Fprintf(term.out, "%-24s %s\n", a.Name, a.Doc.Question)
		}
		return nil
	}
	for _, a := range bec.Suite {
		if a.Name != c.Name {
			continue
		}
		fmt.Fprintf(term.out, "%s: %s (version %d)\n", a.Name, a.Title, a.Version)
		for _, part := range [][2]string{
			{"Question", a.Doc.Question},
			{"Method", a.Doc.Method},
			{"Limits", a.Doc.Limits},
			{"Innocent look-alikes", a.Doc.Innocent},
			{"What would settle it", a.Doc.Confirm},
			{"MITRE ATT&CK", strings.Join(a.Techniques, ", ")},
			{"Needs", strings.Join(a.Needs, ", ")},
			{"Settings", strings.Join(a.Settings, ", ")},
			{"References", strings.Join(a.References, ", ")},
		} {
			if part[1] != "" {
				fmt.Fprintf(term.out, "\n%s\n%s\n", part[0], wrap(part[1], "  "))
			}
		}
		if len(a.Thresholds) > 0 {
			fmt.Fprintf(term.out, "\nThresholds, for the case file\n")
		}
		for _, t := range a.Thresholds {
			fmt.Fprintf(term.out, "  %-26s %-5g %s\n", t.Name, t.Value, t.Doc)
		}
		fmt.Fprintf(term.out, "\nColumns\n")
		for _, col := range a.Columns {
			fmt.Fprintf(term.out, "  %-26s %s\n", col.Name, col.Doc)
		}
		return nil
	}
	return fmt.Errorf("explain analysis: none is named %q; 'becforensics analyses' lists them", c.Name)
}

type sourcesCmd struct {
	Name string `arg:"" optional:"" help:"Name of a source to explain."`
}

// Run lists the sources, or explains one.
func (c *sourcesCmd) Run(term *terminal) error {
	if c.Name == "" {
		for _, s := range sources {
			fmt.Fprintf(term.out, "%-16s %s (%d layouts)\n", s.Name, s.Title, len(s.Layouts))
		}
		return nil
	}
	i := slices.IndexFunc(sources, func(s *ingest.Source) bool { return s.Name == c.Name })
	if i < 0 {
		return fmt.Errorf("explain source: none is named %q; 'becforensics sources' lists them", c.Name)
	}
	s := sources[i]
	fmt.Fprintf(term.out, "%s: %s\n\n%s\n\nA file is taken for it when it has %s.\n", s.Name, s.Title, wrap(s.Doc, "  "), s.Wants)
	listed := map[string]bool{}
	for _, l := range s.Layouts {
		fmt.Fprintf(term.out, "\n%s\n%s\n", l.Name, wrap(l.Doc, "  "))
		for _, r := range l.Reads() {
			what := "Reads: "
			if r.Of != "" {
				what = "Of " + r.Of + ": "
			}
			text := what + strings.Join(r.Columns, ", ")
			if r.Of != "" && listed[text] {
				fmt.Fprintf(term.out, "  %sas above\n", what)
				continue
			}
			listed[text] = true
			fmt.Fprintf(term.out, "%s\n", wrap(text, "  "))
			for _, doc := range r.Docs {
				fmt.Fprintf(term.out, "%s\n", wrap(doc, "    "))
			}
		}
	}
	return nil
}

type versionCmd struct{}

// Run prints the version and what the embedded data's licences ask to print.
func (c *versionCmd) Run(term *terminal) error {
	fmt.Fprintf(term.out, "becforensics %s\n", version())
	for _, a := range geo.Attributions() {
		fmt.Fprintln(term.out, a)
	}
	return nil
}

// version is that of the build, "devel" where it has none.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// lineWidth is where prose for a terminal is broken.
const lineWidth = 96

// wrap breaks prose into indented lines.
func wrap(s, indent string) string {
	var b strings.Builder
	n := 0
	for _, word := range strings.Fields(s) {
		if n > 0 && n+1+len(word) > lineWidth {
			b.WriteByte('\n')
			n = 0
		}
		if n == 0 {
			b.WriteString(indent)
			n = len(indent)
		} else {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += len(word)
	}
	return b.String()
}
