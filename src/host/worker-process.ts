/** Processes of our own program that work for this one: data goes in, messages go both ways, and they are gone when this one is. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * V8 flags of such a process. By default V8 collects and compiles in four threads beside the one that works: on two cores they take the
 * processor from it and from what it measures, for milliseconds at a time. One thread is left to them, for a compiler in the working thread
 * (`--single-threaded`) holds that up for up to 10 ms a function; baseline code is made at once, so that there is less to catch up on. The
 * memory reducer shrinks the heap of a thread that allocates little (src/heap/memory-reducer.cc), by collections of 1 to 8 ms in which it
 * does nothing else.
 */
const flags = ['--single-threaded-gc', '--v8-pool-size=1', '--always-sparkplug', '--no-memory-reducer'];

/** What comes from a worker process. */
export interface WorkerProcessEvents<Answer> {
  said(answer: Answer): void;
  /** It threw, or could not be started; an error that was thrown has lost its class but keeps its fields. */
  failed(error: unknown): void;
  exited(): void;
}

/** A worker process; it must be stopped. */
export interface WorkerProcess<Order> {
  order(order: Order): void;
  /** Kills it if it still runs, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** What the two send each other: the data first, then orders; answers, or one failure. */
export type WorkerAnswerEnvelope<Answer> = { readonly answer: Answer } | { readonly failure: unknown };

/** Starts the module `entry`, which must call `workForParent`, with `data`, which must be fit for structured cloning. */
export function startWorkerProcess<Order, Answer>(
  entry: URL,
  data: unknown,
  events: WorkerProcessEvents<Answer>,
): WorkerProcess<Order> {
  const child = fork(fileURLToPath(entry), [], {
    execArgv: flags,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const once = (event: string) => new Promise<void>((resolve) => child.once(event, () => resolve()));
  // What it said last may still be in the channel when it has exited.
  const ended = Promise.all([once('exit'), once('disconnect')]).then(events.exited);
  const gone = Promise.race([ended, once('error')]);
  // Its end is told by its exit; a message that it can no longer take is of no interest then.
  const ignore = () => {};
  child.on('message', (message: WorkerAnswerEnvelope<Answer>) => {
    if ('failure' in message) events.failed(message.failure);
    else events.said(message.answer);
  });
  child.on('error', events.failed);
  child.send({ data }, ignore);
  return {
    order: (order) => void (child.connected && child.send({ order }, ignore)),
    stop: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
