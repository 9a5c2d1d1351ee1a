package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"restep/sources"
	"restep/sources/recorder"
)

// listenFlags are those of `restep record --listen`.
type listenFlags struct {
	Listen string   `placeholder:"ADDR" group:"Receive" help:"Receive what pages with the recorder of restep recorder.js post to this address, such as 127.0.0.1:7070, and write a playback of each session into the folder of -o."`
	Key    string   `placeholder:"KEY" env:"RESTEP_RECORD_KEY" group:"Receive" help:"Key that pages must send. It is public and lets nobody read; made up where left out."`
	Origin []string `placeholder:"URL" sep:"none" group:"Receive" help:"Origin of pages that may send, such as https://shop.example. Can be repeated."`
	Host   []string `placeholder:"NAME" sep:"none" group:"Receive" help:"Name that pages call this address by, where it is behind a proxy. Can be repeated."`
}

// finishEvery is how often sessions that were idle are looked for.
const finishEvery = 10 * time.Second

// receive serves until it is told to stop, and then writes what is not written.
func (c *listenFlags) receive(e *env, dir string, noMask bool) error {
	l, r, err := c.open(e, dir, noMask)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", r)
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }() // ends with the server, below
	tick := time.NewTicker(finishEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := r.FinishIdle(); err != nil {
				fmt.Fprintf(e.stderr, "restep: warning: %v\n", err)
			}
			continue
		case err = <-ended:
		case <-e.ctx.Done():
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			err = errors.Join(server.Shutdown(ctx), server.Close())
			cancel()
			<-ended
		}
		if err = errors.Join(err, r.Close()); err != nil {
			return &exitError{code: exitCannot, err: err}
		}
		return nil
	}
}

// open checks the flags, listens, and takes up what is in the folder.
func (c *listenFlags) open(e *env, dir string, noMask bool) (net.Listener, *recorder.Receiver, error) {
	const example = "Example: restep record --listen 127.0.0.1:7070 --origin https://shop.example -o recordings"
	if len(c.Origin) == 0 {
		return nil, nil, usage(example, "--listen needs the origins of the pages that may send: --origin")
	}
	for i, o := range c.Origin {
		if c.Origin[i] = sources.OriginOf(o); c.Origin[i] == "" {
			return nil, nil, usage(example, "--origin %q is no URL", o)
		}
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, nil, usage(example+"; a proxy in front of it makes it reachable with TLS, see --host.", "--listen %s is no address of this machine alone", c.Listen)
	}
	if s, err := os.Stat(dir); err == nil && !s.IsDir() {
		return nil, nil, usage(example, "-o %s is a file: --listen writes a playback of each session into a folder", dir)
	}
	var key []byte
	if noMask {
		fmt.Fprintln(e.stderr, "restep: warning: --no-mask keeps passwords, tokens and personal data in the playbacks; do not share them")
	} else if key, err = maskKey(e); err != nil {
		return nil, nil, err
	}
	if c.Key == "" {
		c.Key = rand.Text()
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, nil, &exitError{code: exitCannot, err: fmt.Errorf("--listen %s: %w", c.Listen, err), hint: "Choose another port; 0 takes a free one."}
	}
	r, err := recorder.NewReceiver(recorder.ReceiverOptions{
		Dir: dir, Keys: []string{c.Key}, Origins: c.Origin, Hosts: append(recorder.HostsOf(l.Addr()), c.Host...), MaskKey: key,
		Log:      slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Finished: func(name string, n recorder.Counts) { c.finished(e, name, n) },
	})
	if err != nil {
		return nil, nil, &exitError{code: exitCannot, err: errors.Join(err, l.Close())}
	}
	fmt.Fprintf(e.stderr, "Receiving at http://%s%s, for pages that start with\n", l.Addr(), recorder.ReceiverPath)
	fmt.Fprintf(e.stderr, "  restepRecorder.start({endpoint: \"http://%s%s\", key: %q})\n", l.Addr(), recorder.ReceiverPath, c.Key)
	fmt.Fprintf(e.stderr, "Playbacks go to %s. Ctrl-C ends it.\n", dir)
	return l, r, nil
}

// finished says that a session was written.
func (c *listenFlags) finished(e *env, name string, n recorder.Counts) {
	fmt.Fprintf(e.stderr, "Session %s: %d actions, %d requests, %d uncaught errors\n", filepath.Base(name), n.Actions, n.Requests, n.Errors)
	for _, p := range n.Problems {
		fmt.Fprintf(e.stderr, "restep: warning: %s: %s\n", filepath.Base(name), p)
	}
}
