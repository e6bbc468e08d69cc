// Package report lays a case out as sheets: what the client reads first, one
// sheet a finding, the timeline, and the custody, coverage and methodology
// that let another examiner check it. It also tells two reports apart by their
// findings as data. It owns wording, order and the limits of the formats. It
// reads no evidence, draws no conclusions of its own and writes no file: its
// subpackage xlsx turns sheets into a workbook.
package report
