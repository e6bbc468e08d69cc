// Package xlsx writes a report's sheets as an Excel workbook. The same book
// gives the same bytes: no clock, no order of a map and no name of the machine
// is in it. Text is text: nothing of a book becomes a formula, a link out of
// the workbook or an invisible character, and whatever had to be altered to
// fit Excel's limits is marked. It decides neither wording nor order of a
// report, opens no file and writes no temporary one.
package xlsx
