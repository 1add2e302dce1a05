import { describe, expect, it } from 'vitest';
import { readProfileLabels } from '../../../src/profiles/discovery/profile-labels.ts';

const read = (labels: Readonly<Record<string, string>>) => readProfileLabels('web', labels);

describe('labels of a container', () => {
  it('that says nothing is asked', () => {
    expect(read({})).toMatchObject({
      enable: 'auto',
      at: undefined,
      scheme: 'http',
      wishes: {},
      labels: {},
      mistakes: [],
    });
  });

  it('say where pprof is, what to take and what to write on it', () => {
    const said = read({
      'rampart.profile.enable': 'true',
      'rampart.profile.port': '7070',
      'rampart.profile.path': '/internal/pprof',
      'rampart.profile.scheme': 'https',
      'rampart.profile.service': 'shop-web',
      'rampart.profile.interval': '5m',
      'rampart.profile.cpu': 'seconds=20',
      'rampart.profile.heap': '30s',
      'rampart.profile.mutex': 'off',
      'rampart.profile.trace': 'on',
      'rampart.label.team': 'payments',
    });
    expect(said).toEqual({
      enable: true,
      at: { port: 7070, path: '/internal/pprof' },
      path: '/internal/pprof',
      scheme: 'https',
      service: 'shop-web',
      intervalMs: 300_000,
      wishes: { cpu: { seconds: 20 }, heap: { seconds: 30 }, mutex: false, trace: {} },
      labels: { team: 'payments' },
      mistakes: [],
    });
  });

  it.each([
    [{ 'profefe.com/enable': 'true' }, { enable: true, at: { port: 6060, path: '/debug/pprof' } }],
    [
      { 'profefe.com/enable': 'true', 'profefe.com/port': '8080' },
      { enable: true, at: { port: 8080, path: '/debug/pprof' } },
    ],
    [
      { 'profefe.com/port': '8080', 'profefe.com/path': '/x' },
      { enable: 'auto', at: { port: 8080, path: '/x' } },
    ],
    [{ 'profefe.com/enable': 'yes' }, { enable: false }],
    [{ 'profefe.com/enable': 'true', 'profefe.com/service': 'shop' }, { service: 'shop' }],
    [{ 'profefe.com/enable': 'true', 'rampart.profile.enable': 'false' }, { enable: false }],
    [{ 'rampart.profile.enable': 'auto', 'profefe.com/enable': 'false' }, { enable: 'auto' }],
    [
      { 'rampart.pprof.port': '1', 'rampart.profile.port': '2', 'profefe.com/port': '3' },
      { at: { port: 1, path: '/debug/pprof' } },
    ],
  ])('%j mean %j', (labels, said) => {
    expect(read(labels as unknown as Record<string, string>)).toMatchObject(said);
  });

  it('that cannot be read are told, each, and count as not said', () => {
    const { mistakes, ...said } = read({
      'rampart.profile.enable': 'ja',
      'rampart.profile.port': 'x',
      'rampart.profile.scheme': 'ftp',
      'rampart.profile.interval': '0s',
      'rampart.profile.cpu': '1.5s',
      'rampart.profile.hepa': 'on',
      'rampart.label.a-b': 'c',
    });
    expect(mistakes).toHaveLength(7);
    for (const word of ['enable', 'port', 'scheme', 'interval', 'cpu', 'hepa', 'a-b'])
      expect(mistakes.join('\n')).toContain(word);
    expect(said).toMatchObject({
      enable: 'auto',
      at: undefined,
      scheme: 'http',
      intervalMs: undefined,
      wishes: {},
      labels: {},
    });
  });
});
