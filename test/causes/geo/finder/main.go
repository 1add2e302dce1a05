// Command finder asks the maps where a place is, and only looks at the status.
package main

import (
	"log"
	"net/http"
	"net/http/pprof"
	"os"
)

type finder struct{ maps string }

func (f *finder) exists(place string) bool {
	answer, err := http.Get(f.maps + "/places/" + place)
	return err == nil && answer.StatusCode == http.StatusOK
}

func main() {
	f := &finder{os.Getenv("MAPS_URL")}
	mux := http.NewServeMux()
	mux.HandleFunc("HEAD /{place}", func(w http.ResponseWriter, r *http.Request) {
		if !f.exists(r.PathValue("place")) {
			w.WriteHeader(http.StatusNotFound)
		}
	})
	admin := http.NewServeMux()
	admin.HandleFunc("/debug/pprof/", pprof.Index)
	admin.HandleFunc("/debug/pprof/profile", pprof.Profile)
	go func() { log.Fatal(http.ListenAndServe(os.Getenv("FINDER_ADMIN"), admin)) }()
	log.Fatal(http.ListenAndServe(os.Getenv("FINDER"), mux))
}
