package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func workOf(t *testing.T, settings map[string]string) *work {
	t.Helper()
	cfg, err := configOf(settings)
	if err != nil {
		t.Fatal(err)
	}
	return newWork(cfg, "test:8080")
}

func TestAnAnswerHasItsSizeAndNamesItsServer(t *testing.T) {
	answer := httptest.NewRecorder()
	workOf(t, map[string]string{"DELAY": "0s", "RESPONSE_BYTES": "3KiB"}).ServeHTTP(answer, httptest.NewRequest("POST", "/x", strings.NewReader("body")))
	if answer.Code != 200 || answer.Body.Len() != 3072 || answer.Header().Get("Content-Length") != "3072" || answer.Header().Get("X-Served-By") != "test:8080" {
		t.Errorf("%d, %d bytes, %v", answer.Code, answer.Body.Len(), answer.Header())
	}
}

func TestErrorShareIsTheShareOf500s(t *testing.T) {
	w := workOf(t, map[string]string{"DELAY": "0s", "ERROR_SHARE": "0.2"})
	errors := 0
	for range 5000 {
		answer := httptest.NewRecorder()
		if w.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil)); answer.Code == 500 {
			errors++
		}
	}
	near(t, "share of errors", float64(errors)/5000, 0.2, 0.1)
}

func TestLeakShareIsTheShareOfRequestsThatLeaveAGoroutine(t *testing.T) {
	w := workOf(t, map[string]string{"DELAY": "0s", "LEAK_SHARE": "0.5"})
	before := runtime.NumGoroutine()
	for range 1000 {
		w.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
	near(t, "goroutines left", float64(runtime.NumGoroutine()-before), 500, 0.2)
}

func TestRequestsWaitForDelayAndStall(t *testing.T) {
	for name, test := range map[string]struct {
		settings map[string]string
		at       time.Duration // when the requests come
		want     time.Duration // how long the last of three takes
	}{
		"delays overlap":             {map[string]string{"DELAY": "20ms"}, 0, 20 * time.Millisecond},
		"a stall holds those coming": {map[string]string{"DELAY": "0s", "STALL_EVERY": "10s", "STALL_FOR": "1s"}, 9400 * time.Millisecond, 600 * time.Millisecond},
		"and those that it finds":    {map[string]string{"DELAY": "100ms", "STALL_EVERY": "10s", "STALL_FOR": "1s"}, 8950 * time.Millisecond, 1050 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := workOf(t, test.settings)
				time.Sleep(test.at)
				start := time.Now()
				var all sync.WaitGroup
				for range 3 {
					all.Go(func() {
						w.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
					})
				}
				all.Wait()
				if got := time.Since(start); got != test.want {
					t.Errorf("took %v, want %v", got, test.want)
				}
			})
		})
	}
}

func TestRequestsBeyondConcurrencyWaitAndThoseBeyondOverloadAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		settings map[string]string
		took     time.Duration
		refused  int
	}{
		"no limit":         {map[string]string{"DELAY": "10ms"}, 10 * time.Millisecond, 0},
		"two at a time":    {map[string]string{"DELAY": "10ms", "CONCURRENCY": "2"}, 30 * time.Millisecond, 0},
		"two, then no one": {map[string]string{"DELAY": "10ms", "OVERLOAD_AT": "2"}, 10 * time.Millisecond, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := workOf(t, test.settings)
				start := time.Now()
				var all sync.WaitGroup
				var refused atomic.Int32
				for range 6 {
					all.Go(func() {
						answer := httptest.NewRecorder()
						if w.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil)); answer.Code == 503 {
							refused.Add(1)
						}
					})
				}
				all.Wait()
				if took := time.Since(start); took != test.took || int(refused.Load()) != test.refused {
					t.Errorf("took %v and refused %d, want %v and %d", took, refused.Load(), test.took, test.refused)
				}
			})
		})
	}
}

func TestAClientThatGoesGivesUpItsPlaceInTheQueue(t *testing.T) {
	p := newPlaces(1)
	ctx, cancel := context.WithCancel(context.Background())
	if !p.take(ctx) {
		t.Fatal("the first finds no place")
	}
	cancel()
	if p.take(ctx) {
		t.Error("took a place that is not there")
	}
	p.leave()
	if !p.take(context.Background()) {
		t.Error("no place after one has left")
	}
}

func TestOnlyTheFirstDownstreamIsSlowed(t *testing.T) {
	for _, first := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := workOf(t, map[string]string{"DELAY": "5ms", "FIRST_DELAY": "60ms", "LOADBALANCER_ADDR": "loadbalancer:8080"})
			w.isFirst = func() bool { return first }
			start := time.Now()
			w.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
			want := map[bool]time.Duration{true: 65 * time.Millisecond, false: 5 * time.Millisecond}[first]
			if took := time.Since(start); took != want {
				t.Errorf("first %v: took %v, want %v", first, took, want)
			}
		})
	}
}

func TestWhatIsKeptOfARequestStaysLive(t *testing.T) {
	w := workOf(t, map[string]string{"DELAY": "0s", "KEEP_BYTES": "3KiB"})
	for range 5 {
		w.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
	total := 0
	for _, entry := range w.kept.entries {
		total += len(entry)
	}
	if total != 5*3<<10 {
		t.Errorf("%d bytes kept, want %d", total, 5*3<<10)
	}
}

func TestRequestsHoldTheLockOneAfterTheOther(t *testing.T) {
	w := workOf(t, map[string]string{"DELAY": "0s", "LOCK_HOLD": "10ms"})
	start := time.Now()
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() { w.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)) })
	}
	all.Wait()
	if took := time.Since(start); took < 50*time.Millisecond {
		t.Errorf("5 requests that hold one lock for 10 ms each took %v", took)
	}
}

func TestWorkEndsWithoutAnAnswerWhenTheClientGoes(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	answer := httptest.NewRecorder()
	workOf(t, map[string]string{"DELAY": "1h"}).ServeHTTP(answer, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	if answer.Body.Len() != 0 {
		t.Error("answered a client that is gone")
	}
}

func TestBurningTakesItsCPUTime(t *testing.T) {
	const want = 2 * time.Millisecond
	b := newBurner(want)
	fastest := time.Hour
	for range 50 {
		start := time.Now()
		b.burn()
		fastest = min(fastest, time.Since(start))
	}
	// Wide bounds: on a shared machine the same work takes twice as long at one moment as at another.
	if fastest < want/3 || fastest > want*3 {
		t.Errorf("burnt %v, want %v", fastest, want)
	}
	if newBurner(0).iterations != 0 {
		t.Error("burns although nothing was asked for")
	}
}

func TestAllocatesWhatWasAskedFor(t *testing.T) {
	total := 0
	chunks := allocate(64<<10 + 100)
	for _, chunk := range chunks {
		total += len(chunk)
	}
	if total != 64<<10+100 || len(chunks) != 129 {
		t.Errorf("%d bytes in %d pieces", total, len(chunks))
	}
	if allocate(0) == nil || len(allocate(0)) != 0 {
		t.Error("nothing asked for, something allocated")
	}
}

func TestTheRetainedHeapHasItsSize(t *testing.T) {
	live := func() float64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return float64(stats.HeapAlloc)
	}
	before := live()
	objects := retain(8<<20, newSequence(1, "").next())
	near(t, "live heap", live()-before, 8<<20, 0.05)
	for _, o := range objects {
		for _, link := range o.links {
			if link == nil {
				t.Fatal("an object has a link to nothing")
			}
		}
	}
}

func TestBlockingHoldsOneThreadARequest(t *testing.T) {
	if !canBlockThread {
		t.Skip("Linux only")
	}
	const requests = 30
	w := workOf(t, map[string]string{"DELAY": "0s", "SYSCALL_BLOCK": "300ms"})
	start := time.Now()
	var all sync.WaitGroup
	for range requests {
		all.Go(func() { w.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)) })
	}
	time.Sleep(150 * time.Millisecond)
	blocking := threads(t) // also those that the runtime keeps from earlier
	all.Wait()
	if took := time.Since(start); took < 300*time.Millisecond {
		t.Errorf("blocked for %v only", took)
	}
	if blocking <= requests {
		t.Errorf("%d threads while %d requests blocked", blocking, requests)
	}
}

func threads(t *testing.T) (n int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("Threads:"))
	if _, err := fmt.Sscan(string(rest), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
