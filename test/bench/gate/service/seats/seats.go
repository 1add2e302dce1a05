// Package seats knows who sits where.
package seats

import (
	"fmt"
	"os"
	"sync"
	"time"
)

var holdsLonger = os.Getenv("EXTRA") == "lock"

// Plan is the seats of one house.
type Plan struct {
	mu    sync.Mutex
	taken map[int]string
}

// NewPlan is a house with so many seats.
func NewPlan(count int) *Plan {
	p := &Plan{taken: make(map[int]string, count)}
	for i := range count {
		p.taken[i] = fmt.Sprintf("row %d", i/40)
	}
	return p
}

// Take gives the row of a seat.
func (p *Plan) Take(number int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	row := p.taken[number%len(p.taken)]
	if holdsLonger {
		time.Sleep(time.Millisecond)
	}
	return row
}
