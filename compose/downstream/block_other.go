//go:build !linux

package main

import "time"

const canBlockThread = false

func blockThread(time.Duration) {}
