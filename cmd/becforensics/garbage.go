package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// collectAt is by how many percent the heap grows before garbage is collected.
// Nearly all that lives long are columns without pointers, which cost the
// collector little, so that memory can be kept small.
const collectAt = 15

// leastGarbage is how many bytes of garbage may gather however little is alive:
// the tables that a run begins with leave much of it.
const leastGarbage = 32 << 20

// besideHeap is how many bytes stacks, tables of the runtime and gaps between
// objects may take: what the heap leaves free beyond them goes back to the
// system at once.
const besideHeap = 52 << 20

var paced sync.Once

// pace sets how far the heap may grow, now and after each collection.
func pace() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	n := live[0].Value.Uint64()
	percent := uint64(1000)
	if n > 0 {
		percent = min(percent, 100*leastGarbage/n)
	}
	percent = max(collectAt, percent)
	debug.SetGCPercent(int(percent))
	debug.SetMemoryLimit(int64(n + n*percent/100 + besideHeap))
	runtime.AddCleanup(new([64]byte), func(int) { pace() }, 0)
}
