package main

import (
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// darkness is a time in which nobody is answered. It begins so long after the first request.
type darkness struct {
	way   string        // hold: requests wait; drop: their connections are closed; refuse: nobody listens, and connections are closed
	at    time.Duration // after the first request
	lasts time.Duration
	drain float64 // of those that waited, so many a second are answered when it is over, in the order in which they came
}

// queue gives answers out one after the other while a backlog is worked off.
type queue struct {
	mu   sync.Mutex
	next time.Duration // when the next answer may leave; times count from the first request
}

// leave is when a request that came at this time, and would be answered at that, is answered.
func (q *queue) leave(d darkness, at, usual time.Duration) time.Duration {
	if d.way != "hold" || at < d.at && usual < d.at {
		return usual
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.next = max(q.next, d.at+d.lasts)
	if at >= d.at+d.lasts && usual >= q.next {
		return usual
	}
	leave := max(usual, q.next)
	q.next = leave + time.Duration(float64(time.Second)/d.drain)
	return leave
}

// door lets connections in, and knows them all.
type door struct {
	mu       sync.Mutex
	address  string
	handler  http.Handler
	server   *http.Server
	open     map[net.Conn]bool
	listened net.Listener
	wasShut  bool
}

func (d *door) serve(listener net.Listener) error {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	d.mu.Lock()
	d.open = map[net.Conn]bool{}
	d.listened = listener
	d.server = &http.Server{Handler: d.handler, Protocols: protocols, ConnState: d.changed}
	server := d.server
	d.mu.Unlock()
	return server.Serve(listener)
}

func (d *door) changed(conn net.Conn, state http.ConnState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(d.open, conn)
	} else {
		d.open[conn] = true
	}
}

// isShut says whether nobody listens now, or somebody else than at first.
func (d *door) isShut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wasShut
}

// shut stops listening and closes every connection.
func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wasShut = true
	d.listened.Close()
	for conn := range d.open {
		if tcp, isTCP := conn.(*net.TCPConn); isTCP {
			tcp.SetLinger(0)
		}
		conn.Close()
	}
}

// reopen listens again where it did.
func (d *door) reopen() error {
	listener, err := net.Listen("tcp", d.address)
	if err != nil {
		return err
	}
	go d.serve(listener)
	return nil
}

// goDark closes connections while it is dark, and writes down when that was.
func (s *server) goDark(r *record) {
	d := r.plan.dark
	time.Sleep(time.Until(r.first.Add(d.at)))
	if d.way == "refuse" {
		s.door.shut()
	}
	s.stamp(r, 0)
	time.Sleep(time.Until(r.first.Add(d.at + d.lasts)))
	if d.way == "refuse" {
		if err := s.door.reopen(); err != nil {
			log.Fatal(err)
		}
	}
	s.stamp(r, 1)
}

func (s *server) stamp(r *record, end int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.dark[end] = time.Since(r.first)
}

func (s *server) isDark(r *record) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return r.dark[0] > 0 && r.dark[1] == 0
}
