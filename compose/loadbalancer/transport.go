package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
)

// unavailableError means that no downstream took the request.
type unavailableError struct {
	tried int
	last  error // why the last one tried did not take it; nil if none was tried
}

func (e *unavailableError) Error() string {
	if e.tried == 0 {
		return "no downstream is registered"
	}
	return fmt.Sprintf("none of %d downstreams takes a connection; the last: %v", e.tried, e.last)
}

func (e *unavailableError) Unwrap() error { return e.last }

// dialError marks a failure to open a connection. It is the proof that makes a retry safe for any method and any body:
// http.Transport dials only while not one byte of the request has been sent to anyone, or after it proved so itself for a
// connection that turned out to be dead.
type dialError struct{ error }

func (e *dialError) Unwrap() error { return e.error }

// retryingTransport sends a request to the next downstream in turn, and to another one if that takes no connection; also,
// up to retry5xx times, if it answers 500 or above.
type retryingTransport struct {
	base     http.RoundTripper
	pool     *pool
	retries  prometheus.Counter
	retry5xx int
}

// newTransport returns the pooled transport to all downstreams, after cfg. dials counts the connections it opens.
func newTransport(cfg config, dials prometheus.Counter) *http.Transport {
	dialer := &net.Dialer{Timeout: cfg.dialTimeout}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			dials.Inc()
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, &dialError{err}
			}
			return conn, nil
		},
		MaxIdleConns:          cfg.maxIdleConns,
		MaxIdleConnsPerHost:   cfg.maxIdlePerHost,
		MaxConnsPerHost:       cfg.maxConnsPerHost,
		DisableKeepAlives:     !cfg.keepAlive,
		IdleConnTimeout:       cfg.idleConnTimeout,
		ResponseHeaderTimeout: cfg.upstreamTimeout,
		DisableCompression:    true, // what the client did not ask for must not be asked for in its name
	}
}

// RoundTrip implements http.RoundTripper.
func (t *retryingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	for again := t.retry5xx; ; again-- {
		res, err := t.send(req)
		hasBody := req.Body != nil && req.Body != http.NoBody
		if err != nil || res.StatusCode < 500 || again <= 0 || hasBody {
			return res, err
		}
		t.retries.Inc()
		// What is left unread would cost the connection.
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxDiscardBytes))
		_ = res.Body.Close()
	}
}

// maxDiscardBytes of an answer that nobody wants are read, which is cheaper than a new connection.
const maxDiscardBytes = 64 << 10

// send gives the answer of the first downstream that takes a connection.
func (t *retryingTransport) send(req *http.Request) (*http.Response, error) {
	var tried []*downstream
	var last error
	for {
		d := t.pool.pick(tried)
		if d == nil {
			return nil, &unavailableError{tried: len(tried), last: last}
		}
		if len(tried) > 0 {
			t.retries.Inc()
		}
		res, err := t.base.RoundTrip(addressed(req, d))
		if err == nil {
			d.heard()
			return res, nil
		}
		var refused *dialError
		if !errors.As(err, &refused) || req.Context().Err() != nil {
			return nil, err
		}
		t.pool.rest(d)
		tried, last = append(tried, d), err
	}
}

// addressed returns a shallow copy of req that goes to d. http.Transport closes the body when it cannot dial, even though
// it read nothing of it; the copy's body ignores that, so that it can still go elsewhere. The server closes the real one
// when the handler returns.
func addressed(req *http.Request, d *downstream) *http.Request {
	out, url := *req, *req.URL
	url.Scheme, url.Host = "http", d.dial
	out.URL = &url
	if req.Body != nil && req.Body != http.NoBody {
		out.Body = io.NopCloser(req.Body)
	}
	return &out
}
