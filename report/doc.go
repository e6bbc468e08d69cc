// Package report lays a case out as sheets: what the client reads first, one
// sheet a finding, the timeline, and the custody, coverage and methodology
// that let another examiner check it. It lays the same case out as one page,
// with what actors did in pictures. It also tells two reports apart by their
// findings as data. It owns wording, order and the limits of the formats. It
// reads no evidence, draws no conclusions of its own and writes no file: its
// subpackages xlsx and html write a workbook and a page.
package report
