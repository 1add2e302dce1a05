// Command truth is a server that knows what it did: it writes down when each request arrived, by its own monotonic
// clock, and answers after exactly the delay it was told, so that a load generator's numbers can be held against it.
//
//	GET  /                     recorded, delayed, answered
//	POST /control/plan?...     a new plan; forgets the arrivals so far (see parsePlan)
//	GET  /control/arrivals     {"us":[...],"heldUs":[...],"firstUnixUs":n}: arrival times in microseconds since the first, how
//	                           long each was kept (-1: not answered yet), and when the first came by the wall clock;
//	                           queuedUs: what of heldUs was waiting for those before it, in and after a darkness that holds requests;
//	                           darkUs: from when to when it was dark, by the same clock, where it dropped or refused
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// plan is what happens to the requests after it was set; its times count from the first of them.
type plan struct {
	delay     time.Duration // of every answer
	slow      time.Duration // of every slowEvery-th answer instead
	slowEvery int
	stallAt   time.Duration // answers that would leave between stallAt and stallAt+stallFor leave at its end
	stallFor  time.Duration
	status    int
	dark      darkness
}

type server struct {
	mu     sync.Mutex
	record *record
	door   *door
}

// record is what happened since a plan was set; an answer that leaves after the next plan still belongs to its own.
type record struct {
	plan     plan
	first    time.Time
	arrivals []time.Duration
	held     []time.Duration
	queued   []time.Duration // what of that was by the plan, waiting in the queue of a darkness
	queue    queue
	dark     [2]time.Duration // from when to when it was dark, where the plan says drop or refuse
}

func newRecord(p plan) *record {
	const expected = 1 << 17
	return &record{plan: p,
		arrivals: make([]time.Duration, 0, expected), held: make([]time.Duration, 0, expected),
		queued: make([]time.Duration, 0, expected)}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	s := &server{record: newRecord(plan{status: http.StatusOK})}
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.answer)
	mux.HandleFunc("POST /control/plan", s.setPlan)
	mux.HandleFunc("GET /control/arrivals", s.listArrivals)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	s.door = &door{address: listener.Addr().String(), handler: mux}
	if err := s.door.serve(listener); !s.door.isShut() {
		log.Fatal(err)
	}
	// It is dark: somebody listens again later.
	select {}
}

// arrive writes down one arrival and returns its record, its time, and its place in the order of arrivals (from 1).
func (s *server) arrive(now time.Time) (*record, time.Duration, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.record
	if r.first.IsZero() {
		r.first = now
		if way := r.plan.dark.way; way == "drop" || way == "refuse" {
			go s.goDark(r)
		}
	}
	at := now.Sub(r.first)
	r.arrivals = append(r.arrivals, at)
	r.held = append(r.held, -1)
	r.queued = append(r.queued, 0)
	return r, at, len(r.arrivals)
}

func (s *server) leave(r *record, nth int, held time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.held[nth-1] = held
}

func (s *server) queue(r *record, nth int, queued time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.queued[nth-1] = queued
}

func (s *server) answer(w http.ResponseWriter, _ *http.Request) {
	now := time.Now()
	r, at, nth := s.arrive(now)
	p := r.plan
	leave := at + p.delay
	if p.slowEvery > 0 && nth%p.slowEvery == 0 {
		leave = at + p.slow
	}
	if p.stallFor > 0 && leave >= p.stallAt && leave < p.stallAt+p.stallFor {
		leave = p.stallAt + p.stallFor
	}
	usual := leave
	leave = r.queue.leave(p.dark, at, usual)
	s.queue(r, nth, leave-usual)
	if p.dark.way == "drop" && s.isDark(r) {
		panic(http.ErrAbortHandler)
	}
	if leave > at {
		time.Sleep(time.Until(now.Add(leave - at)))
	}
	w.WriteHeader(p.status)
	fmt.Fprintln(w, "ok")
	s.leave(r, nth, time.Since(now))
}

func (s *server) setPlan(w http.ResponseWriter, r *http.Request) {
	p, err := parsePlan(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = newRecord(p)
}

// parsePlan reads delay, slow, slowEvery, stallAt, stallFor (durations as in "20ms") and status; and darkWay, darkAt, darkFor and drain.
// See darkness.
func parsePlan(query url.Values) (plan, error) {
	p := plan{status: http.StatusOK}
	durations := map[string]*time.Duration{
		"delay": &p.delay, "slow": &p.slow, "stallAt": &p.stallAt, "stallFor": &p.stallFor,
		"darkAt": &p.dark.at, "darkFor": &p.dark.lasts,
	}
	numbers := map[string]*int{"slowEvery": &p.slowEvery, "status": &p.status}
	for name := range query {
		var err error
		if duration, ok := durations[name]; ok {
			*duration, err = time.ParseDuration(query.Get(name))
		} else if number, ok := numbers[name]; ok {
			*number, err = strconv.Atoi(query.Get(name))
		} else if name == "darkWay" {
			p.dark.way = query.Get(name)
		} else if name == "drain" {
			p.dark.drain, err = strconv.ParseFloat(query.Get(name), 64)
		} else {
			err = fmt.Errorf("no such field")
		}
		if err != nil {
			return p, fmt.Errorf("%s: %w", name, err)
		}
	}
	return p, nil
}

func (s *server) listArrivals(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	answer := map[string]any{
		"us": microseconds(s.record.arrivals), "heldUs": microseconds(s.record.held), "darkUs": microseconds(s.record.dark[:]),
		"queuedUs": microseconds(s.record.queued),
	}
	if !s.record.first.IsZero() {
		answer["firstUnixUs"] = s.record.first.UnixMicro()
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		log.Print(err)
	}
}

// microseconds keeps what is negative negative: Duration.Microseconds would make -1 ns a 0.
func microseconds(times []time.Duration) []int64 {
	us := make([]int64, len(times))
	for i, at := range times {
		us[i] = at.Microseconds()
		if at < 0 {
			us[i] = -1
		}
	}
	return us
}
