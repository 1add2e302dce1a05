package main

import (
	"syscall"
	"time"
	"unsafe"
)

const canBlockThread = true

// blockThread blocks the calling operating-system thread for d, as a file system, a DNS lookup in C or any other call
// does that bypasses the runtime's poller. The runtime notices after 20 us to 10 ms, takes the P away and, if goroutines
// wait, starts another thread: this is how the number of threads grows with the number of requests, and why all requests
// take longer than d when many block. time.Sleep would block the goroutine only.
func blockThread(d time.Duration) {
	if d <= 0 {
		return
	}
	left := syscall.NsecToTimespec(d.Nanoseconds())
	for {
		_, _, errno := syscall.Syscall(syscall.SYS_NANOSLEEP,
			uintptr(unsafe.Pointer(&left)), uintptr(unsafe.Pointer(&left)), 0)
		if errno != syscall.EINTR { // the runtime's own signals interrupt it; left then holds what is left
			return
		}
	}
}
