// Command bench measures restep beside other players of recorded sessions, on the same app and flow, and prints one
// table. docs/BENCHMARKS.md says what is measured; `make bench` installs the peers and runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"

	"restep/player/browser"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: error: %v\n", err)
		os.Exit(1)
	}
}

// run runs one command line. A missed target is no error.
func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	rounds := flags.Int("rounds", 5, "interleaved rounds; the table has their medians")
	peers := flags.String("peers", ".cache/bench", "folder with the peers' scripts and npm packages")
	only := flags.String("only", "", "measure only the groups that match: steps, fetches, opening, long, start, back, record")
	profile := flags.String("cpuprofile", "", "write a CPU profile of this process to a file")
	open := flags.String("open", "", "only open this playback and print time and memory as JSON (used by the benchmark itself)")
	flags.Parse(args) //nolint:errcheck // it exits
	if *open != "" {
		o, err := openOnce(*open)
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(marshal(o))
		return err
	}
	pattern, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: at least one", *rounds)
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return measureAll(ctx, &bench{rounds: *rounds, peers: *peers, only: pattern, log: os.Stderr})
}

// measureAll prepares the app and a folder for generated files, measures, and prints the table.
func measureAll(ctx context.Context, b *bench) error {
	var err error
	if b.browser, err = browser.Find(os.Getenv); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "restep-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if b.app, err = startApp(); err != nil {
		return err
	}
	defer b.app.close()
	rows, err := b.run(ctx)
	if err != nil {
		return err
	}
	fmt.Println(machine())
	fmt.Printf("medians of %d interleaved rounds (least-most); ratio: median of restep / peer in a round\n\n", b.rounds)
	return print(os.Stdout, rows)
}

// machine describes where the figures come from.
func machine() string {
	cpu := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				cpu = strings.TrimSpace(strings.TrimLeft(name, "\t :"))
				break
			}
		}
	}
	return fmt.Sprintf("%s/%s, %d × %s, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpu, runtime.Version())
}
