package sources

import (
	"regexp"
	"strings"
)

// secretWords are what names of secrets contain, written without separators in lower case.
var secretWords = regexp.MustCompile(`passw(or)?d|passphrase|passcode|secret|token|apikey|accesskey|privatekey|authkey|` +
	`authorization|credential|sessionid|sessid|sessionkey|jwt|bearer|csrf|xsrf|cardnumber|creditcard|securitycode|` +
	`clientassertion|authcode|verificationcode|recoverycode|signature`)

// secretExact are names that are secret only as a whole.
var secretExact = map[string]bool{
	"pwd": true, "pass": true, "pin": true, "otp": true, "cvv": true, "cvc": true, "cvv2": true, "ssn": true, "sid": true,
	"auth": true, "sig": true, "pan": true, "iban": true, "cookie": true, "setcookie": true, "session": true,
	"totp": true, "mfacode": true, "phpsessid": true, "jsessionid": true,
}

// openNames contain a secret word and are none: they describe one.
var openNames = regexp.MustCompile(`tokentype|tokenurl|tokenendpoint|tokens$|tokencount|tokenlimit|expires|expiry|` +
	`algorithm|policy|required|enabled|length|hint|label|placeholder|strength|rules?$|name$|type$|headers?$|version`)

// numberNames are names whose numbers are secret too.
var numberNames = regexp.MustCompile(`^(pin|otp|totp|cvv2?|cvc|ssn|mfacode)$|cardnumber|creditcard|securitycode|passcode|verificationcode`)

// plainName is a name in lower case without separators.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '_' || r == '-' || r == ' ' || r == '.' || r == '[' || r == ']' || r == '$':
			return -1
		}
		return r
	}, name)
}

// secretName reports whether the value of a field, parameter or header with this name is secret.
func secretName(name string) bool {
	if len(name) > 100 {
		return false
	}
	p := plainName(name)
	return secretExact[p] || secretWords.MatchString(p) && !openNames.MatchString(p)
}

// protocolWord reports whether a value says which kind of secret follows and is none itself.
func protocolWord(s string) bool {
	switch strings.ToLower(s) {
	case "bearer", "basic", "digest", "true", "false", "null", "undefined", "none":
		return true
	}
	return false
}

// label reports whether a value in a response is a text for people about a secret ("Password", "Token expired") and
// not a secret: letters and spaces only, and no mix of cases within a word.
func label(s string) bool {
	if len(s) > 80 {
		return false
	}
	for _, word := range strings.Fields(s) {
		for i, r := range word {
			if r < 128 && !(r >= 'a' && r <= 'z') && !(i == 0 && r >= 'A' && r <= 'Z') && !strings.ContainsRune(".,:;!?'’-/()", r) {
				return false
			}
		}
	}
	return true
}
