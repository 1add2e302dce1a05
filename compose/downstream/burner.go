package main

import (
	"math"
	"sync/atomic"
	"time"
)

// burner spends CPU time as a fixed amount of work. A loop that watched the clock instead would count the time that it
// was not running, and would do less work just when the CPU is short.
type burner struct{ iterations int }

// newBurner finds out, once, how much work is perTime of CPU time on this machine.
//
// It takes the fastest of many short rounds: waiting for a CPU, other processes, a busy host and a container's CPU
// quota only ever make a round slower. They are spread over a quarter of a second, because on shared machines whole
// tenths of it are slow.
func newBurner(perTime time.Duration) burner {
	if perTime == 0 {
		return burner{}
	}
	const round, calibration = 250 * time.Microsecond, 250 * time.Millisecond
	iterations := 1 << 10
	for elapsed(iterations) < round {
		iterations *= 2
	}
	fastest := time.Duration(math.MaxInt64)
	for start := time.Now(); time.Since(start) < calibration; {
		fastest = min(fastest, elapsed(iterations))
	}
	return burner{iterations: max(1, int(float64(iterations)*float64(perTime)/float64(fastest)))}
}

func elapsed(iterations int) time.Duration {
	start := time.Now()
	burner{iterations}.burn()
	return time.Since(start)
}

// sink keeps the compiler from seeing that nobody needs the result.
var sink atomic.Uint64

// burn does the work: a chain of multiplications, each of which needs the one before, so that its speed depends on the
// clock rate and on little else.
func (b burner) burn() {
	if b.iterations == 0 {
		return
	}
	x := uint64(b.iterations)
	for range b.iterations {
		x = mix(x)
	}
	if x == 0 { // hardly ever; a store by every request would make them share a cache line
		sink.Add(1)
	}
}
