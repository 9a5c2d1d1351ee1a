package dap

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxSessions  = 8                // connections with the token at a time; each may hold a browser
	maxStrangers = 64               // connections that have not shown it yet
	tokenWait    = 10 * time.Second // how long these may take: an editor launches as soon as it is connected
	tellEvery    = time.Second      // how often the log may tell of strangers that were closed
)

// door is what a listener knows of its connections. Strangers, which have not shown the token, are few, and one makes
// room for a new one: those that have sent no valid initialize first, the oldest first.
//
// So connections that say nothing, however many and however fast, do not keep the owner of the token out, nor does a web
// page, whose first line ends its connection. A program of this machine that speaks the protocol can: it has to connect
// and to say initialize as often as there are places between an editor's connecting and its launch. It gets no further
// itself, and takes no place from those that have shown the token.
type door struct {
	token string
	wait  time.Duration // for the token

	mu        sync.Mutex // guards the fields below, and those of the guests
	strangers []*guest   // the oldest first
	sessions  int        // those that were admitted
	untold    int        // strangers that were closed and that the log has not told of
	told      time.Time  // when it last did
}

// guest is a connection.
type guest struct {
	door     *door
	conn     net.Conn
	greeted  bool // it has sent a valid initialize
	admitted bool
	why      error // why the door closed it; nil: it did not
}

// arrive takes a connection in, as a stranger.
func (d *door) arrive(c net.Conn) *guest {
	g := &guest{door: d, conn: c}
	c.SetDeadline(time.Now().Add(d.wait)) // of a connection that is gone already it does not matter
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.strangers) == maxStrangers {
		i := max(0, slices.IndexFunc(d.strangers, func(s *guest) bool { return !s.greeted }))
		out := d.strangers[i]
		d.strangers = slices.Delete(d.strangers, i, i+1)
		out.why = errors.New("it had not sent the token when others came")
		out.conn.Close()
	}
	d.strangers = append(d.strangers, g)
	return g
}

// greet notes that a guest speaks the protocol.
func (g *guest) greet() {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	g.greeted = true
}

// enter admits a guest that shows the token. It may be called again.
func (g *guest) enter(token string) error {
	d := g.door
	if subtle.ConstantTimeCompare([]byte(d.token), []byte(token)) != 1 {
		return errors.New(`"token" in the launch configuration is not the one that restep dap printed`)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case g.admitted:
		return nil
	case d.sessions == maxSessions:
		return fmt.Errorf("%d sessions are open already: end one of them", maxSessions)
	}
	d.strangers = slices.DeleteFunc(d.strangers, func(s *guest) bool { return s == g })
	d.sessions++
	g.admitted = true
	g.conn.SetDeadline(time.Time{})
	return nil
}

// leave forgets a guest whose connection has ended.
func (d *door) leave(g *guest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g.admitted {
		d.sessions--
		return
	}
	d.strangers = slices.DeleteFunc(d.strangers, func(s *guest) bool { return s == g })
}

// reason says why a connection has ended, whose stream failed by err.
func (g *guest) reason(err error) error {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	switch {
	case g.why != nil:
		return g.why
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("no launch with the token came within %v", g.door.wait)
	}
	return err
}

// closed notes that a guest was closed by a fault, and returns how many the log shall tell of now: one of those that
// had the token at once, strangers together, since anybody can make many of them.
func (d *door) closed(g *guest, now time.Time) (tell int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g.admitted {
		return 1
	}
	d.untold++
	if now.Sub(d.told) < tellEvery {
		return 0
	}
	tell, d.untold, d.told = d.untold, 0, now
	return tell
}

// rest returns how many closed strangers the log has not told of.
func (d *door) rest() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.untold
}

// admit lets a launch in that carries the token. A session over stdin and stdout needs none: who started the adapter
// may use it.
func (s *Session) admit(configuration jsontext.Value) error {
	if s.guest == nil {
		return nil
	}
	var c struct {
		Token jsontext.Value `json:"token"`
	}
	if json.Unmarshal(configuration, &c, decoding()) != nil {
		c.Token = nil
	}
	return s.guest.enter(stringOf(c.Token))
}
