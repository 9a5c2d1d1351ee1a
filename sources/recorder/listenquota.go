package recorder

import (
	"net/http"
	"sync"
	"time"
)

// quota bounds what the holders of a key may write in a minute. A public page shows its key to everybody.
type quota struct {
	limits Limits

	mu   sync.Mutex // guards what follows
	from time.Time  // when the minute began
	used map[string]*usage
}

// usage is what one key wrote in this minute.
type usage struct {
	bytes            int64
	events, sessions int
}

func newQuota(l Limits) *quota { return &quota{limits: l, used: map[string]*usage{}} }

// take counts a batch, or refuses it. Keys are known ones, so that there are few.
func (q *quota) take(key string, now time.Time, bytes int64, events int, session bool) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if passed := now.Sub(q.from); passed >= time.Minute || passed < 0 {
		q.from = now
		clear(q.used)
	}
	u := q.used[key]
	if u == nil {
		u = &usage{}
		q.used[key] = u
	}
	sessions := u.sessions
	if session {
		sessions++
	}
	if u.bytes+bytes > q.limits.MinuteBytes || u.events+events > q.limits.MinuteEvents || sessions > q.limits.MinuteSessions {
		return &refusal{
			status: http.StatusTooManyRequests, why: "the quota of this minute is used up",
			after: time.Minute - now.Sub(q.from),
		}
	}
	*u = usage{u.bytes + bytes, u.events + events, sessions}
	return nil
}
