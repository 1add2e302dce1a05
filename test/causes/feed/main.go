// Command feed answers with a user's timeline and tells followers in the background.
package main

import (
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type broker struct{ done chan string }

// announce waits until someone takes the news, which nobody does.
func (b *broker) announce(user string) { b.done <- user }

func (b *broker) timeline(w http.ResponseWriter, r *http.Request) {
	go b.announce(r.URL.Query().Get("user"))
	time.Sleep(2 * time.Millisecond)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"posts":[]}`))
}

func main() {
	b := &broker{make(chan string)}
	http.HandleFunc("/timeline", b.timeline)
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("HTTP"), nil))
}
