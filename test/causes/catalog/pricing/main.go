// Command pricing says what an article costs; asking the price book takes 20 ms.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"
)

func main() {
	mux := http.DefaultServeMux
	mux.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
		fmt.Fprintf(w, `{"sku":%q,"cents":1999}`, r.URL.Query().Get("sku"))
	})
	mux.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})
	log.Fatal(http.ListenAndServe(os.Getenv("BIND"), mux))
}
