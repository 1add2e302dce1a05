package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// minLameDuck is for clients that have just been told.
const minLameDuck = 250 * time.Millisecond

// giveUp hands our requests to the others, and takes our nomination back, so that theirs do not come to us: they look
// each interval who is to stay. Only some time after it may we leave.
func (p *peer) giveUp(ctx context.Context, others *clientv3.Client) error {
	if p.going.Load() {
		return nil
	}
	if _, err := others.Delete(ctx, nominatedPrefix+p.self.Name); err != nil {
		return err
	}
	p.goingSince = time.Now()
	p.going.Store(true)
	return nil
}

// lameDuck is how long a member that is to leave still takes requests of others.
func (p *peer) lameDuck() time.Duration { return max(minLameDuck, 2*p.cfg.interval) }

// leave is a step on the way out of the cluster, without a request being lost.
func (p *peer) leave(ctx context.Context, m *member) error {
	others, err := p.others()
	if err != nil {
		return err
	}
	if err := p.giveUp(ctx, others); err != nil || time.Since(p.goingSince) < p.lameDuck() {
		return err
	}
	if err := m.leave(ctx, others); err != nil {
		return err
	}
	p.volunteerAgain(m)
	return nil
}

// volunteerAgain ends a membership; its data is gone with it, so that we are somebody else from now on.
func (p *peer) volunteerAgain(m *member) {
	p.going.Store(true)
	p.self.Instance = rand.Text()
	p.local.Store(nil)
	p.closing.Go(m.close) // it takes a second
}

// stop leaves the cluster in good order; requests go to the others from now on.
func (p *peer) stop() {
	p.done.Lock() // for a step that is under way
	defer p.done.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 2*p.cfg.election)
	defer cancel()
	if m := p.local.Load(); m != nil && !m.isAlone() {
		others, err := p.others()
		if err == nil {
			err = p.giveUp(ctx, others)
		}
		if err == nil {
			time.Sleep(p.lameDuck() - time.Since(p.goingSince))
			err = m.leave(ctx, others)
		}
		if err != nil {
			slog.Warn("could not leave the cluster in good order", "error", err)
			return
		}
	}
	if client := p.store(); client != nil {
		p.lease.end(ctx, client)
	}
}
