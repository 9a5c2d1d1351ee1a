package sources

import (
	"regexp"
	"strings"
)

// scope says where a value stands.
type scope struct {
	request bool // a person or the app sent it: what has the name of a secret is one, even a plain word
	random  bool // it stands under the name of a secret: what looks random is one too, whatever its own name
	form    bool // it is in a request that may send what was typed, see form
	said    bool // a program or a back end said it, and no app reads it
	oneTime bool // the address says that it is about a code that was sent to a person
}

// maxDepth is how often values that are texts of values are opened.
const maxDepth = 12

// open counts one more value within another; the caller calls m.shut when it has masked it. It reports whether what is
// in the value is to be looked for: the time must not grow with the square of what is packed into itself.
func (m *Masker) open() bool {
	m.depth++
	return m.depth <= maxDepth
}

func (m *Masker) shut() { m.depth-- }

// valueOf is value for a value with a name, under which a short secret of the recording is found again.
func (m *Masker) valueOf(name, s string, c scope) string {
	if standIn, ok := m.heard(name, s, c); ok {
		return standIn
	}
	return m.value(s, c)
}

// value masks the secrets in a value that is none by its name, by what it looks like: JSON with whatever stands
// before it, a URL, a form, XML or HTML, packets of these, or a text.
func (m *Masker) value(s string, c scope) string {
	if standIn, ok := m.whole[s]; ok {
		return standIn
	}
	defer m.shut()
	switch open := m.open(); {
	case c.random && random(s, 12):
		return m.secret(s)
	case !open:
		return m.text(s, c) // which opens nothing any more
	case len(s) < 6:
		return s
	case strings.IndexByte(s, packetEnd) >= 0:
		packets := strings.Split(s, string(packetEnd))
		for i := range packets {
			packets[i] = m.value(packets[i], c)
		}
		return strings.Join(packets, string(packetEnd))
	}
	if out, ok := m.packed(s, c); ok {
		return out
	}
	if n := jsonStart(s); n >= 0 {
		return s[:n] + string(m.json([]byte(s[n:]), &jsonWalk{m: m, scope: c}))
	}
	switch {
	case isURL(s):
		return m.url(s, c)
	case isForm(s):
		return m.pairs(s, c, nil)
	case isMarkup(s):
		return m.markup(s, c)
	}
	return m.text(s, c)
}

// packetEnd ends the packets of Engine.IO and SignalR that share one message.
const packetEnd = '\x1e'

// jsonPrefix is what stands before JSON: guards against inclusion as a script, the types, namespace and number of a
// Socket.IO packet (https://socket.io/docs/v4/socket-io-protocol), the type of a SockJS frame, or the function of JSONP.
var jsonPrefix = regexp.MustCompile(`^\s*(?:\)\]\}'[^\n{\[]{0,10}\n?|(?:while\(1\)|for\(;;\));|a|` +
	`[0-6][0-6]?(?:\d{1,4}-)?(?:/[^,"{\[]{0,100},)?\d{0,10}|(?:/\*\*/)?\s?[A-Za-z_$][\w$.]{0,100}\()?\s*([{\[])`)

// jsonStart returns where a JSON object or array begins in a text that is one but for a prefix, or -1.
func jsonStart(s string) int {
	head := s[:min(len(s), 300)]
	if !strings.ContainsAny(head, "{[") {
		return -1
	}
	if at := jsonPrefix.FindStringSubmatchIndex(head); at != nil {
		return at[2]
	}
	return -1
}

// formName is the name of a parameter.
var formName = regexp.MustCompile(`^[\w.\-\[\]$%]{1,100}$`)

// isForm reports whether a text is an urlencoded form or a query.
func isForm(s string) bool {
	name, _, ok := strings.Cut(s, "=")
	if !ok || !formName.MatchString(name) || strings.ContainsAny(s, " \t\r\n\"'<>{}\\;,") {
		return false
	}
	if !strings.Contains(s, "&") {
		return secretName(name)
	}
	for pair := range strings.SplitSeq(s, "&") {
		if name, _, _ := strings.Cut(pair, "="); !formName.MatchString(name) {
			return false
		}
	}
	return true
}

// isURL reports whether a text is a URL and nothing else: an absolute one, a path, or a reference with a query.
func isURL(s string) bool {
	if len(s) < 4 || strings.ContainsAny(s, " \t\r\n\"'<>\\`") || strings.HasPrefix(s, "data:") {
		return false
	}
	if scheme, rest, ok := strings.Cut(s, "://"); ok && isScheme(scheme) {
		return rest != ""
	}
	if s[0] == '/' || s[0] == '?' || s[0] == '#' {
		return true
	}
	path, query, ok := strings.Cut(s, "?")
	return ok && strings.Contains(query, "=") && !strings.ContainsAny(path, "{}()=,;")
}
