// halting answers at once, and is stopped by others now and then: what a request then waits for is outside of it. It prints its address.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	fmt.Println(listener.Addr())
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	panic((&http.Server{Protocols: protocols}).Serve(listener))
}
