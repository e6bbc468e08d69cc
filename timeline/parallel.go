package timeline

import (
	"runtime"
	"slices"
	"sync"
)

// inOrder makes a value of each block of rows in parallel and hands the
// values over in the order of the blocks. Few are alive at a time.
func inOrder[V any](rows []int, size int, make1 func(block []int) V, take func(V) error) error {
	workers := runtime.GOMAXPROCS(0)
	type slot struct {
		block []int
		out   chan V
	}
	slots, queue := make(chan slot, workers), make(chan slot, workers)
	stop := make(chan struct{})
	var group sync.WaitGroup
	defer group.Wait()
	defer close(stop)
	group.Go(func() {
		defer close(slots)
		defer close(queue)
		for block := range slices.Chunk(rows, size) {
			s := slot{block, make(chan V, 1)}
			select {
			case queue <- s:
			case <-stop:
				return
			}
			slots <- s
		}
	})
	for range workers {
		group.Go(func() {
			for s := range slots {
				s.out <- make1(s.block)
			}
		})
	}
	for s := range queue {
		if err := take(<-s.out); err != nil {
			return err
		}
	}
	return nil
}
