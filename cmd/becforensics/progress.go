package main

import (
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// isTerminal reports whether a file is a terminal.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// A progress names the part of the work that is under way and shows how far it
// has come: a line on a terminal, nothing elsewhere.
type progress struct {
	pool *mpb.Progress
	bar  *mpb.Bar
}

// readingProgress shows bytes that are read, with rate and time left.
func readingProgress(term *terminal, total int64) *progress {
	return newProgress(term, "reading evidence ", total, decor.Percentage(decor.WC{W: 5}), decor.Name(" "), decor.AverageSpeed(decor.SizeB1024(0), "% .0f"),
		decor.Name(" "), decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left"))
}

// analysisProgress shows how many analyses have ended.
func analysisProgress(term *terminal, total int) *progress {
	return newProgress(term, "analysing        ", int64(total), decor.CountersNoUnit(" %d of %d analyses"))
}

// phase names a part of the work whose length nobody knows, and how long it has
// taken.
func phase(term *terminal, what string) *progress {
	p := &progress{}
	if !term.interactive {
		return p
	}
	p.pool = newPool(term)
	p.bar = p.pool.New(0, mpb.SpinnerStyle().PositionLeft(), mpb.PrependDecorators(decor.Name(what+" ")), mpb.AppendDecorators(decor.Elapsed(decor.ET_STYLE_GO)), mpb.BarRemoveOnComplete())
	return p
}

func newPool(term *terminal) *mpb.Progress {
	return mpb.New(mpb.WithOutput(term.err), mpb.WithWidth(48), mpb.WithRefreshRate(200*time.Millisecond))
}

func newProgress(term *terminal, what string, total int64, after ...decor.Decorator) *progress {
	p := &progress{}
	if !term.interactive || total == 0 {
		return p
	}
	p.pool = newPool(term)
	p.bar = p.pool.AddBar(total, mpb.PrependDecorators(decor.Name(what)), mpb.AppendDecorators(after...), mpb.BarRemoveOnComplete())
	return p
}

// add tells that so much more was done.
func (p *progress) add(n int64) {
	if p.bar != nil {
		p.bar.IncrInt64(n)
	}
}

// done takes the bar away.
func (p *progress) done() {
	if p.pool != nil {
		p.bar.Abort(true)
		p.pool.Wait()
	}
}
