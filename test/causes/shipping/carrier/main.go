// Command carrier stands for the server of another company, which nobody here can look into; it does six quotes at a time.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	counters := make(chan struct{}, 6)
	mux := http.NewServeMux()
	mux.HandleFunc("/quote", func(w http.ResponseWriter, _ *http.Request) {
		counters <- struct{}{}
		time.Sleep(20 * time.Millisecond)
		<-counters
		_, _ = io.WriteString(w, "490\n")
	})
	log.Fatal(http.ListenAndServe(os.Getenv("CARRIER"), mux))
}
