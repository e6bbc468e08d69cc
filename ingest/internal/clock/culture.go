package clock

import (
	"strings"
	"time"
	"unicode"
)

// parseCulture reads a date as a culture writes it: 6/18/2023 12:02:47 PM,
// 18.06.2023 12:02:47, 18-6-2023 12.02, 2/25/2025, 9:19:25.391 AM,
// 2023/06/18 12:02, and with the month's English name 18-Jun-2023 12:02:47 or
// Jun 18, 2023 @ 12:02:47.391. Numbers may be split by any of / . - and blanks.
func parseCulture(s string) (Reading, bool) {
	nums, fraction, month, pm, ok := numbers(s)
	if ok && month > 0 && len(nums) >= 2 {
		day, year := nums[0], nums[1]
		if day >= minYear {
			day, year = year, day
		}
		nums = append([]int{year, month, day}, nums[2:]...)
		ok = year >= minYear
	}
	if !ok || len(nums) < 3 || len(nums) > 6 {
		return Reading{}, false
	}
	for len(nums) < 6 {
		nums = append(nums, 0)
	}
	hour := nums[3]
	switch {
	case pm != 0 && (hour < 1 || hour > 12):
		return Reading{}, false
	case pm == 'p' && hour < 12:
		hour += 12
	case pm == 'a' && hour == 12:
		hour = 0
	}
	at := func(year, month, day int) (int64, bool) {
		return date(year, month, day, hour, nums[4], nums[5], fraction)
	}
	if nums[0] >= minYear {
		t, ok := at(nums[0], nums[1], nums[2])
		return Reading{Nanos: t, Zoneless: true}, ok
	}
	year := nums[2]
	if year < 100 {
		year += 2000
	}
	monthFirst, ok1 := at(year, nums[0], nums[1])
	dayFirst, ok2 := at(year, nums[1], nums[0])
	switch {
	case ok1 && ok2 && monthFirst == dayFirst:
		return Reading{Nanos: monthFirst, Form: Either, Zoneless: true}, true
	case ok1 && ok2:
		return Reading{Nanos: monthFirst, DayFirst: dayFirst, Form: Either, Zoneless: true}, true
	case ok1:
		return Reading{Nanos: monthFirst, Form: MonthFirst, Zoneless: true}, true
	case ok2:
		return Reading{Nanos: dayFirst, Form: DayFirst, Zoneless: true}, true
	}
	return Reading{}, false
}

// numbers splits a date into its numbers, the nanoseconds of a fraction of
// the last second, the month if it is named, which is then no number, and 'a' or
// 'p' for the half of the day.
func numbers(s string) (nums []int, fraction, month int, half byte, ok bool) {
	const longest = 64
	if len(s) > longest {
		return nil, 0, 0, 0, false
	}
	i := 0
	for i < len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			n, digits := 0, 0
			for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
				n = n*10 + int(s[i]-'0')
				if digits++; digits > 9 {
					return nil, 0, 0, 0, false
				}
			}
			if all := len(nums); all == 6 || all == 5 && month > 0 {
				for ; digits < 9; digits++ {
					n *= 10
				}
				fraction = n
			} else {
				nums = append(nums, n)
			}
		case strings.IndexByte("/.-:, @\u00a0", c) >= 0 || c >= 0x80 || c == 'T' && i > 0 && isDigit(s[i-1]):
			i++
		default:
			word := wordAt(s[i:])
			i += len(word)
			word = strings.ToLower(strings.ReplaceAll(word, ".", ""))
			switch named := monthNamed(word); {
			case word == "am":
				half = 'a'
			case word == "pm":
				half = 'p'
			case word == "utc" || word == "z" || word == "gmt" || isWeekday(word):
			case named > 0 && month == 0:
				month = named
			default:
				return nil, 0, 0, 0, false
			}
		}
	}
	return nums, fraction, month, half, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isWeekday reports whether a word in small letters is the English name of a day
// of the week or its first three letters.
func isWeekday(word string) bool {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); word == name || word == name[:3] {
			return true
		}
	}
	return false
}

// wordAt is the run of letters and full stops that a text begins with.
func wordAt(s string) string {
	for i, r := range s {
		if !unicode.IsLetter(r) && r != '.' {
			return s[:max(i, 1)]
		}
	}
	return s
}
