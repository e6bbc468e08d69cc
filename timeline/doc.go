// Package timeline holds all events of a case as immutable columns in time
// order, the context rows and the facts of each source file. On sealing it
// drops duplicates, joins messages to the activities that touched them and
// asks geo about addresses; afterwards it answers counts, filters, stacks and
// rows, and exports itself as Arrow, CSV and JSON lines.
//
// It does not read evidence (ingest does, and hands it a way to read one
// record again), and it does not judge: what an event means for a case is an
// analysis's business.
package timeline
