package sources

import (
	"regexp"
	"strings"
)

// What the names around a value called code say about it.
var (
	// exchangeNames stand beside an authorization code where it is exchanged for a token (RFC 6749, 4.1.3; RFC 7636).
	exchangeNames = regexp.MustCompile(`(?i)(^|[&"{,\s])(grant_?type|code_?verifier|redirect_?uri)("?\s*:|=)`)
	// answerNames stand beside an authorization code that was just given out (RFC 9207; OpenID Connect Session
	// Management); a state stands beside other codes too.
	answerNames = regexp.MustCompile(`(^|&)(session_state|iss|scope)=`)
	stateName   = regexp.MustCompile(`(^|&)state=`)
	// oneTimeNames are in names beside a code that was sent to a person.
	oneTimeNames = regexp.MustCompile(`(?i)otp|2fa|mfa|two_?-?factor|verif(y|ication)|one_?-?time|passcode`)
	oneTimeName  = regexp.MustCompile(`(?i)(^|[&"{,])[\w-]*(otp|2fa|mfa|two_?-?factor|verif(y|ication)|one_?-?time|passcode)[\w-]*("\s*:|=)`)
)

// around is a query, a form or JSON with a value that is called code: what the names in it say. It is read once, and
// only where there is such a value.
type around struct {
	text                              string
	read                              bool
	exchange, answer, stated, oneTime bool
}

// maxAround is how much of a text is looked at for the names in it.
const maxAround = 16 << 10

func (a *around) names() *around {
	if !a.read {
		head := a.text[:min(len(a.text), maxAround)]
		a.read = true
		a.exchange, a.answer = exchangeNames.MatchString(head), answerNames.MatchString(head)
		a.stated, a.oneTime = stateName.MatchString(head), oneTimeName.MatchString(head)
	}
	return a
}

// parameter reports whether a parameter is secret whose name has other uses. An authorization code and a key are random,
// country codes, codes of products and keys of lists are not; where a code is exchanged for a token, or stands in an
// answer of OAuth, it is secret whatever it looks like. The state of OAuth, which the app draws and compares itself,
// gives access to nothing.
func (a *around) parameter(name, value string, c scope) bool {
	switch name {
	case "code":
		if random(value, 16) || strings.HasPrefix(value, "4/0") || a.oneTimeCode(value, c) {
			return true
		}
		return len(value) >= 6 && (a.names().exchange || a.answer || a.stated && !slug(value))
	case "key":
		return random(value, 16)
	case "ticket":
		return strings.HasPrefix(value, "ST-") || random(value, 16)
	}
	return false
}

// member reports whether a value of JSON that is called code is one that gives access.
func (a *around) member(value string, c scope) bool {
	return c.request && len(value) >= 6 && a.names().exchange || a.oneTimeCode(value, c)
}

// oneTimeCode reports whether digits are a code that was sent to a person: beside a name that says so, or in a request
// to an address that does.
func (a *around) oneTimeCode(value string, c scope) bool {
	n := len(value)
	if strings.Trim(value, digits) != "" || n > 8 || n < 4 || n < 6 && !c.request {
		return false
	}
	return c.oneTime || a.names().oneTime
}
