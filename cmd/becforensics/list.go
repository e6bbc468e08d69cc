package main

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"becforensics/geo"
	"becforensics/ingest"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

type analysesCmd struct {
	Name string `arg:"" optional:"" help:"Name of an analysis to explain."`
}

// Run lists the analyses, or explains one.
func (c *analysesCmd) Run(term *terminal) error {
	var text strings.Builder
	if c.Name == "" {
		for _, a := range bec.Suite {
			fmt.Fprintf(&text, "%-24s %s\n", a.Name, a.Text(nil).Question)
		}
		return term.print(&text)
	}
	i := slices.IndexFunc(bec.Suite, func(a *analysis.Analyzer) bool { return a.Name == c.Name })
	if i < 0 {
		return fmt.Errorf("explain analysis: %w; 'becforensics analyses' lists them", analysis.UnknownName("analysis", c.Name, analysisNames()))
	}
	explain(&text, bec.Suite[i])
	return term.print(&text)
}

// explain writes all that an analyzer says of itself.
func explain(text *strings.Builder, a *analysis.Analyzer) {
	doc := a.Text(nil)
	fmt.Fprintf(text, "%s: %s (version %d)\n", a.Name, a.Title, a.Version)
	for _, part := range [][2]string{
		{"Question", doc.Question},
		{"Method", doc.Method},
		{"Limits", doc.Limits},
		{"Innocent look-alikes", doc.Innocent},
		{"How to settle it", doc.Confirm},
		{"MITRE ATT&CK", strings.Join(a.Techniques, ", ")},
		{"Needs", strings.Join(analysis.NeedNames(a), ", ")},
		{"Settings", strings.Join(a.Settings, ", ")},
		{"References", strings.Join(a.References, ", ")},
	} {
		if part[1] != "" {
			fmt.Fprintf(text, "\n%s\n%s\n", part[0], wrap(part[1], "  "))
		}
	}
	thresholds := analysis.Thresholds(a)
	if len(thresholds) > 0 {
		fmt.Fprintf(text, "\nThresholds, for the case file\n")
	}
	for _, t := range thresholds {
		fmt.Fprintf(text, "  %-26s %-5g %s\n", t.Name, t.Value, t.Doc)
	}
	fmt.Fprintf(text, "\nColumns\n")
	for _, col := range a.Columns {
		fmt.Fprintf(text, "  %-26s %s\n", col.Name, col.Doc)
	}
}

// analysisNames are the names of the suite, in its order.
func analysisNames() []string {
	names := make([]string, len(bec.Suite))
	for i, a := range bec.Suite {
		names[i] = a.Name
	}
	return names
}

type sourcesCmd struct {
	Name string `arg:"" optional:"" help:"Name of a source to explain."`
}

// Run lists the sources, or explains one.
func (c *sourcesCmd) Run(term *terminal) error {
	var text strings.Builder
	if c.Name == "" {
		for _, s := range sources {
			fmt.Fprintf(&text, "%-16s %s (%d layouts)\n", s.Name, s.Title, len(s.Layouts))
		}
		return term.print(&text)
	}
	i := slices.IndexFunc(sources, func(s *ingest.Source) bool { return s.Name == c.Name })
	if i < 0 {
		names := make([]string, len(sources))
		for i, s := range sources {
			names[i] = s.Name
		}
		return fmt.Errorf("explain source: %w; 'becforensics sources' lists them", analysis.UnknownName("source", c.Name, names))
	}
	s := sources[i]
	fmt.Fprintf(&text, "%s: %s\n\n%s\n\nA file is taken for it when it has %s.\n", s.Name, s.Title, wrap(s.Doc, "  "), s.Wants)
	listed := map[string]bool{}
	for _, l := range s.Layouts {
		fmt.Fprintf(&text, "\n%s\n%s\n", l.Name, wrap(l.Doc, "  "))
		for _, r := range l.Reads() {
			what := "Reads: "
			if r.Of != "" {
				what = "Of " + r.Of + ": "
			}
			line := what + strings.Join(r.Columns, ", ")
			if r.Of != "" && listed[line] {
				fmt.Fprintf(&text, "  %sas above\n", what)
				continue
			}
			listed[line] = true
			fmt.Fprintf(&text, "%s\n", wrap(line, "  "))
			for _, doc := range r.Docs {
				fmt.Fprintf(&text, "%s\n", wrap(doc, "    "))
			}
		}
	}
	return term.print(&text)
}

type versionCmd struct{}

// Run prints the version and what the embedded data's licences ask to print.
func (c *versionCmd) Run(term *terminal) error {
	var text strings.Builder
	fmt.Fprintf(&text, "becforensics %s\n", version())
	for _, a := range geo.Attributions() {
		fmt.Fprintln(&text, a)
	}
	return term.print(&text)
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
	var lines []string
	for line := range strings.Lines(s) {
		hanging := indent
		if strings.HasPrefix(line, "- ") {
			hanging += "  "
		}
		lines = append(lines, wrapLine(line, indent, hanging))
	}
	return strings.Join(lines, "\n")
}

// wrapLine breaks one line; what follows its first row hangs under it.
func wrapLine(s, indent, hanging string) string {
	var b strings.Builder
	b.WriteString(indent)
	n := len(indent)
	for i, word := range strings.Fields(s) {
		switch {
		case i > 0 && n+1+len(word) > lineWidth:
			b.WriteString("\n" + hanging)
			n = len(hanging)
		case i > 0:
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += len(word)
	}
	return b.String()
}
