// Package timeline holds all events of a case as immutable columns in time
// order, the context rows and the facts of each source file. On sealing it
// drops duplicates, joins messages to the activities that touched them and
// asks geo about addresses; afterwards it answers counts, filters, stacks and
// rows, and exports itself as Parquet, Arrow, CSV and JSON lines.
//
// A column is the buffers of Arrow arrays. Texts are coded: equal ones share a
// code of the column's own dictionary, and codes take as many bytes as the
// greatest of a run of rows needs. The two wide columns, messages and details,
// hold one value of any length a record in compressed blocks, those of each batch
// of decoded records by operation; a row knows its place, so that nothing wide is
// moved when the rows are sorted. An export of evidence in another order than that
// of time sorts them once.
//
// Buffers stay in memory up to a budget. Beyond it the oldest go into the
// timeline's one temporary file, wide ones first, then texts, then codes, and
// are read back when they are asked for. Codes go there only where the examiner
// gave a budget. Each block in the file has a checksum
// that stays in memory: a file that was changed or cut short under us is an
// error, never a wrong value. Answers do not depend on the budget, and nothing
// outside this package knows where a column lies.
//
// It does not read evidence (ingest does), and it does not judge: what an
// event means for a case is an analysis's business.
package timeline
