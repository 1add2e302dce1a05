// Command letters prints letters, one after the other: there is one printer.
package main

import (
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type job struct {
	text []byte
	done chan struct{}
}

type printer struct{ jobs chan job }

var printed = promauto.NewCounter(prometheus.CounterOpts{Name: "letters_printed_total", Help: "Letters."})

func (p *printer) loop() {
	for each := range p.jobs {
		time.Sleep(5 * time.Millisecond)
		printed.Inc()
		close(each.done)
	}
}

func (p *printer) print(text []byte) {
	each := job{text, make(chan struct{})}
	p.jobs <- each
	<-each.done
}

func main() {
	p := &printer{make(chan job)}
	go p.loop()
	http.HandleFunc("/letters", func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p.print(text)
		w.WriteHeader(http.StatusNoContent)
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("LETTERS_ON"), nil))
}
