// Command archive appends documents to a file that other programs append to as well, so it locks the file as they do.
package main

import (
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func appendDocument(path string, document []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := lockFile(file); err != nil {
		return err
	}
	time.Sleep(4 * time.Millisecond) // the disk
	_, err = file.WriteAt(document, 0)
	return err
}

// lockFile waits in the kernel, on a thread of its own for each caller.
func lockFile(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_EX) }

func main() {
	path := filepath.Join(os.TempDir(), "archive-"+filepath.Base(os.Args[0])+"-documents")
	defer os.Remove(path)
	http.HandleFunc("/documents", func(w http.ResponseWriter, _ *http.Request) {
		if err := appendDocument(path, []byte("document\n")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("ARCHIVE_ADDR"), nil))
}
