// Command sessions remembers who has been here, and never forgets.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log"
	"net/http"
	"net/http/pprof"
	"os"
	"sync"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type session struct {
	token   string
	profile []byte
}

type registry struct {
	mu   sync.Mutex
	byID map[string]*session
}

func (r *registry) open() *session {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw)
	s := &session{token: hex.EncodeToString(raw), profile: newProfile()}
	r.mu.Lock()
	r.byID[s.token] = s
	r.mu.Unlock()
	return s
}

func newProfile() []byte { return make([]byte, 24<<10) }

func main() {
	sessions := &registry{byID: map[string]*session{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, sessions.open().token)
	})
	go func() { log.Fatal(http.ListenAndServe(os.Getenv("PUBLIC"), mux)) }()
	private := http.NewServeMux()
	private.Handle("/metrics", promhttp.Handler())
	private.HandleFunc("/debug/pprof/", pprof.Index)
	private.HandleFunc("/debug/pprof/profile", pprof.Profile)
	log.Fatal(http.ListenAndServe(os.Getenv("PRIVATE"), private))
}
