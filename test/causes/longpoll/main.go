// Command longpoll holds each request for two seconds, as chats do, with a goroutine more for each; that is what it is for.
package main

import (
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	http.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		events := make(chan string)
		go func() {
			time.Sleep(2 * time.Second)
			select {
			case events <- "tick\n":
			case <-r.Context().Done():
			}
		}()
		select {
		case event := <-events:
			_, _ = io.WriteString(w, event)
		case <-r.Context().Done():
		}
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("LONGPOLL"), nil))
}
