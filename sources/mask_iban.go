package sources

import (
	"strings"
	"unicode"
)

// ibanLength is how many characters the account numbers of a country have (ISO 13616, the registry of SWIFT).
var ibanLength = func() map[string]int {
	length := map[string]int{}
	for x := range strings.FieldsSeq(`AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28
		EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28
		LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22
		RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`) {
		length[x[:2]] = int(x[2]-'0')*10 + int(x[3]-'0')
	}
	return length
}()

// ibanAt returns how many bytes at the start of a text are an account number that passes its checksum, written in one
// or in groups of four, in capitals or in small letters; 0 for none.
func ibanAt(s string) int {
	if len(s) < 15 || classOf(s[2]) != 2 || classOf(s[3]) != 2 {
		return 0
	}
	letter := classOf(s[0])
	want := ibanLength[strings.ToUpper(s[:2])]
	count, n := 0, 0
	for ; n < len(s) && count < want; n++ {
		switch k := classOf(s[n]); {
		case k == 2 || k == letter:
			count++
		case k < 0 && (s[n] == ' ' || s[n] == '-') && count%4 == 0 && classOf(s[n-1]) >= 0:
		default:
			return 0
		}
	}
	if want == 0 || count < want || n < len(s) && isWord(s[n]) || ibanRest(ibanPlain(s[:n])) != 1 {
		return 0
	}
	return n
}

// ibanPlain is an account number in capitals, without what stands between its groups.
func ibanPlain(s string) []rune {
	return []rune(strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s)))
}

// ibanRest is the rest modulo 97 that ISO 7064 defines; 1 for a valid number.
func ibanRest(plain []rune) int {
	rest := 0
	for i := range plain {
		switch r := plain[(i+4)%len(plain)]; {
		case r >= 'A':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest
}

// account masks an account number.
func (m *Masker) account(s string) string {
	if m.ibanStandsIn(s) {
		return s
	}
	return m.iban(s)
}

// iban returns the stand-in of an account number: of the same country and grouping, with letters and digits where it
// has them, and it passes the checksum.
func (s shaper) iban(value string) string {
	out := ibanPlain(value)
	stream := s.stream("iban", string(out), 0)
	t, free := ibanTemplate(out)
	for _, i := range free {
		out[i] = rune(t[i][int(stream())%len(t[i])])
	}
	s.seal(out)
	grouped := []rune(value)
	n := 0
	for i, r := range grouped {
		if r != ' ' && r != '-' {
			if grouped[i] = out[n]; r >= 'a' {
				grouped[i] = unicode.ToLower(out[n])
			}
			n++
		}
	}
	return string(grouped)
}

// ibanStandsIn reports whether an account number is a stand-in of this key.
func (s shaper) ibanStandsIn(value string) bool {
	plain := ibanPlain(value)
	want := append([]rune(nil), plain...)
	s.seal(want)
	return string(want) == string(plain)
}

// seal sets the last characters of an account number to the checksum that tells a stand-in, and then its check digits.
func (s shaper) seal(plain []rune) {
	t, free := ibanTemplate(plain)
	plain[2], plain[3] = '0', '0'
	s.check(plain, t, free)
	rest := 98 - ibanRest(plain)
	plain[2], plain[3] = rune('0'+rest/10), rune('0'+rest%10)
}

// ibanTemplate is the template of an account number, all of it but country and check digits, and its free places.
func ibanTemplate(plain []rune) (t []string, free []int) {
	t = make([]string, len(plain))
	for i := 4; i < len(plain); i++ {
		if t[i] = digits; plain[i] >= 'A' {
			t[i] = upper
		}
		free = append(free, i)
	}
	return t, free
}
