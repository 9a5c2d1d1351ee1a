package main

import (
	"fmt"

	"github.com/evanw/esbuild/pkg/api"

	"restep/sources/recorder"
)

// recorderJSCmd prints the recorder that apps include in their pages.
type recorderJSCmd struct{}

// Help is shown by `restep recorder.js --help`.
func (recorderJSCmd) Help() string {
	return `The file defines window.restepRecorder; bundlers may import it (CommonJS). Start it before the app:

  restepRecorder.start({endpoint: "https://recordings.example/record", key: "…"})

` + "`restep record --listen`" + ` is the receiving end. It is served best with gzip.`
}

// Run prints the script.
func (recorderJSCmd) Run(e *env) error {
	code, err := embeddable()
	if err != nil {
		return err
	}
	if _, err := e.stdout.Write(code); err != nil {
		return fmt.Errorf("print the recorder: %w", err)
	}
	return nil
}

// embeddable is the embeddable recorder without what only people read.
func embeddable() ([]byte, error) {
	r := api.Transform(recorder.EmbedScript(), api.TransformOptions{
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Target: api.ES2022, Sourcefile: "recorder.js",
	})
	if len(r.Errors) > 0 {
		return nil, fmt.Errorf("minify the recorder: %s", r.Errors[0].Text)
	}
	return r.Code, nil
}
