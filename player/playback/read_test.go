package playback

import "io"

type reader = io.Reader

// joined reads one reader after the other. Unlike io.MultiReader it goes on after an error.
type joined struct{ readers []io.Reader }

func (j *joined) Read(p []byte) (int, error) {
	for len(j.readers) > 0 {
		n, err := j.readers[0].Read(p)
		if n > 0 {
			return n, nil
		}
		if err != nil {
			j.readers = j.readers[1:]
		}
	}
	return 0, io.EOF
}
