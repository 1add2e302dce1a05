// grpc serves gRPC calls that wait in one known way each, and writes an execution trace of them to a file, with what it measured itself of
// each call's wait in a log message of that call. The first argument says how it serves: "plain", "workers", or "http" for the server of
// net/http. The recorded traces beside it are of Go 1.26 and grpc 1.85: go build && ./grpc plain plain.trace && gzip -n9 plain.trace
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/trace"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

var (
	lock   sync.Mutex
	asking = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	base   string
)

// note leaves in the trace what this call measured.
func note(handler, kind string, from time.Time) {
	trace.Log(context.Background(), "truth", fmt.Sprintf("%s %s %d", handler, kind, time.Since(from).Nanoseconds()))
}

type shop struct{}

func (shop) quick() {}

func (shop) sleep() {
	from := time.Now()
	time.Sleep(5 * time.Millisecond)
	note("sleep", "sleep", from)
}

func (shop) locked() {
	from := time.Now()
	lock.Lock()
	note("locked", "lock", from)
	time.Sleep(5 * time.Millisecond)
	lock.Unlock()
}

func (shop) downstream() {
	from := time.Now()
	response, err := asking.Get(base)
	check(err)
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	note("downstream", "downstream", from)
}

// talk waits for a client that takes its time.
func talk(_ any, stream grpc.ServerStream) error {
	from := time.Now()
	for {
		err := stream.RecvMsg(&emptypb.Empty{})
		if err == io.EOF {
			note("talk", "client", from)
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func unary(name string, call func(shop)) grpc.MethodDesc {
	handler := func(service any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		if err := decode(&emptypb.Empty{}); err != nil {
			return nil, err
		}
		call(service.(shop))
		return &emptypb.Empty{}, nil
	}
	return grpc.MethodDesc{MethodName: name, Handler: handler}
}

var service = grpc.ServiceDesc{
	ServiceName: "Shop",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary("quick", shop.quick), unary("sleep", shop.sleep), unary("locked", shop.locked), unary("downstream", shop.downstream),
	},
	Streams: []grpc.StreamDesc{{StreamName: "talk", Handler: talk, ClientStreams: true}},
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	return listener
}

func serve(how string, listener net.Listener) {
	var options []grpc.ServerOption
	if how == "workers" {
		options = append(options, grpc.NumStreamWorkers(2))
	}
	server := grpc.NewServer(options...)
	server.RegisterService(&service, shop{})
	if how != "http" {
		check(server.Serve(listener))
	}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	check((&http.Server{Handler: server, Protocols: protocols}).Serve(listener))
}

func ask(conn *grpc.ClientConn, name string) {
	if name != "talk" {
		check(conn.Invoke(context.Background(), "/Shop/"+name, &emptypb.Empty{}, &emptypb.Empty{}))
		return
	}
	stream, err := conn.NewStream(context.Background(), &service.Streams[0], "/Shop/talk")
	check(err)
	for range 2 {
		time.Sleep(2 * time.Millisecond)
		check(stream.SendMsg(&emptypb.Empty{}))
	}
	check(stream.CloseSend())
	stream.RecvMsg(&emptypb.Empty{})
}

func main() {
	backend := listen()
	base = "http://" + backend.Addr().String()
	go http.Serve(backend, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(4 * time.Millisecond) }))
	listener := listen()
	go serve(os.Args[1], listener)
	out, err := os.Create(os.Args[2])
	check(err)
	check(trace.Start(out))
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	for _, name := range []string{"quick", "sleep", "locked", "downstream", "talk"} {
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				for range 10 {
					ask(conn, name)
				}
			})
		}
		all.Wait()
	}
	// Calls end after their clients have the answer.
	time.Sleep(20 * time.Millisecond)
	trace.Stop()
	check(out.Close())
}
