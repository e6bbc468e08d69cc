package ingest

// knownKind names a file that is no evidence any source reads, but that is
// known for what it is.
func knownKind(*Head) (string, bool) { return "", false }
