package auditlog

// maxNesting is how deeply the arrays and objects of a cut text may nest.
// AuditData nests fewer than ten levels.
const maxNesting = 100

// closeJSON makes JSON of an object that was cut: what is whole is kept, what
// the cut went through is left out, and what is open is closed. It answers
// nil if the text is not that, or if nothing of it is whole.
func closeJSON(text []byte) []byte {
	var open [maxNesting]byte // the brackets that close what is open
	depth, whole, wholeDepth := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			if i = endOfString(text, i); i < 0 {
				return closed(text[:whole], open[:wholeDepth])
			}
		case '{', '[':
			if depth == maxNesting {
				return nil
			}
			open[depth] = c + 2 // the closing bracket is two behind in ASCII
			depth++
		case '}', ']':
			if depth == 0 || open[depth-1] != c {
				return nil
			}
			depth--
			whole, wholeDepth = i+1, depth
			if depth == 0 {
				return nil
			}
		case ',':
			whole, wholeDepth = i, depth
		}
	}
	return closed(text[:whole], open[:wholeDepth])
}

// endOfString is where the string that begins at i has its closing quote, -1
// if it has none.
func endOfString(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

func closed(whole, open []byte) []byte {
	if len(whole) == 0 {
		return nil
	}
	out := make([]byte, 0, len(whole)+len(open))
	out = append(out, whole...)
	for i := len(open) - 1; i >= 0; i-- {
		out = append(out, open[i])
	}
	return out
}
