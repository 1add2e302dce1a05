package main

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// downstream is one registered server.
type downstream struct {
	addr string // as it registered; its identity
	dial string // addr with the host resolved, so that opening a connection needs no name server
	// number says as the how many-th it registered, from 1 on; one that comes back from a rest keeps it.
	number int

	missed  atomic.Int32 // sweeps since the last sign of life
	resting bool         // refused a connection and was not heard from since; guarded by pool.mu
}

// heard notes a sign of life. Answers count as well as heartbeats: under overload a heartbeat may come late while the
// downstream answers hundreds of requests a second, and one that answers is not gone.
func (d *downstream) heard() {
	if d.missed.Load() != 0 { // most calls only read, and share the cache line
		d.missed.Store(0)
	}
}

// pool knows the downstreams and hands them out in turn.
//
// Two things take a downstream out of the rotation. It rests as soon as it refuses a connection, until its next
// heartbeat. And it is forgotten after evictAfter missed heartbeats, which is for the one that hangs with its
// port still open.
type pool struct {
	evictAfter int32
	evictions  prometheus.Counter

	mu         sync.Mutex
	members    map[string]*downstream
	registered int // downstreams that ever came anew

	// rotation is what requests choose from: a slice that is replaced, never changed, so that choosing takes no lock.
	rotation atomic.Pointer[[]*downstream]
	next     atomic.Uint64
}

func newPool(evictAfter int, evictions prometheus.Counter) *pool {
	p := &pool{evictAfter: int32(evictAfter), evictions: evictions, members: map[string]*downstream{}}
	p.rotation.Store(&[]*downstream{})
	return p
}

// renew notes a heartbeat and gives the downstream's number, or 0 if that was not enough. It is not for a downstream that is new, nor for one that
// rests: it may be back under its old name at another address, so the caller has to resolve the name and register it.
func (p *pool) renew(addr string) (number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.members[addr]
	if d == nil || d.resting {
		return 0
	}
	d.heard()
	return d.number
}

// register takes addr into the rotation, gives its number, and reports whether it was unknown until now.
func (p *pool) register(addr, dial string) (number int, added bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.members[addr]; known != nil {
		number = known.number
	} else {
		p.registered++
		number, added = p.registered, true
	}
	p.members[addr] = &downstream{addr: addr, dial: dial, number: number}
	p.rotate()
	return number, added
}

// remove forgets addr and reports whether it was registered.
func (p *pool) remove(addr string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.members[addr] == nil {
		return false
	}
	delete(p.members, addr)
	p.rotate()
	return true
}

// rest takes d out of the rotation until its next heartbeat.
func (p *pool) rest(d *downstream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !d.resting {
		d.resting = true
		p.rotate()
	}
}

// sweep is called once every heartbeat interval and returns the addresses it evicted. It counts sweeps, not time: when
// this process itself was starved for a while, a ticker drops the ticks it missed, and the downstreams are not blamed.
func (p *pool) sweep() (evicted []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for addr, d := range p.members {
		// The first sweep comes less than an interval after the last heartbeat; only the later ones are misses.
		if d.missed.Add(1) > p.evictAfter {
			delete(p.members, addr)
			evicted = append(evicted, addr)
			p.evictions.Inc()
		}
	}
	if evicted != nil {
		p.rotate()
	}
	return evicted
}

// size is the number of registered downstreams, resting ones included.
func (p *pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.members)
}

// pick returns the next downstream in turn that is not in tried, or nil.
func (p *pool) pick(tried []*downstream) *downstream {
	rotation := *p.rotation.Load()
	n := uint64(len(rotation))
	if n == 0 {
		return nil
	}
	first := p.next.Add(1)
	for i := range n {
		if d := rotation[(first+i)%n]; !slices.Contains(tried, d) {
			return d
		}
	}
	return nil
}

// rotate makes the rotation anew; p.mu is held. If every downstream rests, all are in it: the fault may be ours (no free
// local ports, for one), and a request that tries beats one that was never sent.
func (p *pool) rotate() {
	awake := make([]*downstream, 0, len(p.members))
	all := make([]*downstream, 0, len(p.members))
	for _, d := range p.members {
		all = append(all, d)
		if !d.resting {
			awake = append(awake, d)
		}
	}
	if len(awake) == 0 {
		awake = all
	}
	slices.SortFunc(awake, func(a, b *downstream) int { return cmp.Compare(a.addr, b.addr) }) // a map has no order
	p.rotation.Store(&awake)
}
