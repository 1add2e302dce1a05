package serve

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// start runs a service whose requests end when finish is closed; entered receives one value a request.
func start(t *testing.T, drain time.Duration) (url string, entered chan bool, finish chan bool, stop func(), done chan error) {
	t.Helper()
	public, admin, err := Listen("127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, finish, done = make(chan bool, 1), make(chan bool), make(chan error, 1)
	service := &Service{
		Public: public, Admin: admin, DrainTimeout: drain,
		AdminHandler: http.NotFoundHandler(),
		PublicHandler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			entered <- true
			<-finish
			io.WriteString(w, "answered")
		}),
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() { done <- service.Run(ctx) }()
	return "http://" + public.Addr().String(), entered, finish, cancel, done
}

func TestARequestInFlightIsAnsweredBeforeTheEnd(t *testing.T) {
	url, entered, finish, stop, done := start(t, 5*time.Second)
	body := make(chan string, 1)
	go func() {
		res, err := http.Get(url)
		if err != nil {
			body <- err.Error()
			return
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		body <- string(text)
	}()
	<-entered
	stop()
	select {
	case err := <-done:
		t.Fatalf("stopped with a request in flight: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	if got := <-body; got != "answered" {
		t.Errorf("the client got %q", got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestADrainIsBounded(t *testing.T) {
	url, entered, finish, stop, done := start(t, 50*time.Millisecond)
	defer close(finish)
	go http.Get(url)
	<-entered
	stop()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "in flight") {
			t.Errorf("got %v, want an error that tells of requests in flight", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the drain did not end")
	}
}

func TestATakenPortIsAnErrorThatNamesTheSetting(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, _, err := Listen(taken.Addr().String(), "127.0.0.1:0"); err == nil || !strings.HasPrefix(err.Error(), "LISTEN_ADDR: ") {
		t.Errorf("got %v", err)
	}
	if _, _, err := Listen("127.0.0.1:0", taken.Addr().String()); err == nil || !strings.HasPrefix(err.Error(), "PPROF_ADDR: ") {
		t.Errorf("got %v", err)
	}
}
