/** A Docker engine in memory: answers what a test gives it, and fails with the name of anything else that is asked. */
import type { ContainerEvent, ContainerLine, DockerEngine, InspectedContainer } from '../../src/host/docker-engine.ts';

/** An engine that answers only these questions. */
export function fakeEngine(answers: Partial<DockerEngine>): DockerEngine {
  const unasked = (name: string) => () => Promise.reject(new Error(`a test did not expect ${name}`));
  const questions = ['ping', 'abilities', 'containers', 'inspect', 'things', 'imageId', 'logs', 'events', 'stats'];
  const none = Object.fromEntries(questions.map((name) => [name, unasked(name)]));
  return { ...(none as unknown as DockerEngine), ...answers };
}

/** A running container of a compose project. */
export function fakeContainer(changes: Partial<InspectedContainer> = {}): InspectedContainer {
  return {
    id: 'c1',
    name: 'shop-web-1',
    labels: { 'com.docker.compose.service': 'web', 'com.docker.compose.container-number': '1' },
    environment: {},
    hasTty: false,
    isRunning: true,
    startedS: 1000,
    endedS: -1,
    exitCode: 0,
    ports: [],
    networks: [],
    networkMode: 'shop_default',
    image: 'shop-web',
    imageId: 'sha256:1',
    limits: {},
    resources: { nanoCpus: 0, cpuPeriod: 0, cpuQuota: 0, memory: 0, memorySwap: 0 },
    ...changes,
  };
}

/** A stream that a test feeds; it ends when the signal aborts, or when the test says so. */
export interface FakeStream<Item> {
  readonly open: (signal: AbortSignal) => AsyncIterable<Item>;
  give(item: Item): void;
  end(): void;
}

/** Holds what is given until it is asked for. */
export function fakeStream<Item extends ContainerEvent | ContainerLine | string>(): FakeStream<Item> {
  const held: Item[] = [];
  let isOver = false;
  let wake = () => {};
  const stir = () => wake();
  async function* read(signal: AbortSignal): AsyncGenerator<Item> {
    signal.addEventListener('abort', stir);
    while (!signal.aborted) {
      yield* held.splice(0);
      if (isOver || signal.aborted) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    throw signal.reason;
  }
  return {
    open: read,
    give: (item) => {
      held.push(item);
      stir();
    },
    end: () => {
      isOver = true;
      stir();
    },
  };
}
