package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"sync"
)

// statusClientGone is what nginx calls "client closed request". Nobody reads it but the metrics.
const statusClientGone = 499

// newProxy forwards each request to transport as it came, and its answer as it comes: bodies are copied in pieces in both
// directions. Pieces of an answer without a length, a stream, are passed on at once. FlushInterval -1 would do so for all
// answers, but sends the header of each one in a packet of its own, at a seventh of the throughput.
func newProxy(transport http.RoundTripper) http.Handler {
	return &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetXForwarded()
			r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops what it cannot parse; the downstream shall judge
		},
		BufferPool:   &bufferPool{},
		ErrorHandler: answerError,
		// A client that goes away in the middle of an answer is no news, least of all under overload.
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// answerError tells the client why its request has no answer: 503 if no downstream took it, 502 if one took it and failed.
func answerError(w http.ResponseWriter, r *http.Request, err error) {
	var unavailable *unavailableError
	switch {
	case r.Context().Err() != nil:
		w.WriteHeader(statusClientGone)
	case errors.As(err, &unavailable):
		w.Header().Set("Retry-After", "1")
		http.Error(w, "load balancer: "+err.Error(), http.StatusServiceUnavailable)
	default:
		http.Error(w, "load balancer: the downstream failed: "+err.Error(), http.StatusBadGateway)
	}
}

// bufferPool lends copy buffers. Without it ReverseProxy allocates 32 KiB a request, and the load balancer's heap profile
// shows little else.
type bufferPool struct{ pool sync.Pool }

const copyBufferBytes = 32 << 10

func (p *bufferPool) Get() []byte {
	if buffer, ok := p.pool.Get().(*[copyBufferBytes]byte); ok {
		return buffer[:]
	}
	return make([]byte, copyBufferBytes)
}

func (p *bufferPool) Put(buffer []byte) { p.pool.Put((*[copyBufferBytes]byte)(buffer)) }
