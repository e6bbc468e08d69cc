package evidence

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzipped is the member of a gzip file.
type gzipped struct {
	packed content
	limits *limits
}

func (g gzipped) open() (io.ReadCloser, error) {
	in, err := g.packed.open()
	if err != nil {
		return nil, err
	}
	counted := &counter{in: in}
	unpacking, err := gzip.NewReader(counted)
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return &capped{in: unpacking, close: in.Close, packed: func() int64 { return counted.n }, limits: g.limits}, nil
}

type counter struct {
	in io.Reader
	n  int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

// capped is an unpacking that stops at the caps.
type capped struct {
	in     io.Reader
	close  func() error
	packed func() int64 // bytes read of the container
	n      int64
	limits *limits
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	switch {
	case c.n > c.limits.unpacked:
		return 0, fmt.Errorf("over the cap of %d bytes unpacked", c.limits.unpacked)
	case c.n > c.limits.ratioAfter && c.n/c.limits.ratio > c.packed():
		return 0, overRatio(*c.limits)
	}
	return n, err
}

func (c *capped) Close() error { return c.close() }

func overRatio(l limits) error {
	return fmt.Errorf("unpacks to more than %d times its size: not read further", l.ratio)
}
