package sources

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The forms of secret dates: fields of type date, month, week, time and datetime-local
// (https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#dates-and-times), dates as people write them, and the
// ends of cards, with the month and the year apart or not.
var (
	isoDate   = regexp.MustCompile(`^((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T.*)?$`)
	isoWeek   = regexp.MustCompile(`^((?:19|20)\d\d)-W([0-5]\d)$`)
	timeOfDay = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d)?$`)
	localDate = regexp.MustCompile(`^(\d{1,2})([./-])(\d{1,2})([./-])((?:19|20)\d\d)$`)
	yearMonth = regexp.MustCompile(`^((?:19|20)\d\d)([ /.-]{0,3})(0[1-9]|1[0-2])$`)
	monthYear = regexp.MustCompile(`^(0?[1-9]|1[0-2])([ /.-]{0,3})((?:20)?\d\d)$`)
	yearAlone = regexp.MustCompile(`^(?:19|20)\d\d$`)
	twoDigits = regexp.MustCompile(`^\d\d$`)
)

// Dated says that a value is a date though it has digits alone: 1229, 11 or 2031 as the end of a card. Else these are taken
// for a PIN, of which a date would tell too much.
func (m *Masker) Dated(value string) {
	if len(m.dated) < maxKnown {
		m.dated[value] = true
	}
}

// date returns the stand-in of a secret that is a date by its form, or by what was said of it; false: it is none.
func (m *Masker) date(value string) (string, bool) {
	if !m.dated[value] && strings.Trim(value, digits) == "" {
		return "", false
	}
	return m.shaper.date(value)
}

// date returns the stand-in of a date in its form: a day that every month has, readable with the day or the month first,
// and that is before the true one, so that who was born then has the age that the app asks for; a month that is later than
// the true one, so that a card has not expired by it, unless it is of a time before those of today's cards. The same date
// has the same stand-in in all forms. false: the value is no date.
func (s shaper) date(value string) (string, bool) {
	if m := isoDate.FindStringSubmatch(value); m != nil {
		y, month, day := s.day(m[1], m[2], m[3])
		return fmt.Sprintf("%04d-%02d-%02d%s", y, month, day, m[4]), true
	}
	if m := localDate.FindStringSubmatch(value); m != nil {
		return s.localDate(m)
	}
	if m := isoWeek.FindStringSubmatch(value); m != nil {
		return fmt.Sprintf("%04d-W%02d", s.otherYear(number(m[1])), 1+int(s.stream("week", value, 0)())%52), true
	}
	if m := timeOfDay.FindStringSubmatch(value); m != nil {
		stream := s.stream("time", value, 0)
		return fmt.Sprintf("%02d:%02d%s", int(stream())%24, int(stream())%60, m[3]), true
	}
	if m := yearMonth.FindStringSubmatch(value); m != nil {
		y, month := s.month(number(m[1]), number(m[3]))
		return fmt.Sprintf("%04d%s%02d", y, m[2], month), true
	}
	if yearAlone.MatchString(value) {
		return strconv.Itoa(s.otherYear(number(value))), true
	}
	if m := monthYear.FindStringSubmatch(value); m != nil && (m[2] != "" || len(m[1]+m[3]) == 4 || len(m[1]+m[3]) == 6) {
		return s.monthYear(m), true
	}
	if !twoDigits.MatchString(value) {
		return "", false
	}
	if n := number(value); n > 12 {
		return fmt.Sprintf("%02d", s.otherYear(2000+n)%100), true
	}
	return fmt.Sprintf("%02d", s.otherMonth(value, number(value))), number(value) > 0
}

// localDate is date for day, month and year, where 03/15/1979 begins with the month, and so does 03/04/1979.
func (s shaper) localDate(m []string) (string, bool) {
	month, day := number(m[1]), number(m[3])
	swap := m[2] == "." || month > 12
	if swap {
		month, day = day, month
	}
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return "", false
	}
	y, month, day := s.day(m[5], fmt.Sprintf("%02d", month), fmt.Sprintf("%02d", day))
	if swap {
		month, day = day, month
	}
	return fmt.Sprintf("%0*d%s%0*d%s%d", len(m[1]), month, m[2], len(m[3]), day, m[4], y), true
}

// monthYear is date for the end of a card.
func (s shaper) monthYear(m []string) string {
	year := number(m[3])
	if len(m[3]) == 2 {
		year += 2000
	}
	y, month := s.month(year, number(m[1]))
	if len(m[3]) == 2 {
		y %= 100
	}
	return fmt.Sprintf("%0*d%s%0*d", len(m[1]), month, m[2], len(m[3]), y)
}

// day returns the stand-in of a day as year, month and day. Those are below 10, since a date may be written without a 0.
func (s shaper) day(year, month, day string) (y, mm, dd int) {
	stream := s.stream("date", year+"-"+month+"-"+day, 0)
	return number(year) - 1 - int(stream())%4, 1 + int(stream())%9, 1 + int(stream())%9
}

// month returns the stand-in of a month of a year: the year as where it stands alone.
func (s shaper) month(year, month int) (y, mm int) {
	return s.otherYear(year), s.otherMonth(fmt.Sprintf("%04d-%02d", year, month), month)
}

// otherYear returns another year, as far from the true one as the key says, so that years that follow each other still do.
func (s shaper) otherYear(year int) int {
	later := 1 + int(s.stream("later", "", 0)())%4
	if year < 2020 {
		later = -later // of birth
	}
	return year + later
}

// otherMonth returns a month for the true one of a value.
func (s shaper) otherMonth(value string, month int) int {
	return 1 + (month+int(s.stream("month", value, 0)())%11)%12
}

// number is the number that digits are.
func number(digits string) int {
	n, _ := strconv.Atoi(digits) //nolint:errcheck // a form has found them
	return n
}
