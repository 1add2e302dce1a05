// Command backup packs up the archive on every core, some time after it was started.
package main

import (
	"flag"
	"hash/crc64"
	"runtime"
	"time"
)

func main() {
	after := flag.Duration("after", 11500*time.Millisecond, "")
	threads := flag.Int("threads", 2*runtime.NumCPU(), "")
	flag.Parse()
	time.Sleep(*after)
	runtime.GOMAXPROCS(*threads)
	for range *threads {
		go pack()
	}
	time.Sleep(15 * time.Second)
}

func pack() {
	block := make([]byte, 1<<20)
	table := crc64.MakeTable(crc64.ECMA)
	for {
		crc64.Checksum(block, table)
	}
}
