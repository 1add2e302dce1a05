package main

import (
	"strings"
	"testing"
	"time"

	"rampart.dev/compose/internal/env"
)

func configOf(settings map[string]string) (config, error) {
	reader := env.NewReader(func(name string) (string, bool) { value, set := settings[name]; return value, set })
	cfg := readConfig(reader)
	return cfg, reader.Err()
}

func TestDefaultsAreAPlainDelayAndStandingAlone(t *testing.T) {
	cfg, err := configOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.delay.shape != fixed || cfg.delay.typical != 5*time.Millisecond || cfg.responseBytes != 2048 || cfg.loadBalancer != "" {
		t.Errorf("%+v", cfg)
	}
	if cfg.cpuBurn+cfg.lockHold+cfg.syscallBlock+cfg.stall.length != 0 || cfg.allocBytes+cfg.retainBytes != 0 || cfg.errorShare != 0 {
		t.Errorf("work that nobody asked for: %+v", cfg)
	}
}

func TestSettingsThatContradictEachOtherAreRefused(t *testing.T) {
	for _, test := range []struct {
		settings map[string]string
		want     string
	}{
		{map[string]string{"DELAY_SIGMA": "1"},
			`DELAY_SIGMA has an effect only with DELAY_DISTRIBUTION=lognormal, not with fixed, got "1" (example: DELAY_DISTRIBUTION=lognormal)`},
		{map[string]string{"DELAY_DISTRIBUTION": "uniform", "DELAY_JITTER": "6ms"},
			`DELAY_JITTER must be at most DELAY, which is 5ms, got "6ms" (example: 2.5ms)`},
		{map[string]string{"STALL_FOR": "1s"},
			`STALL_EVERY must be set because STALL_FOR is, got "" (example: 10s)`},
		{map[string]string{"STALL_EVERY": "10s"},
			`STALL_FOR must be set because STALL_EVERY is, got "" (example: 200ms)`},
		{map[string]string{"STALL_EVERY": "1s", "STALL_FOR": "1s"},
			`STALL_FOR must be less than STALL_EVERY, which is 1s, got "1s" (example: 100ms)`},
		{map[string]string{"FIRST_DELAY": "50ms"},
			`LOADBALANCER_ADDR must be set because FIRST_DELAY is, got "" (example: loadbalancer:8080)`},
		{map[string]string{"LOADBALANCER_ADDR": "loadbalancer"},
			`LOADBALANCER_ADDR must be host:port, got "loadbalancer" (example: 127.0.0.1:8080)`},
	} {
		if _, err := configOf(test.settings); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v\nwant %s", test.settings, err, test.want)
		}
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	_, err := configOf(map[string]string{"DELAY": "5", "ERROR_SHARE": "2", "RETAIN_BYTES": "1GB"})
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("got %v, want 3 mistakes", err)
	}
}
