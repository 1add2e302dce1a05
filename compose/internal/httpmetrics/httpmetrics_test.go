package httpmetrics

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestAnswersAreCountedByCode(t *testing.T) {
	registry := prometheus.NewRegistry()
	handler := Instrument(registry, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
		case "/abort":
			panic(http.ErrAbortHandler)
		default:
			http.NewResponseController(w).Flush()
		}
	}))
	for _, path := range []string{"/", "/early", "/abort"} {
		func() {
			defer func() { _ = recover() }()
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
		}()
	}

	codes := map[string]uint64{}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if h := metric.GetHistogram(); h != nil {
				codes[metric.GetLabel()[0].GetValue()] = h.GetSampleCount()
			} else if v := metric.GetGauge().GetValue(); v != 0 {
				t.Errorf("%v requests in flight after all were answered", v)
			}
		}
	}
	for _, code := range []string{"200", "418", "aborted"} {
		if codes[code] != 1 {
			t.Errorf("code %s was counted %d times, want once (all: %v)", code, codes[code], codes)
		}
	}
	if n, err := testutil.GatherAndCount(registry); err != nil || n != 4 {
		t.Errorf("%d series, %v; want 4", n, err)
	}
}
