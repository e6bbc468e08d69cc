package timeline

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// inParallel carries out tasks, several at a time.
func inParallel(tasks []func()) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(tasks)); i = next.Add(1) - 1 {
				tasks[i]()
			}
		})
	}
	group.Wait()
}

// inOrder makes a value of each block of rows in parallel and hands the
// values over in the order of the blocks. Each worker makes values in its own
// way, with buffers of its own. Few are alive at a time: it gets one that was
// taken, or the zero value, to use its room again.
func inOrder[V any](rows []int, size int, worker func() func(block []int, used V) V, take func(V) error) error {
	workers := runtime.GOMAXPROCS(0)
	type slot struct {
		block []int
		out   chan V
	}
	slots, queue := make(chan slot, workers), make(chan slot, workers)
	taken := make(chan V, workers+1) // as many as are alive
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
			make1 := worker()
			for s := range slots {
				var used V
				select {
				case used = <-taken:
				default:
				}
				s.out <- make1(s.block, used)
			}
		})
	}
	for s := range queue {
		v := <-s.out
		if err := take(v); err != nil {
			return err
		}
		taken <- v
	}
	return nil
}
