// oracle prints the events of an execution trace as golang.org/x/exp/trace reads them, one a line, in the form of trace-lines.ts.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"golang.org/x/exp/trace"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if err := printEvents(out, os.Stdin); err != nil {
		fmt.Fprintf(out, "error\n")
		fmt.Fprintln(os.Stderr, err)
	}
}

func printEvents(out io.Writer, in io.Reader) error {
	// Large enough for the reader to read from it, and from no buffer of its own.
	rest := bufio.NewReaderSize(in, 1<<16)
	reader, err := trace.NewReader(rest)
	if err != nil {
		return err
	}
	var first trace.Time
	for isFirst := true; ; isFirst = false {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			return atEnd(rest)
		}
		if err != nil {
			return err
		}
		if isFirst {
			first = event.Time()
		}
		fmt.Fprintf(out, "%d %d %d %d %s\n", event.Time()-first, event.Thread(), event.Proc(), event.Goroutine(), text(event))
	}
}

// atEnd is an error where something is left: a table that ends within an entry is told as the end of the trace.
func atEnd(rest *bufio.Reader) error {
	if _, err := rest.Peek(1); err != io.EOF {
		return errors.New("a table ends within an entry")
	}
	return nil
}

func text(event trace.Event) string {
	switch event.Kind() {
	case trace.EventSync:
		return "sync"
	case trace.EventMetric:
		metric := event.Metric()
		value := metric.Value.Uint64()
		return fmt.Sprintf("metric %q %d %s", metric.Name, int64(value), stackText(event.Stack()))
	case trace.EventLabel:
		label := event.Label()
		return fmt.Sprintf("label %q %d", label.Label, label.Resource.Goroutine())
	case trace.EventStackSample:
		return "sample " + stackText(event.Stack())
	case trace.EventRangeBegin, trace.EventRangeActive, trace.EventRangeEnd:
		return rangeText(event)
	case trace.EventTaskBegin, trace.EventTaskEnd:
		task := event.Task()
		return fmt.Sprintf("%s %d %d %q %s", map[bool]string{true: "task-begin", false: "task-end"}[event.Kind() == trace.EventTaskBegin],
			int64(task.ID), int64(task.Parent), task.Type, stackText(event.Stack()))
	case trace.EventRegionBegin, trace.EventRegionEnd:
		region := event.Region()
		return fmt.Sprintf("%s %d %q %s", map[bool]string{true: "region-begin", false: "region-end"}[event.Kind() == trace.EventRegionBegin],
			int64(region.Task), region.Type, stackText(event.Stack()))
	case trace.EventLog:
		log := event.Log()
		return fmt.Sprintf("log %d %q %q %s", int64(log.Task), log.Category, log.Message, stackText(event.Stack()))
	case trace.EventStateTransition:
		return transitionText(event)
	case trace.EventExperimental:
		return "memory"
	}
	return event.Kind().String()
}

func rangeText(event trace.Event) string {
	told := event.Range()
	scope, of := "none", int64(-1)
	switch told.Scope.Kind {
	case trace.ResourceGoroutine:
		scope, of = "goroutine", int64(told.Scope.Goroutine())
	case trace.ResourceProc:
		scope, of = "proc", int64(told.Scope.Proc())
	}
	switch event.Kind() {
	case trace.EventRangeBegin:
		return fmt.Sprintf("range-begin %q %s %d %s", told.Name, scope, of, stackText(event.Stack()))
	case trace.EventRangeActive:
		return fmt.Sprintf("range-active %q %s %d", told.Name, scope, of)
	}
	var swept, reclaimed uint64
	for _, attribute := range event.RangeAttributes() {
		switch attribute.Name {
		case "bytes swept":
			swept = attribute.Value.Uint64()
		case "bytes reclaimed":
			reclaimed = attribute.Value.Uint64()
		}
	}
	return fmt.Sprintf("range-end %q %s %d %d %d", told.Name, scope, of, swept, reclaimed)
}

func transitionText(event trace.Event) string {
	change := event.StateTransition()
	if change.Resource.Kind == trace.ResourceProc {
		from, to := change.Proc()
		return fmt.Sprintf("proc %d %s %s", change.Resource.Proc(), from, to)
	}
	from, to := change.Goroutine()
	// Only of a goroutine that is created, the stack of the change is not that of the event.
	start := ""
	if from == trace.GoNotExist && (to == trace.GoRunnable || to == trace.GoWaiting) {
		start = " " + stackText(change.Stack)
	}
	return fmt.Sprintf("goroutine %d %s %s %q %s%s", change.Resource.Goroutine(), from, to, change.Reason, stackText(event.Stack()), start)
}

func stackText(stack trace.Stack) string {
	if stack == trace.NoStack {
		return "-"
	}
	hash := fnv.New32a()
	depth := 0
	for frame := range stack.Frames() {
		fmt.Fprintf(hash, "%d|%s|%s|%d\n", frame.PC, frame.Func, frame.File, frame.Line)
		depth++
	}
	if depth == 0 {
		return "-"
	}
	return fmt.Sprintf("%d:%08x", depth, hash.Sum32())
}
