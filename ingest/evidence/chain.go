package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxLine is the longest line of a custody log or manifest, in bytes. The
// longest that is written is about one file.
const maxLine = 16 << 20

// A ChainError says where a custody log is not as it was written.
type ChainError struct {
	Line   int // 1-based
	Reason string
}

func (e *ChainError) Error() string {
	return fmt.Sprintf("custody log line %d: %s", e.Line, e.Reason)
}

// readChain calls take for each line that is in its place: that follows from
// the one before it, the last being whole. It fails with a *ChainError, or with
// the error of r. That lines are missing at the end it cannot know; the
// manifest tells.
func readChain(r io.Reader, take func(entry)) error {
	in := bufio.NewReaderSize(r, 64<<10)
	prev, line := noPrevious, 0
	for {
		text, err := readLine(in)
		if err == io.EOF {
			break
		}
		line++
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return &ChainError{line, "torn: the log ends inside it"}
		}
		if errors.Is(err, errLongLine) {
			return &ChainError{line, err.Error()}
		}
		if err != nil {
			return err
		}
		var e entry
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&e); err != nil || d.More() {
			return &ChainError{line, "not an entry of a custody log"}
		}
		if e.Seq != int64(line) {
			return &ChainError{line, fmt.Sprintf("numbered %d: a line was inserted, dropped or moved", e.Seq)}
		}
		if e.Prev != prev {
			return &ChainError{line, "chain broken: the line before it is not the one that was written"}
		}
		prev = lineHash(text)
		take(e)
	}
	if line == 0 {
		return &ChainError{1, "the log is empty"}
	}
	return nil
}

var errLongLine = fmt.Errorf("longer than %d bytes", maxLine)

// readLine reads a line with its line feed; io.ErrUnexpectedEOF means that the
// last has none.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case err == io.EOF && len(line) == 0:
			return nil, io.EOF
		case err == io.EOF:
			return line, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(line) > maxLine:
			return nil, errLongLine
		}
	}
}
