// Answers as net/http/pprof does on many loopback addresses, with profiles that it took of itself before.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"runtime"
	"runtime/pprof"
	"strconv"
	"time"
)

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	bodies := takeProfiles()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seconds, _ := strconv.Atoi(r.URL.Query().Get("seconds"))
		select {
		case <-time.After(time.Duration(seconds) * time.Second):
		case <-r.Context().Done():
			return
		}
		body, ok := bodies[path.Base(r.URL.Path)]
		if !ok {
			http.Error(w, "Unknown profile", http.StatusNotFound)
			return
		}
		w.Write(body)
	})
	for i := 0; i < count; i++ {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.64.%d.%d:6060", i/250, i%250+1))
		if err != nil {
			panic(err)
		}
		go http.Serve(listener, answer)
	}
	fmt.Println("ready")
	select {}
}

// takeProfiles works for two seconds in packages with many functions, and profiles that.
func takeProfiles() map[string][]byte {
	runtime.SetMutexProfileFraction(1)
	runtime.SetBlockProfileRate(1)
	runtime.MemProfileRate = 4096
	var cpu bytes.Buffer
	if err := pprof.StartCPUProfile(&cpu); err != nil {
		panic(err)
	}
	type tree struct {
		Name  string
		Under []tree
	}
	var grow func(depth int) tree
	grow = func(depth int) tree {
		if depth == 0 {
			return tree{Name: "leaf"}
		}
		return tree{Name: fmt.Sprint("node ", depth), Under: []tree{grow(depth - 1), grow(depth - 1)}}
	}
	for begin := time.Now(); time.Since(begin) < 2*time.Second; {
		text, _ := json.Marshal(grow(10))
		var back tree
		json.Unmarshal(text, &back)
	}
	pprof.StopCPUProfile()
	bodies := map[string][]byte{"profile": cpu.Bytes()}
	for _, name := range []string{"heap", "goroutine", "mutex", "block"} {
		var body bytes.Buffer
		pprof.Lookup(name).WriteTo(&body, 0)
		bodies[name] = body.Bytes()
	}
	return bodies
}
