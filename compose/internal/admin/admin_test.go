package admin

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s: %s", url, res.Status, body)
	}
	return string(body)
}

func TestMetricsTellAboutSchedulerGCLocksProcessAndBuild(t *testing.T) {
	server := httptest.NewServer(Handler(NewRegistry()))
	defer server.Close()
	metrics := get(t, server.URL+"/metrics")
	for _, name := range []string{
		"go_sched_latencies_seconds_bucket",
		"go_sched_goroutines_goroutines",
		"go_gc_heap_live_bytes",
		"go_cpu_classes_gc_total_cpu_seconds_total",
		"go_sync_mutex_wait_total_seconds_total",
		"go_threads",
		"process_cpu_seconds_total",
		"go_build_info",
	} {
		if !strings.Contains(metrics, "\n"+name) {
			t.Errorf("/metrics has no %s", name)
		}
	}
}

func TestProfilesAreServedFromTheirOwnMux(t *testing.T) {
	server := httptest.NewServer(Handler(NewRegistry()))
	defer server.Close()
	if got := get(t, server.URL+"/debug/pprof/goroutine?debug=1"); !strings.HasPrefix(got, "goroutine profile: total ") {
		t.Errorf("goroutine profile starts with %.40q", got)
	}
	if got := get(t, server.URL+"/debug/pprof/heap"); !strings.HasPrefix(got, "\x1f\x8b") {
		t.Error("the heap profile is not gzip'd protobuf")
	}
}
