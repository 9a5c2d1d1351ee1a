package recordertest

import (
	"cmp"
	"slices"
	"strconv"
)

func sortByTime(list []Entry) {
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Compare(a.T, b.T) })
}

func num(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func quote(s string) string { return strconv.Quote(s) }
