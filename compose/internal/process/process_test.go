package process

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"rampart.dev/compose/internal/env"
)

func call(t *testing.T, values map[string]string, run func(context.Context, Common) error, args ...string) (code int, stderr string) {
	t.Helper()
	def := slog.Default()
	defer slog.SetDefault(def)
	var out strings.Builder
	lookup := func(name string) (string, bool) { value, set := values[name]; return value, set }
	code = main("service", args, lookup, io.Writer(&out), func(r *env.Reader) Common { return ReadCommon(r) }, run)
	return code, out.String()
}

func never(t *testing.T) func(context.Context, Common) error {
	return func(context.Context, Common) error { t.Error("the service was started"); return nil }
}

func TestMistakesEndWithCode2BeforeAnythingStarts(t *testing.T) {
	code, stderr := call(t, map[string]string{"LISTEN_ADDR": "8080", "SHUTDOWN_TIMEOUT": "soon"}, never(t))
	if code != 2 || !strings.HasPrefix(stderr, "service: 2 mistakes in the environment\n  LISTEN_ADDR must be host:port") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
	if code, stderr := call(t, nil, never(t), "8080"); code != 2 || !strings.Contains(stderr, "takes no arguments") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
	if code, _ := call(t, nil, never(t), "-port=1"); code != 2 {
		t.Errorf("an unknown flag gave code %d", code)
	}
}

func TestAFailureEndsWithCode1AndASignalWithCode0(t *testing.T) {
	if code, _ := call(t, nil, func(context.Context, Common) error { return errors.New("port taken") }); code != 1 {
		t.Errorf("a failure gave code %d", code)
	}
	code, stderr := call(t, nil, func(ctx context.Context, _ Common) error {
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		<-ctx.Done()
		return nil
	})
	if code != 0 || stderr != "" {
		t.Errorf("SIGTERM gave code %d, stderr %q", code, stderr)
	}
}

func TestHealthcheckAsksTheServiceOfTheSameSettings(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	settings := map[string]string{"LISTEN_ADDR": "0.0.0.0:" + port}
	if code, stderr := call(t, settings, never(t), "-healthcheck"); code != 0 {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
	server.Close()
	if code, stderr := call(t, settings, never(t), "-healthcheck"); code != 1 || !strings.Contains(stderr, "refused") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}
