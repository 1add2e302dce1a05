/** A generator at work: session after session, for whoever has its token. */
import type { Duplex } from 'node:stream';
import { systemLookup } from '../../host/addresses.ts';
import { hrUs, pause } from '../../host/clock.ts';
import { hostName, machineFacts } from '../../host/machine.ts';
import { networkMark, ownCpuLimit, ownMemoryKills, watchMachine } from '../../host/machine-watch.ts';
import { isGone, sealed } from '../../host/sealed-stream.ts';
import { dialUpgrade, listenForUpgrades } from '../../host/upgrade.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { Caller } from '../../model/host.ts';
import type { AllowedHost } from '../../model/scenario.ts';
import { consentTo } from './consent.ts';
import { otherToken } from './fleet.ts';
import { type GeneratorHost, type SessionEnd, turnAway, workFor } from './generator.ts';
import { generatorPurpose, generatorUpgrade } from './protocol.ts';

/** Where a generator calls, or is called. */
interface GeneratorPlace {
  readonly kind: 'join' | 'listen';
  readonly host: string;
  readonly port: number;
}

/** What a generator is asked to be. */
interface GeneratorRequest {
  readonly at: GeneratorPlace;
  readonly name: string | undefined;
  readonly token: string;
  readonly allow: readonly AllowedHost[];
  readonly once: boolean;
  readonly checkMachine: GeneratorHost['checkMachine'];
}

const sealMs = 10_000;
const betweenCallsMs = 500;

/** Works until the caller's signal, or for one session; rejects when it cannot listen, or the other end cannot be worked with. */
export async function runGenerator(request: GeneratorRequest, caller: Caller): Promise<void> {
  const name = request.name ?? hostName;
  const cpuLimit = await ownCpuLimit();
  const host: GeneratorHost = {
    hello: { name, machine: machineFacts(), network: networkMark(), ...(cpuLimit === undefined ? {} : { cpuLimit }) },
    version: caller.version,
    hrUs,
    watchMachine,
    memoryKills: ownMemoryKills,
    consent: consentTo(request.allow, systemLookup, name),
    checkMachine: request.checkMachine,
  };
  if (request.at.kind === 'join') await callAgainAndAgain(request, host, caller);
  else await beCalled(request, host, caller);
}

async function callAgainAndAgain(
  { at, token, once }: GeneratorRequest,
  host: GeneratorHost,
  caller: Caller,
): Promise<void> {
  const { signal, log } = caller;
  const place = `${at.host}:${at.port}`;
  log.info(`calling ${place}`);
  let trouble = '';
  while (!signal.aborted) {
    const stream = await dialUpgrade({ host: at.host, port: at.port, ...generatorUpgrade }, sealMs).catch(
      (error: unknown) => {
        if (messageOf(error).includes('status 426'))
          throw versionError(`${place} speaks another version of the protocol`);
        return undefined;
      },
    );
    if (stream) {
      const inside = await sealed(stream, { token, purpose: generatorPurpose, isDialler: true, ms: sealMs }).catch(
        (error: unknown) => {
          if (!isGone(error)) throw otherToken(place, error);
          const message = messageOf(error);
          if (message !== trouble) log.warn(`${place}: ${message} before it was greeted; calling again`);
          trouble = message;
          return undefined;
        },
      );
      if (inside) {
        trouble = '';
        const end = await session(inside, host, caller);
        if (end.why === 'version') throw versionError(end.message);
        if (once && end.why === 'released') return;
      }
    }
    await pause(betweenCallsMs, { signal });
  }
}

function versionError(message: string) {
  return environmentError(
    'generator-version',
    message,
    'Both must be of one version: install the same on both machines.',
  );
}

async function beCalled({ at, token, once }: GeneratorRequest, host: GeneratorHost, caller: Caller): Promise<void> {
  const { signal, log } = caller;
  let isBusy = false;
  let over = () => {};
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  const take = async (stream: Duplex) => {
    const inside = await sealed(stream, { token, purpose: generatorPurpose, isDialler: false, ms: sealMs });
    if (isBusy) {
      turnAway(inside, host);
      return;
    }
    isBusy = true;
    await session(inside, host, caller);
    isBusy = false;
    if (once) over();
  };
  const place = { host: at.host, port: at.port, flag: '--listen HOST:PORT' };
  const server = await listenForUpgrades(place, generatorUpgrade, (stream) => {
    take(stream).catch((error: unknown) => log.warn(`who called was turned away: ${messageOf(error).trim()}`));
  });
  log.info(`generator ${host.hello.name} waits at ${server.url.replace('http://', '')}`);
  signal.addEventListener('abort', over);
  if (signal.aborted) over();
  await ended;
  await server.close();
}

async function session(stream: Duplex, host: GeneratorHost, { signal, log }: Caller): Promise<SessionEnd> {
  log.info('working for a run');
  const end = await workFor(stream, host, signal);
  log.info(end.message);
  return end;
}
