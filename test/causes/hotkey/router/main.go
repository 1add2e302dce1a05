// Command router sends each key to the shard that owns it, and most requests ask for the same few keys.
package main

import (
	"hash/fnv"
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

type ring struct {
	sync.RWMutex
	shards []string
}

func (r *ring) add(at string) {
	r.Lock()
	defer r.Unlock()
	r.shards = append(r.shards, at)
	sort.Strings(r.shards)
}

func (r *ring) owner(key string) string {
	r.RLock()
	defer r.RUnlock()
	hash := fnv.New32a()
	_, _ = io.WriteString(hash, key)
	return r.shards[hash.Sum32()%uint32(len(r.shards))]
}

// popular are the keys in the order in which clients ask; seven of ten ask for the first.
var popular = strings.Fields("news news news news sport news weather news news games")

func main() {
	shards := &ring{}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}
	var n atomic.Uint64
	mux := http.NewServeMux()
	mux.HandleFunc("POST /shards", func(_ http.ResponseWriter, r *http.Request) { shards.add(r.FormValue("at")) })
	mux.HandleFunc("GET /shards/{count}", func(w http.ResponseWriter, r *http.Request) {
		shards.RLock()
		defer shards.RUnlock()
		if count, err := strconv.Atoi(r.PathValue("count")); err != nil || len(shards.shards) < count {
			http.Error(w, "not all there", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("GET /topic", func(w http.ResponseWriter, r *http.Request) {
		key := popular[n.Add(1)%uint64(len(popular))]
		answer, err := client.Get("http://" + shards.owner(key) + "/keys/" + key)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		_, _ = io.Copy(w, answer.Body)
	})
	mux.HandleFunc("/pprof/", func(w http.ResponseWriter, r *http.Request) {
		if name := r.URL.Path[len("/pprof/"):]; name == "profile" {
			pprof.Profile(w, r)
		} else {
			pprof.Handler(name).ServeHTTP(w, r)
		}
	})
	slog.Error("router", "err", http.ListenAndServe(os.Getenv("LISTEN_ON"), mux))
}
