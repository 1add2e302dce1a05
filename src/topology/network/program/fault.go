package main

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Fault is what happens to connections on their way to a replica. Durations are in microseconds, shares from 0 to 1.
type Fault struct {
	Name string `json:"name"`
	// To is the replica it stands before; empty inside the replica's own network.
	To string `json:"to,omitempty"`
	// Ports of the replica; none are all of them.
	Ports []int `json:"ports,omitempty"`
	// Except are ports that a fault of all ports leaves alone.
	Except []int `json:"except,omitempty"`
	// From are the only ones it meets, replicas or addresses; nil is everybody.
	From           []string `json:"from,omitempty"`
	LatencyUs      int64    `json:"latencyUs,omitempty"`
	JitterUs       int64    `json:"jitterUs,omitempty"`
	BytesPerSecond int64    `json:"bytesPerSecond,omitempty"`
	Loss           float64  `json:"loss,omitempty"`
	// Cut is "reset" or "blackhole".
	Cut    string  `json:"cut,omitempty"`
	SlowUs int64   `json:"slowUs,omitempty"`
	Status int     `json:"status,omitempty"`
	Share  float64 `json:"share,omitempty"`
}

// InForce is a fault with what it has done so far.
type InForce struct {
	Fault
	chosen   Chooser
	up, down Pacer
	jitter   func() float64
	told     sync.Once
}

func newInForce(fault Fault) *InForce {
	return &InForce{
		Fault:  fault,
		chosen: Chooser{share: fault.Share},
		up:     Pacer{bytesPerSecond: fault.BytesPerSecond},
		down:   Pacer{bytesPerSecond: fault.BytesPerSecond},
		jitter: rand.Float64,
	}
}

// meets says whether the fault is for connections of this party to this port of a replica.
func (fault *Fault) meets(to string, port int, party string) bool {
	if fault.To != to || (fault.From != nil && !slices.Contains(fault.From, party)) {
		return false
	}
	if len(fault.Ports) > 0 {
		return slices.Contains(fault.Ports, port)
	}
	return !slices.Contains(fault.Except, port)
}

// isHTTP says whether it is about requests and not about bytes.
func (fault *Fault) isHTTP() bool { return fault.SlowUs > 0 || fault.Status > 0 }

// delay is how late bytes on their way to the replica are: latency, give or take the jitter.
func (inForce *InForce) delay() time.Duration {
	us := float64(inForce.LatencyUs)
	if inForce.JitterUs > 0 {
		us += (2*inForce.jitter() - 1) * float64(inForce.JitterUs)
	}
	return time.Duration(max(us, 0) * float64(time.Microsecond))
}

// Chooser takes a share of what comes, as evenly as whole numbers can be: of 10 % every tenth.
type Chooser struct {
	share float64
	seen  atomic.Int64
}

const billion = 1_000_000_000

// next says whether this one is taken.
func (chooser *Chooser) next() bool {
	part := int64(chooser.share*billion + 0.5)
	seen := chooser.seen.Add(1)
	return share(seen, part) > share(seen-1, part)
}

func share(count, part int64) int64 {
	whole, rest := count/billion, count%billion
	return whole*part + rest*part/billion
}

// Pacer lets so many bytes through in a second, one piece after the other.
type Pacer struct {
	bytesPerSecond int64
	mutex          sync.Mutex
	free           time.Time
}

// due is when a piece that is there now has gone through.
func (pacer *Pacer) due(now time.Time, bytes int) time.Time {
	if pacer.bytesPerSecond == 0 {
		return now
	}
	pacer.mutex.Lock()
	defer pacer.mutex.Unlock()
	if pacer.free.Before(now) {
		pacer.free = now
	}
	pacer.free = pacer.free.Add(time.Duration(float64(bytes) / float64(pacer.bytesPerSecond) * float64(time.Second)))
	return pacer.free
}

// Faults are those in force; every change makes a new list and wakes who waits.
type Faults struct {
	mutex   sync.Mutex
	list    []*InForce
	changed chan struct{}
}

func newFaults() *Faults { return &Faults{changed: make(chan struct{})} }

func (faults *Faults) put(fault Fault) *InForce {
	inForce := newInForce(fault)
	faults.change(func(list []*InForce) []*InForce { return append(slices.Clone(list), inForce) })
	return inForce
}

// lift takes back all that have this name.
func (faults *Faults) lift(name string) {
	faults.change(func(list []*InForce) []*InForce {
		return slices.DeleteFunc(slices.Clone(list), func(each *InForce) bool { return each.Name == name })
	})
}

func (faults *Faults) change(with func([]*InForce) []*InForce) {
	faults.mutex.Lock()
	defer faults.mutex.Unlock()
	faults.list = with(faults.list)
	close(faults.changed)
	faults.changed = make(chan struct{})
}

// now gives those in force and what is closed when that changes; the list is not changed by anybody.
func (faults *Faults) now() ([]*InForce, <-chan struct{}) {
	faults.mutex.Lock()
	defer faults.mutex.Unlock()
	return faults.list, faults.changed
}
