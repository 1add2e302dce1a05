/** What the Docker engine is told to do to a container that is there. */
import type Docker from 'dockerode';
import type { ContainerChanges } from './docker-engine.ts';

/** See `ContainerChanges`. */
export function containerChanges(client: () => Promise<Docker>): ContainerChanges {
  const one = async (id: string) => (await client()).getContainer(id);
  return {
    start: async (id) => unlessSo((await one(id)).start()),
    stop: async (id) => unlessSo((await one(id)).stop()),
    kill: async (id) => unlessSo((await one(id)).kill({ signal: 'SIGKILL' }), /is not running/),
    pause: async (id) => unlessSo((await one(id)).pause(), /already paused/),
    unpause: async (id) => unlessSo((await one(id)).unpause(), /is not paused/),
    limit: async (id, { nanoCpus, cpuPeriod, cpuQuota, memory, memorySwap }) => {
      const wanted = {
        NanoCpus: nanoCpus,
        CpuPeriod: cpuPeriod,
        CpuQuota: cpuQuota,
        Memory: memory,
        MemorySwap: memorySwap,
      };
      const { Warnings } = (await inWords((await one(id)).update(wanted))) as { Warnings?: string[] | null };
      return Warnings ?? [];
    },
  };
}

/** 304 is said of what is so already (Engine API), except where only its words tell. */
async function unlessSo(asked: Promise<unknown>, saying = /^$/): Promise<void> {
  await inWords(asked).catch((error: Failure) => {
    if (error.statusCode !== 304 && !(error.statusCode !== undefined && saying.test(error.message))) throw error;
  });
}

interface Failure extends Error {
  readonly statusCode?: number;
}

/** The client puts the status before what the engine says, which comes as JSON. */
async function inWords(asked: Promise<unknown>): Promise<unknown> {
  return await asked.catch((error: Failure & { readonly json?: { readonly message?: string } | null }) => {
    const message = error.json?.message ?? error.message;
    throw Object.assign(new Error(message.trim(), { cause: error }), { statusCode: error.statusCode });
  });
}
