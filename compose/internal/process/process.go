// Package process is what the main functions of all services have in common: flags, settings, logs, signals, exit codes.
package process

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"rampart.dev/compose/internal/admin"
	"rampart.dev/compose/internal/env"
	"rampart.dev/compose/internal/health"
)

// Exit codes.
const (
	exitOK       = 0
	exitFailed   = 1
	exitBadUsage = 2
)

// Common holds the settings that every service has, next to those of admin.Config:
//
//	LISTEN_ADDR       :8080  where the service answers
//	SHUTDOWN_TIMEOUT  10s    how long requests in flight may take to finish after SIGTERM or SIGINT
type Common struct {
	ListenAddr      string
	ShutdownTimeout time.Duration
	Admin           admin.Config
}

// ReadCommon reads Common from the environment.
func ReadCommon(r *env.Reader) Common {
	return Common{
		ListenAddr:      r.Addr("LISTEN_ADDR", ":8080"),
		ShutdownTimeout: r.PositiveDuration("SHUTDOWN_TIMEOUT", 10*time.Second),
		Admin:           admin.ReadConfig(r),
	}
}

// Main is a whole main function: it reads the settings, runs the service until a signal, and returns the exit code.
// With -healthcheck it only asks the running service of the same settings whether it is well.
func Main[C any](name string, read func(*env.Reader) C, run func(context.Context, C) error) int {
	return main(name, os.Args[1:], os.LookupEnv, os.Stderr, read, run)
}

func main[C any](name string, args []string, lookup env.Lookup, stderr io.Writer, read func(*env.Reader) C, run func(context.Context, C) error) int {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	healthcheck := flags.Bool("healthcheck", false, "ask the service on LISTEN_ADDR for /healthz; exit 0 if it is well, 1 if not")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitBadUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "%s takes no arguments, got %q; its settings are environment variables\n", name, flags.Args())
		return exitBadUsage
	}

	reader := env.NewReader(lookup)
	config := read(reader)
	if err := reader.Err(); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return exitBadUsage
	}
	if *healthcheck {
		if err := health.Check(context.Background(), ReadCommon(reader).ListenAddr); err != nil {
			fmt.Fprintf(stderr, "%s: %v\n", name, err)
			return exitFailed
		}
		return exitOK
	}

	// Logs go to standard output. The runtime writes its trace lines to standard error, each in many small writes; an
	// application that writes there too cuts them in the middle.
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, config); err != nil {
		slog.Error("stopped", "service", name, "error", err)
		return exitFailed
	}
	slog.Info("stopped", "service", name)
	return exitOK
}
