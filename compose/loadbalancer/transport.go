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
// as often as it may and within the budget, if it answers 500 or above, or not in time.
type retryingTransport struct {
	base         http.RoundTripper
	pool         *pool
	retries      prometheus.Counter
	denied       prometheus.Counter
	retry5xx     int
	retryTimeout int
	budget       *retryBudget
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
	t.budget.request()
	for retried := 0; ; retried++ {
		res, err := t.send(req)
		if retried >= t.retriesAfter(req, res, err) {
			return res, err
		}
		if !t.budget.takeRetry() {
			t.denied.Inc()
			return res, err
		}
		t.retries.Inc()
		if res != nil {
			// What is left unread would cost the connection.
			_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxDiscardBytes))
			_ = res.Body.Close()
		}
	}
}

// retriesAfter is how often a request may be retried that ended like this. A body is gone once it was sent.
func (t *retryingTransport) retriesAfter(req *http.Request, res *http.Response, err error) int {
	var timeout net.Error
	switch {
	case req.Body != nil && req.Body != http.NoBody, req.Context().Err() != nil:
		return 0
	case err == nil && res.StatusCode >= 500:
		return t.retry5xx
	case errors.As(err, &timeout) && timeout.Timeout() && !isUnavailable(err):
		return t.retryTimeout
	default:
		return 0
	}
}

// isUnavailable reports whether no downstream took a connection: send has tried them all already.
func isUnavailable(err error) bool {
	var unavailable *unavailableError
	return errors.As(err, &unavailable)
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
