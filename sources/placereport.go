package sources

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// report says how sure the order is, and which requests no step was recognised for. Such a request counts as caused by
// the action before it, like every other; only its time is its own.
func (p *placer) report() {
	paired, quiet := 0, 0
	for i := range p.actors {
		if p.actors[i].burst >= 0 {
			paired++
		}
	}
	var alone strays
	for j := range p.bursts {
		switch b := &p.bursts[j]; {
		case b.actor >= 0:
		case b.changes == "":
			quiet++
		default:
			alone.add(b.changes)
		}
	}
	alone.report(&p.r.Report)
	text := fmt.Sprintf("%s of %d placed by what they caused, the others between them", plural(paired, "action"), len(p.actors))
	if quiet > 0 {
		text += fmt.Sprintf("; %s of reads stood without an action", plural(quiet, "group"))
	}
	p.r.Report.Problem("merge", "%s", text)
}

// strays are the requests that change something and that no step was recognised for, grouped by what they may be.
type strays struct {
	list []stray
}

type stray struct {
	what  string // "POST /orders", or for telemetry the pattern that would drop it
	drop  bool
	count int
}

// add counts a request: "METHOD PATH".
func (s *strays) add(request string) {
	method, path, _ := strings.Cut(request, " ")
	path, _, _ = strings.Cut(path, "?")
	x := stray{what: method + " " + path, count: 1}
	if pattern := telemetryPath(path); pattern != "" {
		x.what, x.drop = pattern, true
	}
	i := slices.IndexFunc(s.list, func(y stray) bool { return y.what == x.what })
	if i < 0 {
		s.list = append(s.list, x)
		return
	}
	s.list[i].count++
}

// report tells each group in a line, telemetry last.
func (s *strays) report(r *Report) {
	slices.SortStableFunc(s.list, func(a, b stray) int {
		return cmp.Compare(fmt.Sprint(a.drop), fmt.Sprint(b.drop))
	})
	for _, x := range s.list {
		if x.drop {
			r.Problem("merge", "%s at %s came at moments of their own, as telemetry does: --drop '%s' leaves such out",
				plural(x.count, "group")+" of requests", x.what, x.what)
			continue
		}
		times := ""
		if x.count > 1 {
			times = fmt.Sprintf(" (%d times)", x.count)
		}
		r.Problem("merge", "%s%s stands at its own time, after the step before it: which step caused it could not be told", x.what, times)
	}
}

// telemetryPath is the pattern of the paths to which one belongs that looks like telemetry of the app's own, or "".
// Only the user can know: it is proposed, not applied.
func telemetryPath(path string) string {
	prefix := ""
	for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		prefix += "/" + segment
		if !telemetryWord(segment) {
			continue
		}
		if strings.TrimSuffix(path, "/") == prefix {
			return prefix + "*"
		}
		return prefix + "/*"
	}
	return ""
}

func telemetryWord(segment string) bool {
	switch strings.ToLower(strings.Trim(segment, "_")) {
	case "sink", "telemetry", "analytics", "collect", "beacon", "beacons", "tracking", "rum", "envelope", "ingest", "metrics", "vitals":
		return true
	}
	return false
}
