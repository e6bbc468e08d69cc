// Command becforensics analyses exported Microsoft 365 evidence of business
// email compromise, offline, and writes a report in which every number traces
// to a hashed file and a record in it. This package reads flags, wires the
// packages together, shows progress and maps errors to exit codes; it decodes
// nothing, judges nothing and opens no evidence itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"becforensics/ingest/evidence"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Exit codes, as the interface fixes them.
const (
	exitDone        = 0
	exitUsage       = 1
	exitPartial     = 2
	exitChanged     = 3
	exitOutput      = 4
	exitInterrupted = 130
)

type cli struct {
	Analyze  analyzeCmd  `cmd:"" help:"Analyse evidence and write the report."`
	Timeline timelineCmd `cmd:"" help:"Write events as Parquet, Arrow, CSV or JSON lines."`
	Inspect  inspectCmd  `cmd:"" help:"Say what each file is and holds, without analysis."`
	Stack    stackCmd    `cmd:"" help:"Count the values of a column, rarest first."`
	Actors   actorsCmd   `cmd:"" help:"Say in six lines each who used accounts and what is to be done."`
	Record   recordCmd   `cmd:"" help:"Print the raw bytes of one record."`
	Case     caseCmd     `cmd:"" help:"Begin a case file from evidence, or add evidence to one."`
	Compare  compareCmd  `cmd:"" help:"Say what differs between the findings of two reports."`
	Analyses analysesCmd `cmd:"" help:"List the analyses, or explain one."`
	Sources  sourcesCmd  `cmd:"" help:"List the kinds of exports, or explain one."`
	Custody  custodyCmd  `cmd:"" help:"Add to the custody log of a finished case."`
	Verify   verifyCmd   `cmd:"" help:"Recheck evidence, report and custody log against a manifest."`
	Version  versionCmd  `cmd:"" help:"Print the version and the attributions of the embedded data."`
	Help     helpCmd     `cmd:"" help:"Explain a command."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// helpCmd names a command for kong's list; run turns it into that command's
// --help.
type helpCmd struct {
	Command string `arg:"" optional:"" help:"Name of the command to explain."`
}

// A terminal is where a command writes to people.
type terminal struct {
	out, err    io.Writer
	interactive bool // whether err is a terminal
}

// tell writes one line to the person at the terminal. Nothing that evidence
// or an argument holds steers the terminal.
func (t *terminal) tell(format string, args ...any) {
	fmt.Fprintln(t.err, evidence.Printable(fmt.Sprintf(format, args...)))
}

// print writes a text that a command was asked for.
func (t *terminal) print(text fmt.Stringer) error {
	_, err := io.WriteString(t.out, text.String())
	return err
}

func main() {
	confine = evidence.Confine
	os.Exit(run(os.Args[1:], &terminal{out: os.Stdout, err: os.Stderr, interactive: isTerminal(os.Stderr)}))
}

// run carries out a command line and returns its exit code.
func run(args []string, term *terminal) int {
	line := context.WithValue(context.Background(), lineKey{}, append([]string{os.Args[0]}, args...))
	ctx, stop := signal.NotifyContext(line, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if os.Getenv("GOGC") == "" {
		paced.Do(pace)
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("becforensics"), kong.Writers(term.out, term.err), kong.Exit(func(code int) { exited = code }),
		kong.Description("Offline forensic analysis of exported Microsoft 365 evidence in business email compromise cases."),
		kong.UsageOnError(), helpVars(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(term))
	if err != nil {
		term.tell("becforensics: %s", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	} else if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		term.tell("becforensics: %s", err)
		term.tell("see %s --help", mistaken(args))
		return exitUsage
	}
	if a, ok := accessOf(k); ok {
		confine(a)
	}
	err = k.Run()
	code := exitCode(ctx, err)
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			term.tell("becforensics: %s", line)
		}
	}
	return code
}

// helpVars are what the help of flags refers to: the settings' documents, and
// the version.
func helpVars() kong.Vars {
	vars := kong.Vars{"version": "becforensics " + version()}
	for name, doc := range analysis.Docs() {
		vars[name] = strings.ToUpper(doc[:1]) + doc[1:]
	}
	return vars
}

// mistaken is the command whose help a mistaken command line calls for.
func mistaken(args []string) string {
	name, commands := "becforensics", reflect.TypeFor[cli]()
	for _, arg := range args {
		i := slices.IndexFunc(reflect.VisibleFields(commands), func(f reflect.StructField) bool {
			_, isCommand := f.Tag.Lookup("cmd")
			return isCommand && strings.EqualFold(f.Name, arg)
		})
		if i < 0 {
			break
		}
		name, commands = name+" "+arg, commands.Field(i).Type
	}
	return name
}

// errPartial ends a command that did its work, though some evidence was not
// read in full.
var errPartial = errors.New("some evidence was not read in full")

// A codedError carries the exit code that a command decided on.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

func exitCode(ctx context.Context, err error) int {
	var coded *codedError
	var changed *evidence.ChangedError
	var altered *evidence.AlteredError
	var output *evidence.OutputError
	var store *timeline.StoreError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &coded):
		return coded.code
	case errors.Is(err, errPartial): // the work is done, whatever came after it
		return exitPartial
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &changed), errors.As(err, &altered):
		return exitChanged
	case errors.As(err, &output), errors.As(err, &store):
		return exitOutput
	}
	return exitUsage
}
