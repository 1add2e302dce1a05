package main

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Link is one connection of somebody to a replica, and ours that goes on from there.
type Link struct {
	to    string
	port  int
	party func() string
	// dial opens the connection to the replica itself.
	dial   func() (net.Conn, error)
	client *net.TCPConn
	faults *Faults
	notes  func(string)
	taken  func(server, upstream net.Conn, link *Link)

	mutex    sync.Mutex
	upstream net.Conn
	// swapped gives another connection to read from, in the place of the one whose reading was ended by a deadline.
	swapped  chan net.Conn
	isClosed bool
	done     chan struct{}
	// downEnded is closed when the replica has said all.
	downEnded chan struct{}
	// The last bytes that passed went to the client, or none passed yet.
	answered atomic.Bool
	speaks   atomic.Int32
}

// What a connection carries, as its first bytes tell.
const (
	speaksUnknown int32 = iota
	speaksHTTP
	speaksTLS
	speaksHTTP2
	speaksOther
)

const (
	chunkBytes = 32 * 1024
	// Pieces of a narrow link are what passes in so long, so that it flows and does not come in lumps.
	pieceTime  = 10 * time.Millisecond
	leastPiece = 256
	// Chunks on their way: as much as a link holds that is long and wide.
	chunksOnTheWay = 256
)

// inForce are the faults that this link meets now.
func (link *Link) inForce() ([]*InForce, <-chan struct{}) {
	all, changed := link.faults.now()
	if len(all) == 0 {
		return nil, changed
	}
	var own []*InForce
	for _, each := range all {
		party := ""
		if each.From != nil {
			party = link.party()
		}
		if each.meets(link.to, link.port, party) {
			own = append(own, each)
		}
	}
	return own, changed
}

// run carries bytes until both sides have ended.
func (link *Link) run() {
	defer link.close(false)
	if !link.passes() || !link.open() {
		return
	}
	link.answered.Store(true)
	go func() {
		link.carry(link.upstream, func() net.Conn { return link.client }, false)
		close(link.downEnded)
	}()
	link.carry(link.client, link.destination, true)
	<-link.downEnded
}

// passes waits until a connection may be opened: what is cut off waits, what is late comes late.
func (link *Link) passes() bool {
	own, changed := link.inForce()
	wait := time.Duration(0)
	for _, each := range own {
		switch each.Cut {
		case "reset":
			link.close(true)
			return false
		case "blackhole":
			select {
			case <-changed:
			case <-link.done:
				return false
			}
			return link.passes()
		}
		wait += each.delay()
	}
	return wait == 0 || link.sleep(time.Now().Add(wait))
}

func (link *Link) open() bool {
	upstream, err := link.dial()
	if err != nil {
		link.close(true)
		return false
	}
	link.mutex.Lock()
	defer link.mutex.Unlock()
	if link.isClosed {
		upstream.Close()
		return false
	}
	link.upstream = upstream
	return true
}

func (link *Link) destination() net.Conn {
	link.mutex.Lock()
	defer link.mutex.Unlock()
	return link.upstream
}

// A chunk on its way; an end without bytes closes that direction.
type chunk struct {
	bytes []byte
	due   time.Time
	isEnd bool
}

// carry takes what one side says to the other, late and slowly where that is in force.
func (link *Link) carry(from net.Conn, to func() net.Conn, isUp bool) {
	var onTheWay atomic.Int64
	var delayed chan chunk
	written := make(chan struct{})
	defer func() {
		if delayed != nil {
			close(delayed)
			<-written
		}
	}()
	send := func(piece chunk, isLate bool) bool {
		if !isLate && onTheWay.Load() == 0 {
			return link.deliver(piece, to())
		}
		if delayed == nil {
			delayed = make(chan chunk, chunksOnTheWay)
			go func() {
				defer close(written)
				for each := range delayed {
					if !link.sleep(each.due) || !link.deliver(each, to()) {
						link.close(true)
					}
					onTheWay.Add(-1)
				}
			}()
		}
		onTheWay.Add(1)
		piece.bytes = append([]byte(nil), piece.bytes...)
		select {
		case delayed <- piece:
			return true
		case <-link.done:
			onTheWay.Add(-1)
			return false
		}
	}
	buffer := make([]byte, chunkBytes)
	var last time.Time
	for {
		own, _ := link.inForce()
		count, err := from.Read(buffer[:pieceBytes(own)])
		if err != nil && errors.Is(err, os.ErrDeadlineExceeded) && !isUp {
			select {
			case from = <-link.swapped:
				continue
			case <-link.done:
				return
			}
		}
		own, _ = link.inForce()
		due, isLate := link.due(own, count, isUp)
		// Nothing overtakes what was sent before it.
		if due.Before(last) {
			due = last
		}
		last = due
		if count > 0 {
			if isUp && onTheWay.Load() == 0 {
				link.look(buffer[:count], own)
			}
			link.answered.Store(!isUp)
			if !send(chunk{bytes: buffer[:count], due: due}, isLate) {
				link.close(true)
				return
			}
		}
		if err == nil {
			continue
		}
		if !errors.Is(err, io.EOF) {
			link.close(true)
			return
		}
		send(chunk{due: due, isEnd: true}, isLate)
		return
	}
}

// due is when bytes that were read now are to be written; with false they need not wait.
func (link *Link) due(own []*InForce, bytes int, isUp bool) (time.Time, bool) {
	due := time.Now()
	isLate := false
	for _, each := range own {
		pacer := &each.down
		if isUp {
			pacer = &each.up
			due = due.Add(each.delay())
			isLate = isLate || each.LatencyUs > 0
		}
		if each.BytesPerSecond > 0 {
			if through := pacer.due(time.Now(), bytes); through.After(due) {
				due = through
			}
			isLate = true
		}
		isLate = isLate || each.Cut != ""
	}
	return due, isLate
}

func pieceBytes(own []*InForce) int {
	least := chunkBytes
	for _, each := range own {
		if each.BytesPerSecond > 0 {
			piece := int(float64(each.BytesPerSecond) * pieceTime.Seconds())
			least = min(least, max(piece, leastPiece))
		}
	}
	return least
}

// deliver writes once nothing is cut off.
func (link *Link) deliver(piece chunk, to net.Conn) bool {
	for {
		own, changed := link.inForce()
		isCut := false
		for _, each := range own {
			isCut = isCut || each.Cut == "blackhole"
		}
		if !isCut {
			break
		}
		select {
		case <-changed:
		case <-link.done:
			return false
		}
	}
	if piece.isEnd {
		if half, ok := to.(interface{ CloseWrite() error }); ok {
			return half.CloseWrite() == nil
		}
		return false
	}
	_, err := to.Write(piece.bytes)
	return err == nil
}

func (link *Link) sleep(until time.Time) bool {
	wait := time.Until(until)
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-link.done:
		return false
	}
}

// close ends both sides; with a reset both are told that something went wrong.
func (link *Link) close(isReset bool) {
	link.mutex.Lock()
	defer link.mutex.Unlock()
	if link.isClosed {
		return
	}
	link.isClosed = true
	close(link.done)
	for _, each := range []net.Conn{link.client, link.upstream} {
		if each == nil {
			continue
		}
		if tcp, ok := each.(*net.TCPConn); ok && isReset {
			_ = tcp.SetLinger(0)
		}
		_ = each.Close()
	}
}
