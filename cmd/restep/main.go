// Command restep turns a recorded session into a program that is debugged in an editor.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit statuses, as documented in the README and used by scripts and git bisect.
const (
	exitOK     = 0
	exitFailed = 1 // the command ran, and its outcome is bad: a verdict, a broken file
	exitUsage  = 2 // bad usage, or an input that cannot be read
	exitCannot = 3 // could not run: no browser, app not reachable
)

// cli is the product list: one field a subcommand, each in a file of its own.
type cli struct {
	Demo     demoCmd     `cmd:"" help:"Replay the recorded bug of a bundled shop, and say how to debug it in your editor."`
	Import   importCmd   `cmd:"" help:"Make a playback of recordings of other tools: DevTools Recorder flows, HTTP Archives."`
	Merge    mergeCmd    `cmd:"" help:"Make one playback of several recordings of the same session."`
	Record   recordCmd   `cmd:"" help:"Record a session in a browser into a playback file."`
	Play     playCmd     `cmd:"" help:"Replay a playback file against your local app and tell the verdict."`
	Minimize minimizeCmd `cmd:"" help:"Find the fewest actions of a session that still lead to its failure."`
	Explore  exploreCmd  `cmd:"" help:"Play a session in other orders of its answers, and say which of them fail."`
	Dap      dapCmd      `cmd:"" name:"dap" help:"Debug adapter for editors, over stdin and stdout."`

	RecorderJS recorderJSCmd `cmd:"" name:"recorder.js" help:"Print the recorder that apps include in their pages."`

	Show   showCmd   `cmd:"" help:"Print a readable outline of a session, or one event with its content."`
	Check  checkCmd  `cmd:"" help:"Tell what is wrong with playback files, with line and column."`
	Fmt    fmtCmd    `cmd:"" name:"fmt" help:"Put playback files into their canonical form."`
	Pack   packCmd   `cmd:"" help:"Make one file of a playback and the large contents beside it, to be sent."`
	Unpack unpackCmd `cmd:"" help:"Put the large contents of a playback into a folder beside it, for editors and git."`

	Doctor  doctorCmd  `cmd:"" help:"Check that restep can run here, and say what to do where it cannot."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// env is what a command may touch of the world.
type env struct {
	ctx    context.Context // ends on Ctrl-C
	stdin  io.Reader
	stdout io.Writer // data only
	stderr io.Writer // everything else
	getenv func(string) string
	// tty says that stderr is a terminal: progress may be drawn.
	tty bool
	// outTTY says that stdout is one: results may have colours.
	outTTY bool
}

// exitError ends the program with a status; the message is printed with the hint, which says what to do next.
type exitError struct {
	code int
	err  error // nil: nothing is printed
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends what takes too long to end
	// A reader that goes away is an error of a write, so that a command can close its browser. Notify, because a signal
	// that is ignored would be ignored by every program that this one starts.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	code := run(&env{
		ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv,
		tty: isTerminal(os.Stderr), outTTY: isTerminal(os.Stdout),
	}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command line and returns the exit status. It is what tests call.
func run(e *env, args []string) int {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	out := &results{w: e.stdout, stop: cancel}
	inner := *e
	inner.ctx, inner.stdout, inner.stderr = ctx, out, safeText{e.stderr}
	e = &inner
	status := -1
	parser, err := kong.New(&cli{},
		kong.Name("restep"),
		kong.Description(about),
		kong.UsageOnError(),
		kong.Writers(e.stdout, e.stderr),
		kong.Exit(func(code int) { status = code }),
		kong.Bind(e),
	)
	if err != nil {
		panic(err) // a mistake in the struct tags of cli
	}
	k, err := parser.Parse(args)
	if status == exitOK || out.err != nil { // --help
		return conclude(e, out.outcome(nil))
	}
	if err != nil {
		return conclude(e, badUsage(err, args))
	}
	return conclude(e, out.outcome(k.Run(e)))
}

// conclude prints an error and returns its exit status.
func conclude(e *env, err error) int {
	if err == nil {
		return exitOK
	}
	code, hint := exitFailed, ""
	var x *exitError
	if errors.As(err, &x) {
		code, hint = x.code, x.hint
		if x.err == nil {
			return code
		}
	}
	fmt.Fprintf(e.stderr, "restep: error: %v\n", err)
	if hint != "" {
		fmt.Fprintf(e.stderr, "%s\n", hint)
	}
	return code
}

func isTerminal(f *os.File) bool {
	s, err := f.Stat()
	return err == nil && s.Mode()&os.ModeCharDevice != 0
}
