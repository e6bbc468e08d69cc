// Package cite builds the rows of findings from events: their span, users,
// addresses, sessions and origins, and the words in which rows count, list,
// date and score what they cite. It knows neither mail nor logons and judges
// nothing: severity is the analysis's to set.
package cite
