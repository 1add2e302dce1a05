// Command measure runs a command in a process group of its own and says what the whole group cost: CPU time while it ran
// and its peak memory. Linux only, as it reads /proc.
//
//	measure SECONDS command args...
//
// The command's stdout goes to the file $MEASURE_STDOUT. At its end one line of JSON goes to stdout:
// {"exit":0,"timedOut":false,"peakBytes":n,"cpuUs":n,"samples":[[unixUs,cpuUs],...]}
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	sampleEvery = 100 * time.Millisecond
	tickUs      = 10_000 // USER_HZ is 100 on every Linux architecture Go and Node run on
)

type report struct {
	Exit      int        `json:"exit"`
	TimedOut  bool       `json:"timedOut"`
	PeakBytes int64      `json:"peakBytes"`
	CPUUs     int64      `json:"cpuUs"`
	Samples   [][2]int64 `json:"samples"`
}

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: measure SECONDS command args...")
	}
	limit, err := strconv.ParseFloat(os.Args[1], 64)
	if err != nil {
		log.Fatal(err)
	}
	stdout, err := os.Create(os.Getenv("MEASURE_STDOUT"))
	if err != nil {
		log.Fatal(err)
	}
	command := exec.Command(os.Args[2], os.Args[3:]...)
	command.Stdout, command.Stderr = stdout, os.Stderr
	runtime.LockOSThread() // the death signal is tied to the thread that started the command
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(watch(command, time.Duration(limit*float64(time.Second)))); err != nil {
		log.Fatal(err)
	}
}

// watch samples the group until the command has ended, or kills the group after limit.
func watch(command *exec.Cmd, limit time.Duration) report {
	var r report
	group := command.Process.Pid
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	ticker := time.NewTicker(sampleEvery)
	deadline := time.After(limit)
	for {
		select {
		case <-ticker.C:
			cpuUs, peakBytes := look(group)
			r.Samples = append(r.Samples, [2]int64{time.Now().UnixMicro(), cpuUs})
			r.PeakBytes = max(r.PeakBytes, peakBytes)
		case <-deadline:
			r.TimedOut = true
			_ = syscall.Kill(-group, syscall.SIGKILL)
		case <-ended:
			state := command.ProcessState
			r.Exit = state.ExitCode()
			r.CPUUs = (state.UserTime() + state.SystemTime()).Microseconds()
			r.Samples = append(r.Samples, [2]int64{time.Now().UnixMicro(), r.CPUUs})
			r.PeakBytes = max(r.PeakBytes, peakAfter(state))
			return r
		}
	}
}

// peakAfter is the peak by the kernel's own account, which also saw the last moments. A child inherits the peak of the
// process that started it, so a value no larger than ours says nothing.
func peakAfter(state *os.ProcessState) int64 {
	var own syscall.Rusage
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok || syscall.Getrusage(syscall.RUSAGE_SELF, &own) != nil || usage.Maxrss <= own.Maxrss {
		return 0
	}
	return usage.Maxrss * 1024
}

// look adds up the CPU time so far and the peak memory of the processes of a group.
func look(group int) (cpuUs, peakBytes int64) {
	directories, _ := filepath.Glob("/proc/[0-9]*")
	for _, directory := range directories {
		stat, err := os.ReadFile(directory + "/stat")
		if err != nil {
			continue
		}
		// After the name in parentheses, which may hold anything: state ppid pgrp ... utime (12th) stime (13th).
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 13 || fields[2] != strconv.Itoa(group) {
			continue
		}
		for _, field := range fields[11:13] {
			ticks, _ := strconv.ParseInt(field, 10, 64)
			cpuUs += ticks * tickUs
		}
		peakBytes += highWater(directory)
	}
	return cpuUs, peakBytes
}

func highWater(directory string) int64 {
	status, _ := os.ReadFile(directory + "/status")
	for line := range strings.Lines(string(status)) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			return kib * 1024
		}
	}
	return 0
}
