package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

func TestAnAnswerOf5xxIsRetriedAsOftenAsConfigured(t *testing.T) {
	var got atomic.Int32
	fails := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		got.Add(1)
		http.Error(w, "not now", http.StatusServiceUnavailable)
	})
	for _, test := range []struct {
		settings     map[string]string
		method, body string
		want         int32
	}{
		{nil, "GET", "", 1},
		{map[string]string{"RETRY_5XX": "3"}, "GET", "", 4},
		{map[string]string{"RETRY_5XX": "3"}, "POST", "order", 1}, // the body is gone
	} {
		got.Store(0)
		lb, _ := balancer(t, test.settings, fails)
		if status, text := do(t, test.method, lb.URL, test.body); status != http.StatusServiceUnavailable || text != "not now\n" {
			t.Errorf("%v: %d %q", test, status, text)
		}
		if got.Load() != test.want {
			t.Errorf("%v: sent %d times, want %d", test, got.Load(), test.want)
		}
	}
}

func TestARequestThatIsNotAnsweredInTimeIsRetriedAsOftenAsConfigured(t *testing.T) {
	for _, test := range []struct {
		settings map[string]string
		method   string
		want     int32
	}{
		{map[string]string{"UPSTREAM_TIMEOUT": "20ms"}, "GET", 1},
		{map[string]string{"UPSTREAM_TIMEOUT": "20ms", "RETRY_5XX": "3"}, "GET", 1},
		{map[string]string{"UPSTREAM_TIMEOUT": "20ms", "RETRY_TIMEOUT": "2"}, "GET", 3},
		{map[string]string{"UPSTREAM_TIMEOUT": "20ms", "RETRY_TIMEOUT": "2", "RETRY_BUDGET": "0"}, "GET", 1},
		{map[string]string{"UPSTREAM_TIMEOUT": "20ms", "RETRY_TIMEOUT": "2"}, "POST", 1},
	} {
		var got atomic.Int32
		lb, _ := balancer(t, test.settings, upstream(t, func(w http.ResponseWriter, r *http.Request) {
			got.Add(1)
			_, _ = io.Copy(io.Discard, r.Body) // or the server does not look whether the client is gone
			<-r.Context().Done()
		}))
		body := ""
		if test.method == "POST" {
			body = "order"
		}
		if status, text := do(t, test.method, lb.URL, body); status != http.StatusBadGateway || got.Load() != test.want {
			t.Errorf("%v %s: %d %q after %d requests, want %d", test.settings, test.method, status, text, got.Load(), test.want)
		}
	}
}

func TestABudgetBoundsRetriesToAShareOfRequests(t *testing.T) {
	for _, test := range []struct {
		budget string
		want   int32
	}{{"", 1600}, {"0", 400}, {"0.1", 440}, {"1", 800}} {
		var got atomic.Int32
		lb, control := balancer(t, map[string]string{"RETRY_5XX": "3", "RETRY_BUDGET": test.budget}, upstream(t, func(w http.ResponseWriter, _ *http.Request) {
			got.Add(1)
			w.WriteHeader(http.StatusInternalServerError)
		}))
		for range 400 {
			answer := httptest.NewRecorder()
			control.ServeHTTP(answer, httptest.NewRequest("GET", lb.URL, nil))
		}
		if got.Load() != test.want {
			t.Errorf("RETRY_BUDGET=%s: %d requests to the downstream, want %d", test.budget, got.Load(), test.want)
		}
	}
}

func TestABudgetSavesUpForALittle(t *testing.T) {
	share := 0.5
	b := newRetryBudget(&share)
	for range 1000 {
		b.request()
	}
	taken := 0
	for b.takeRetry() {
		taken++
	}
	if taken != savedRetries {
		t.Errorf("%d retries after 1000 good requests, want %d", taken, savedRetries)
	}
}

func TestARetryThatSucceedsIsTheAnswer(t *testing.T) {
	var got atomic.Int32
	lb, _ := balancer(t, map[string]string{"RETRY_5XX": "3"}, upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		if got.Add(1) < 3 {
			w.WriteHeader(http.StatusInternalServerError)
		}
		io.WriteString(w, "done")
	}))
	if status, text := do(t, "GET", lb.URL, ""); status != http.StatusOK || text != "done" || got.Load() != 3 {
		t.Errorf("%d %q after %d requests", status, text, got.Load())
	}
}
