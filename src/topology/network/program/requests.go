package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"regexp"
	"sync"
	"syscall"
	"time"
)

var requestLine = regexp.MustCompile(`^[A-Z][A-Z-]{2,19} (?:/|\*|[A-Za-z])[^\s]*(?: HTTP/1\.[01]\r?\n|$)`)

// speaksWhat tells from the first bytes of a connection what it carries.
func speaksWhat(first []byte) int32 {
	switch {
	case bytes.HasPrefix(first, []byte("PRI * HTTP/2.0")):
		return speaksHTTP2
	case len(first) > 2 && first[0] == 0x16 && first[1] == 0x03:
		return speaksTLS
	case requestLine.Match(first):
		return speaksHTTP
	}
	return speaksOther
}

func speech(speaks int32) string {
	switch speaks {
	case speaksTLS:
		return "TLS, which is not looked into"
	case speaksHTTP2:
		return "HTTP/2, which is not looked into"
	}
	return "no HTTP/1.1"
}

// look sees what a connection carries, and has requests handled one by one from here on where a fault in force is about requests.
func (link *Link) look(chunk []byte, own []*InForce) {
	if link.speaks.Load() == speaksUnknown {
		link.speaks.Store(speaksWhat(chunk))
	}
	if link.taken == nil {
		return
	}
	for _, each := range own {
		if !each.isHTTP() {
			continue
		}
		if link.speaks.Load() != speaksHTTP {
			each.told.Do(func() {
				link.notes("fault " + each.Name + " leaves connections alone that carry " + speech(link.speaks.Load()))
			})
			continue
		}
		if link.answered.Load() && requestLine.Match(chunk) {
			link.takeOver()
		}
		return
	}
}

// takeOver puts an HTTP proxy of its own between this link and the replica, on the connection that is open.
func (link *Link) takeOver() {
	near, far, err := socketPair()
	if err != nil {
		link.notes("requests of a connection are not looked into: " + err.Error())
		return
	}
	upstream := link.destination()
	_ = upstream.SetReadDeadline(time.Unix(1, 0))
	select {
	case link.swapped <- near:
	case <-link.downEnded:
		near.Close()
		far.Close()
		return
	}
	_ = upstream.SetReadDeadline(time.Time{})
	link.mutex.Lock()
	link.upstream = near
	link.mutex.Unlock()
	taken := link.taken
	link.taken = nil
	taken(far, upstream, link)
}

func socketPair() (net.Conn, net.Conn, error) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	var ends [2]net.Conn
	for index, descriptor := range pair {
		file := os.NewFile(uintptr(descriptor), "pair")
		end, err := net.FileConn(file)
		file.Close()
		if err != nil {
			return nil, nil, err
		}
		ends[index] = end
	}
	return ends[0], ends[1], nil
}

// Requests handles the requests of connections that are given to it.
type Requests struct {
	conns  chan net.Conn
	server *http.Server
}

// taken is a connection whose requests are looked at.
type takenConn struct {
	net.Conn
	link      *Link
	transport *http.Transport
}

type connKey struct{}

func newRequests() *Requests {
	requests := &Requests{conns: make(chan net.Conn)}
	quiet := log.New(io.Discard, "", 0)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.Out.URL.Scheme = "http"
			request.Out.URL.Host = "replica"
			request.Out.URL.RawQuery = request.In.URL.RawQuery
			request.Out.Host = request.In.Host
			// What it dropped as a proxy's own is said again: this is meant to be no proxy at all.
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, has := request.In.Header[name]; has {
					request.Out.Header[name] = values
				}
			}
		},
		Transport:     requests,
		FlushInterval: -1,
		ErrorLog:      quiet,
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	requests.server = &http.Server{
		Handler:                      requests.faulty(proxy),
		ErrorLog:                     quiet,
		DisableGeneralOptionsHandler: true,
		MaxHeaderBytes:               16 << 20,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, conn)
		},
		ConnState: func(conn net.Conn, state http.ConnState) {
			if taken, ok := conn.(*takenConn); ok && state == http.StateClosed {
				taken.transport.CloseIdleConnections()
			}
		},
	}
	go func() { _ = requests.server.Serve(requests) }()
	return requests
}

// take serves a connection on behalf of a link whose connection to the replica is open.
func (requests *Requests) take(server, upstream net.Conn, link *Link) {
	var once sync.Once
	transport := &http.Transport{
		DisableCompression:     true,
		MaxIdleConnsPerHost:    1,
		MaxResponseHeaderBytes: 16 << 20,
		DialContext: func(context.Context, string, string) (conn net.Conn, err error) {
			once.Do(func() { conn = upstream })
			if conn == nil {
				conn, err = link.dial()
			}
			return conn, err
		},
	}
	requests.conns <- &takenConn{Conn: server, link: link, transport: transport}
}

// faulty holds requests back or answers them where a fault in force has chosen them.
func (requests *Requests) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		taken := request.Context().Value(connKey{}).(*takenConn)
		own, _ := taken.link.inForce()
		for _, each := range own {
			if !each.isHTTP() || !each.chosen.next() {
				continue
			}
			if each.Status > 0 {
				http.Error(writer, http.StatusText(each.Status), each.Status)
				return
			}
			select {
			case <-time.After(time.Duration(each.SlowUs) * time.Microsecond):
			case <-request.Context().Done():
				return
			}
		}
		next.ServeHTTP(writer, request)
	})
}

// RoundTrip sends a request over the connection that its own came by.
func (requests *Requests) RoundTrip(request *http.Request) (*http.Response, error) {
	taken, ok := request.Context().Value(connKey{}).(*takenConn)
	if !ok {
		return nil, errors.New("a request of no connection")
	}
	return taken.transport.RoundTrip(request)
}

// Accept, Close and Addr make it the listener of its own server.
func (requests *Requests) Accept() (net.Conn, error) { return <-requests.conns, nil }
func (requests *Requests) Close() error              { return nil }
func (requests *Requests) Addr() net.Addr            { return &net.UnixAddr{} }
