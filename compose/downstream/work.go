package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// work serves requests, each of which costs what config says.
type work struct {
	cfg      config
	instance string // host:port, so that a client can see who answered
	started  time.Time
	random   *sequence
	burner   burner
	retained []*object
	lock     sync.Mutex
	places   places
	underWay atomic.Int64
	kept     kept
	isFirst  func() bool // of the downstreams that registered
	body     []byte
	length   string
}

func newWork(cfg config, instance string) *work {
	w := &work{
		cfg:      cfg,
		instance: instance,
		started:  time.Now(),
		random:   newSequence(cfg.seed, instance),
		burner:   newBurner(cfg.cpuBurn),
		places:   newPlaces(cfg.concurrency),
		isFirst:  func() bool { return false },
		body:     bytes.Repeat([]byte("rampart\n"), int(cfg.responseBytes/8+1))[:cfg.responseBytes],
		length:   strconv.FormatInt(cfg.responseBytes, 10),
	}
	w.retained = retain(cfg.retainBytes, w.random.next())
	return w
}

// ServeHTTP implements http.Handler.
func (w *work) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	defer w.underWay.Add(-1)
	if n := w.underWay.Add(1); w.cfg.overloadAt > 0 && n > int64(w.cfg.overloadAt) {
		http.Error(out, "more requests at a time than OVERLOAD_AT", http.StatusServiceUnavailable)
		return
	}
	random := w.random.next()
	// All are drawn before anything else, so that they do not depend on how the request fares.
	wait, fails := w.cfg.delay.draw(random), random.Float64() < w.cfg.errorShare
	if random.Float64() < w.cfg.leakShare {
		leak()
	}

	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return
	}
	if !w.perform(req.Context(), wait) {
		return // the client is gone, nobody reads an answer
	}
	header := out.Header()
	header.Set("X-Served-By", w.instance)
	if fails {
		http.Error(out, "this request is part of ERROR_SHARE", http.StatusInternalServerError)
		return
	}
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("Content-Length", w.length)
	out.Write(w.body)
}

// perform does the work of one request and reports whether the client waited for it.
func (w *work) perform(ctx context.Context, wait time.Duration) bool {
	if !w.stalled(ctx) {
		return false
	}
	if !w.places.take(ctx) {
		return false
	}
	defer w.places.leave()
	garbage := allocate(w.cfg.allocBytes)
	w.burner.burn()
	w.holdLock()
	blockThread(w.cfg.syscallBlock)
	// A stall stops the requests that it finds as well as those that come.
	served := sleep(ctx, wait) && w.waitAsFirst(ctx) && w.stalled(ctx)
	w.kept.keep(w.cfg.keepBytes)
	runtime.KeepAlive(garbage)
	return served
}

// stalled waits until no stall lasts and reports whether the client is still there.
func (w *work) stalled(ctx context.Context) bool {
	return sleep(ctx, w.cfg.stall.remaining(time.Since(w.started)))
}

// waitAsFirst makes one of several downstreams slow and reports whether the client is still there.
func (w *work) waitAsFirst(ctx context.Context) bool {
	return w.cfg.firstDelay == 0 || !w.isFirst() || sleep(ctx, w.cfg.firstDelay)
}

// leak starts a goroutine that nobody waits for any more, as a request does that asks two backends and takes the first
// answer: the second one is sent to a channel without a reader.
func leak() {
	answer := make(chan struct{})
	go func() { answer <- struct{}{} }()
}

func (w *work) holdLock() {
	if w.cfg.lockHold == 0 {
		return
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	time.Sleep(w.cfg.lockHold)
}
