// Command catalogue-cache keeps a catalogue in memory, with a memory limit that hardly leaves room for it.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type item struct {
	name   string
	detail *[16]byte
	parent *item
}

type catalogue struct{ items []*item }

func load(n int) *catalogue {
	c := &catalogue{items: make([]*item, n)}
	for i := range c.items {
		c.items[i] = &item{name: fmt.Sprint(i), detail: new([16]byte), parent: c.items[max(0, i-1)]}
	}
	return c
}

// page copies what it shows.
func (c *catalogue) page(from, length int) [][]byte {
	lines := make([][]byte, 0, length)
	for _, each := range c.items[from : from+length] {
		line := make([]byte, 512)
		copy(line, each.name)
		lines = append(lines, line)
	}
	return lines
}

func main() {
	listen := flag.String("listen", ":8090", "")
	flag.Parse()
	c := load(1_200_000)
	http.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		lines := c.page(1000, 1000)
		_, _ = w.Write(lines[len(lines)-1])
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(*listen, nil))
}
