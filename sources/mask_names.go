package sources

import (
	"regexp"
	"strings"
	"unicode"
)

// secretWords are what names of secrets contain, written without separators in lower case.
var secretWords = newWordIndex(`password passwd passphrase passcode passwort kennwort motdepasse contrasena wachtwoord pwd
	secret token apikey accesskey privatekey authkey subscriptionkey functionskey masterkey encryptionkey signingkey sharedkey
	authorization credential sessionid sessid sessionkey jwt bearer csrf xsrf cardnumber creditcard securitycode
	clientassertion samlresponse authcode oobcode codeverifier otpcode smscode onetimecode twofactorcode verificationcode
	recoverycode backupcode connectionstring signature securityanswer`)

// secretExact are names that are secret only as a whole.
var secretExact = map[string]bool{
	"pass": true, "senha": true, "pin": true, "otp": true, "cvv": true, "cvc": true, "cvv2": true, "ssn": true, "sid": true,
	"auth": true, "xauth": true, "sig": true, "pan": true, "iban": true, "cookie": true, "setcookie": true, "session": true,
	"xsession": true, "totp": true, "mfacode": true, "phpsessid": true, "jsessionid": true, "assertion": true, "wresult": true,
}

// strictNames are those under which everything is a secret, whatever it looks like, since people choose it or the app
// asks for it: passwords, PINs, codes that are sent to somebody, and secrets that are called so.
var strictNames = regexp.MustCompile(`(passw(or)?d|passphrase|passcode|passwort|kennwort|motdepasse|contrasena|wachtwoord|pwd|secret|secretkey|` +
	`secretaccesskey)(s|old|new|current|confirm(ation)?|again|repeat|value|plain|raw|\d)*$|^(pass|senha|pin|otp|totp|cvv2?|cvc|ssn|mfacode)$|` +
	`(otp|sms|onetime|twofactor|verification|recovery|backup|security)code$|securityanswer$`)

// vagueNames are names of secrets that mean something else as often: session=day-1, auth=google, pan=left.
var vagueNames = map[string]bool{"auth": true, "session": true, "sig": true, "pan": true}

// nearNames are names that may hold what somebody typed as a password or code: pw2, userPass, login.
var nearNames = regexp.MustCompile(`pw|pass|pin$|otp|secret|mfa|2fa|login`)

// thingNames are names of what a number or short word under them counts or identifies, and never a secret.
var thingNames = regexp.MustCompile(`(^|[_\W])[iI][dD]s?$|[a-z0-9]I[dD]s?$|(?i:price|total|amount|sum|quantity|qty|count)`)

// openNames contain a secret word and are none: they describe one.
var openNames = regexp.MustCompile(`publickey|tokentype|tokenurl|tokenendpoint|(max|min|total|used|num|new|left|remaining|prompt|completion|input|output|cached|reasoning)tokens$|tokencount|tokenlimit|tokeni[sz]|secretar|expir|` +
	`algorithm|policy|required|enabled|length|hint|label|placeholder|strength|rules?$|name$|type$|headers?$|version|lifetime|timeout|` +
	`maxage|ttl$|format$|param(eter)?$|field$|selector$|attribute$|status$|count$|valid$`)

// numberNames are names whose numbers are secret too.
var numberNames = regexp.MustCompile(`^(pin|otp|totp|cvv2?|cvc|ssn|mfacode)$|cardnumber|creditcard|securitycode|passcode|` +
	`(verification|otp|sms|onetime|twofactor)code|passw(or)?d$`)

// partNames are the names of a value within something that is named as a secret: session.id, password[new].
var partNames = map[string]bool{
	"id": true, "value": true, "key": true, "access": true, "refresh": true, "raw": true, "plain": true, "code": true, "hash": true,
	"current": true, "old": true, "new": true, "repeat": true, "again": true, "confirm": true, "confirmation": true,
}

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

// secretName reports whether the value of a field, parameter or header with this name is secret. In a name of several
// parts, as in user[password] or session.id, the last one tells, with the one before it where it says little.
func secretName(name string) bool {
	return secretWord(keyPart(name))
}

// keyPart is the part of a name that tells what it names, as [plainName] gives it.
func keyPart(name string) string {
	if len(name) > 100 {
		return ""
	}
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	for n := len(parts); n > 0 && strings.Trim(parts[n-1], digits) == ""; n-- { // the index of an array
		parts = parts[:n-1]
	}
	if len(parts) == 0 {
		return ""
	}
	last := plainName(parts[len(parts)-1])
	if partNames[last] && len(parts) > 1 && !secretWord(last) {
		return plainName(parts[len(parts)-2])
	}
	return last
}

// isSecret reports whether a value is secret by its name. In an answer a text for people is none, and a plain word is
// none under a name that has other uses.
func (m *Masker) isSecret(name, s string, c scope) bool {
	if !m.secretName(name) {
		return false
	}
	p := keyPart(name)
	if strings.HasSuffix(p, "tokens") && !strings.ContainsFunc(s, unicode.IsLetter) {
		return false // how many
	}
	if strictNames.MatchString(p) {
		return c.request || !label(s)
	}
	if vagueNames[p] && len(s) <= 24 && slug(s) && strings.Trim(s[:1], digits) != "" {
		return false
	}
	return c.request || !label(s) && !acronym.MatchString(s)
}

// acronym is a short word in capitals: a currency, a kind of something.
var acronym = regexp.MustCompile(`^[A-Z]{2,5}$`)

// secretWord reports whether a name of one part, as [plainName] gives it, is that of a secret.
func secretWord(p string) bool {
	return secretExact[p] || secretWords.in(p) && !openNames.MatchString(p)
}

// personalClaims are the claims of a token that say who somebody is, or which session it is (RFC 7519, 4.1; OpenID
// Connect Core, 5.1), and what well-known services add.
var personalClaims = map[string]bool{
	"sub": true, "jti": true, "sid": true, "oid": true, "uid": true, "uti": true, "userid": true, "user": true, "username": true,
	"name": true, "givenname": true, "familyname": true, "middlename": true, "nickname": true, "preferredusername": true,
	"uniquename": true, "upn": true, "login": true, "email": true, "mail": true, "phone": true, "phonenumber": true,
	"birthdate": true, "address": true, "street": true, "formatted": true, "picture": true, "profile": true, "ip": true,
	"ipaddr": true, "ipaddress": true, "sessionstate": true, "deviceid": true, "externalid": true, "customerid": true,
	"accountid": true, "employeeid": true,
}

// protocolWord reports whether a value says which kind of secret follows, or how one is used, and is none itself.
func protocolWord(s string) bool {
	switch strings.ToLower(s) {
	case "bearer", "basic", "digest", "negotiate", "true", "false", "null", "undefined", "none", "include", "omit", "same-origin":
		return true
	}
	return false
}

// placeForm is what stands for a value in a template, and nothing else.
var placeForm = regexp.MustCompile(`^(\$\{[A-Za-z_.]+\}|\{\{ ?[A-Za-z_.]+ ?\}\})$`)

// noSecret reports whether a value is certainly none, whatever its name: a constant of a program, a place for a value,
// or what an app shows in place of a password.
func noSecret(s string) bool {
	switch s {
	case "", "true", "false", "null":
		return true
	}
	return strings.Trim(s, "*") == "" || strings.Trim(s, "•") == "" || placeForm.MatchString(s)
}

// openForm is what says something about a secret and is none: a date, with or without a time, a version or another
// number with dots, and what stands for a value in a template.
var openForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d([T ]\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)?)?$|^\d+(\.\d+)+$|^\$?\{\{?[A-Za-z_. -]+\}\}?$`)

// isOpen reports whether a value is of openForm.
func isOpen(s string) bool {
	return s != "" && (classOf(s[0]) == 2 || s[0] == '$' || s[0] == '{') && openForm.MatchString(s)
}

// label reports whether a value is a text for people about a secret ("Password", "Token expired") and not a secret:
// letters and spaces only, and no mix of cases within a word; in a sentence of four words and more, most of them.
func label(s string) bool {
	words := strings.Fields(s)
	plain := 0
	for _, word := range words {
		if plainWord(word) {
			plain++
		}
	}
	if len(words) >= 4 {
		return plain*4 >= len(words)*3
	}
	return plain == len(words) && len(s) <= 80
}

// plainWord reports whether a word has no digits, rare signs or capitals within.
func plainWord(word string) bool {
	for i, r := range word {
		if r < 128 && !(r >= 'a' && r <= 'z') && !(i == 0 && r >= 'A' && r <= 'Z') && !strings.ContainsRune(`.,:;!?'’"-/()`, r) {
			return false
		}
	}
	return true
}
