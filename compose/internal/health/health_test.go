package health

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestCheck(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			w.WriteHeader(status)
		}
	}))
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())

	for _, addr := range []string{"127.0.0.1:" + port, "0.0.0.0:" + port, "[::]:" + port, ":" + port} {
		if err := Check(context.Background(), addr); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	status = http.StatusServiceUnavailable
	if err := Check(context.Background(), ":"+port); err == nil {
		t.Error("a service that answers 503 counts as healthy")
	}
	server.Close()
	if err := Check(context.Background(), ":"+port); err == nil {
		t.Error("a service that is gone counts as healthy")
	}
}
