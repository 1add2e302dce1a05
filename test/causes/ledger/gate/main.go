// Command gate lets payments in and hands them to the books.
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	_ "net/http/pprof"
	"net/url"
	"os"
)

func main() {
	upstream, err := url.Parse(os.Getenv("BOOKS_URL"))
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(upstream)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 1000}
	http.Handle("/accounts/", proxy)
	http.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	log.Fatal(http.ListenAndServe(os.Getenv("GATE_ADDR"), nil))
}
