// Command node works; the first one of a fleet is on older disks than the others.
package main

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"net/url"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	listener, err := net.Listen("tcp", os.Getenv("NODE"))
	if err != nil {
		log.Fatal(err)
	}
	number := join(os.Getenv("ROUTER_URL"), os.Getenv("NODE_AT"))
	http.HandleFunc("/work", func(w http.ResponseWriter, _ *http.Request) {
		readBlock(number)
		_, _ = io.WriteString(w, "done\n")
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.Serve(listener, nil))
}

func readBlock(number int) {
	seek := 4 * time.Millisecond
	if number == 1 {
		seek = 60 * time.Millisecond
	}
	time.Sleep(seek)
}

// join tells the router where this node is, and returns its number, from 1 on.
func join(router, at string) int {
	if host, port, _ := net.SplitHostPort(at); host == "" {
		name, err := os.Hostname()
		if err != nil {
			log.Fatal(err)
		}
		at = net.JoinHostPort(name, port)
	}
	for {
		answer, err := http.PostForm(router+"/join", url.Values{"at": {at}})
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		var number int
		err = json.NewDecoder(answer.Body).Decode(&number)
		_ = answer.Body.Close()
		if err != nil {
			log.Fatal(err)
		}
		return number
	}
}
