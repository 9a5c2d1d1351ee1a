package recorder

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Receiver is the receiving end of the embeddable recorder: pages post batches of entries to it, and it makes one
// playback of each session. It is an [http.Handler] for [ReceiverPath].
//
// A batch is answered with 204 when it is on the disk. It is named by session, tab and sequence number; one that comes
// again, also after a restart, is answered the same and changes nothing. What the page reports is masked with the team's
// key before it is written. The playback of a session appears when the session was idle for a while, and when the
// receiver is closed; more batches make it anew.
//
// The key in a page is no secret: it lets whoever has it write, within the quotas, and nothing else. Nothing that was
// received can be read through the receiver.
type Receiver struct {
	o     ReceiverOptions
	keys  [][sha256.Size]byte
	work  chan struct{} // one place for each batch that is looked at
	quota *quota
	shelf *shelf
}

// ReceiverPath is where a receiver takes batches.
const ReceiverPath = "/record"

// ReceiverOptions say what a receiver takes. Dir, Keys, Origins and MaskKey are required.
type ReceiverOptions struct {
	Dir     string   // where playbacks are written
	Keys    []string // write-only keys, of which a batch must have one
	Origins []string // origins of pages that may send, such as "https://shop.example"
	Hosts   []string // what the Host header may be; empty: whatever
	MaskKey []byte   // what stand-ins are derived from; nil: nothing is masked here
	Limits  Limits
	Idle    time.Duration // after which a session's playback is written; 0: 2 minutes
	Log     *slog.Logger  // nil: discarded; recorded content is never logged
	// Finished is called with the name of a playback that was written; nil: nobody asks.
	Finished func(name string, c Counts)
	// Now is the clock; nil: the system's.
	Now func() time.Time
}

// Limits bound what is taken; the zero value of each is its default. What is above a limit of a batch is answered with
// 413, above a quota with 429 and Retry-After, and above a limit of a session with 410, at which the recorder stops.
type Limits struct {
	Packed   int64 // bytes of a batch as it comes; 1 MiB
	Unpacked int64 // bytes of a batch without compression; 8 MiB
	Entries  int   // of a batch; 5000
	Depth    int   // of nested JSON; 64

	SessionBytes  int64 // unpacked, of all batches of a session; 64 MiB
	SessionEvents int   // of a session; 200,000
	Sessions      int   // that are not finished, at once; 1000

	// Of each key in each minute.
	MinuteBytes    int64 // unpacked; 64 MiB
	MinuteEvents   int   // 100,000
	MinuteSessions int   // that begin; 120
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, v int) {
		if *n == 0 {
			*n = v
		}
	}
	set64 := func(n *int64, v int64) {
		if *n == 0 {
			*n = v
		}
	}
	set64(&l.Packed, 1<<20)
	set64(&l.Unpacked, 8<<20)
	set(&l.Entries, 5000)
	set(&l.Depth, 64)
	set64(&l.SessionBytes, 64<<20)
	set(&l.SessionEvents, 200_000)
	set(&l.Sessions, 1000)
	set64(&l.MinuteBytes, 64<<20)
	set(&l.MinuteEvents, 100_000)
	set(&l.MinuteSessions, 120)
	return l
}

// atOnce is how many batches are looked at at the same time: each needs memory for its unpacked size, several times.
const atOnce = 8

// NewReceiver opens the folder, and takes up the sessions that are not finished there.
func NewReceiver(o ReceiverOptions) (*Receiver, error) {
	if len(o.Keys) == 0 || len(o.Origins) == 0 {
		return nil, errors.New("receive: no key, or no origin, that may write")
	}
	o.Limits = o.Limits.withDefaults()
	if o.Idle == 0 {
		o.Idle = 2 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &Receiver{o: o, work: make(chan struct{}, atOnce), quota: newQuota(o.Limits)}
	for _, key := range o.Keys {
		r.keys = append(r.keys, sha256.Sum256([]byte(key)))
	}
	var err error
	if r.shelf, err = openShelf(o); err != nil {
		return nil, err
	}
	return r, nil
}

// FinishIdle writes the playbacks of the sessions that were idle for long enough. The owner calls it now and then.
func (r *Receiver) FinishIdle() error { return r.shelf.finish(r.o.Now().Add(-r.o.Idle)) }

// Close writes all playbacks. Nothing may be received any more.
func (r *Receiver) Close() error {
	return errors.Join(r.shelf.finish(r.o.Now().Add(time.Hour)), r.shelf.close())
}

// refusal is why a batch is not taken.
type refusal struct {
	status int
	why    string
	after  time.Duration // try again; 0: do not
}

func (r *refusal) Error() string { return r.why }

// ServeHTTP implements [http.Handler].
func (r *Receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Origin")
	err := r.admit(q)
	if err == nil {
		h.Set("Access-Control-Allow-Origin", q.Header.Get("Origin"))
		h.Set("Access-Control-Expose-Headers", "Retry-After")
		h.Set("Access-Control-Allow-Methods", "POST")
		h.Set("Access-Control-Allow-Headers", "Content-Type")
		h.Set("Access-Control-Max-Age", "600")
		switch q.Method {
		case http.MethodOptions:
		case http.MethodPost:
			err = r.post(w, q)
		default:
			h.Set("Allow", "POST, OPTIONS")
			err = &refusal{status: http.StatusMethodNotAllowed, why: "batches are posted"}
		}
	}
	r.answer(w, err)
}

// answer says what became of a request. Why it was refused is for whoever sets the recorder up.
func (r *Receiver) answer(w http.ResponseWriter, err error) {
	var no *refusal
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
		return
	case !errors.As(err, &no):
		r.o.Log.Error("receive", "error", err)
		no = &refusal{status: http.StatusServiceUnavailable, why: "the batch could not be stored", after: 10 * time.Second}
	default:
		r.o.Log.Warn("refused", "status", no.status, "why", no.why)
	}
	if no.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(max(1, (no.after+time.Second-1)/time.Second))))
	}
	http.Error(w, no.why, no.status)
}

// admit checks who asks. A name that is not ours may be one that was made to point here.
func (r *Receiver) admit(q *http.Request) error {
	switch {
	case len(r.o.Hosts) > 0 && !slices.Contains(r.o.Hosts, q.Host):
		return &refusal{status: http.StatusMisdirectedRequest, why: "no such host here"}
	case q.URL.Path != ReceiverPath:
		return &refusal{status: http.StatusNotFound, why: "batches go to " + ReceiverPath}
	case !slices.Contains(r.o.Origins, q.Header.Get("Origin")):
		return &refusal{status: http.StatusForbidden, why: "this origin may not send"}
	}
	return nil
}

// post takes a batch.
func (r *Receiver) post(w http.ResponseWriter, q *http.Request) error {
	select {
	case r.work <- struct{}{}:
		defer func() { <-r.work }()
	default:
		return &refusal{status: http.StatusServiceUnavailable, why: "too many at once", after: time.Second}
	}
	data, err := r.read(w, q)
	if err != nil {
		return err
	}
	b, err := decodeBatch(data, r.o.Limits)
	if err != nil {
		return &refusal{status: http.StatusBadRequest, why: err.Error()}
	}
	if !r.knows(b.Key) {
		return &refusal{status: http.StatusUnauthorized, why: "no such key"}
	}
	now := r.o.Now()
	return r.shelf.take(b, int64(len(data)), now, func(fresh bool) error {
		return r.quota.take(b.Key, now, int64(len(data)), len(b.Entries), fresh)
	})
}

// read reads a body and unpacks it where it is compressed, which its first bytes tell: a header that told it would cost
// each batch another request, for a page of another origin.
func (r *Receiver) read(w http.ResponseWriter, q *http.Request) ([]byte, error) {
	large := &refusal{status: http.StatusRequestEntityTooLarge, why: "the batch is too large"}
	packed, err := io.ReadAll(http.MaxBytesReader(w, q.Body, r.o.Limits.Packed))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return nil, large
	} else if err != nil {
		return nil, &refusal{status: http.StatusBadRequest, why: "the batch did not come to its end"}
	}
	if !bytes.HasPrefix(packed, []byte{0x1f, 0x8b}) {
		return packed, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, &refusal{status: http.StatusBadRequest, why: "the batch is no gzip"}
	}
	data, err := io.ReadAll(io.LimitReader(z, r.o.Limits.Unpacked+1))
	if err != nil {
		return nil, &refusal{status: http.StatusBadRequest, why: "the batch is damaged"}
	}
	if int64(len(data)) > r.o.Limits.Unpacked {
		return nil, large
	}
	return data, nil
}

// knows compares a key without telling by the time how much of it is right.
func (r *Receiver) knows(key string) bool {
	sum, found := sha256.Sum256([]byte(key)), 0
	for i := range r.keys {
		found |= subtle.ConstantTimeCompare(sum[:], r.keys[i][:])
	}
	return found == 1
}

// HostsOf returns what a browser may call a receiver that listens on an address.
func HostsOf(a net.Addr) []string {
	hosts := []string{a.String()}
	if t, ok := a.(*net.TCPAddr); ok && (t.IP.IsLoopback() || t.IP.IsUnspecified()) {
		for _, name := range []string{"localhost", "127.0.0.1", "[::1]"} {
			hosts = append(hosts, fmt.Sprintf("%s:%d", name, t.Port))
		}
	}
	return hosts
}
