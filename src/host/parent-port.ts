/** The inside of a worker process: what it is given, what it is told, and what it says to the process that started it. */
import type { WorkerAnswerEnvelope } from './worker-process.ts';

/** The line to the process that started this one. */
export interface ParentPort<Order, Answer> {
  say(answer: Answer): void;
  onOrder(listener: (order: Order) => void): void;
}

type Message<Data, Order> = { readonly data: Data } | { readonly order: Order };

/** The process that started this one takes it down in its own time: a Ctrl-C in their terminal reaches both. */
const parentsSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Does the work once its data are here, tells what it threw, and ends the process: then, or when the other process is gone. */
export function workForParent<Data, Order, Answer>(
  work: (data: Data, port: ParentPort<Order, Answer>) => Promise<void>,
): void {
  let heard = (_order: Order) => {};
  let sent = Promise.resolve();
  const send = (message: WorkerAnswerEnvelope<Answer>) => {
    sent = new Promise((resolve) => process.send?.(message, () => resolve()));
  };
  /** Messages are written in their order, so with the last one all are; a channel that is closed sooner loses them. */
  const leave = (code: number) => void sent.then(() => process.exit(code));
  const fail = (error: unknown) => {
    send({ failure: fieldsOf(error) });
    leave(1);
  };
  const port = {
    say: (answer: Answer) => send({ answer }),
    onOrder: (listener: (order: Order) => void) => {
      heard = listener;
    },
  };
  for (const signal of parentsSignals) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  process.on('uncaughtException', fail);
  process.on('message', (message: Message<Data, Order>) => {
    if ('order' in message) heard(message.order);
    else work(message.data, port).then(() => leave(0), fail);
  });
}

/** An error as it crosses to the other process, where it has no class; what it was caused by may be unfit to be sent. */
function fieldsOf(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { cause: _, ...fields } = { ...error, message: error.message, stack: error.stack };
  return fields;
}
