/** A compose project on its way to Kubernetes: what is asked for it, and what is settled of all its services together. */
import type { ServiceLimits } from '../../model/topology-spec.ts';
import type { ComposeFile } from '../compose-file/compose-file.ts';
import type { ComposeService } from '../compose-file/service.ts';
import type { ServiceHints } from '../compose-file/service-labels.ts';
import type { ComposeSource } from '../compose-file/sources.ts';
import type { ServiceImage } from '../image/service-image.ts';
import type { AddressSeed } from './own-address.ts';
import type { Raw, Refuse } from './part.ts';

/** A program that an image is made of here: what starts in it, and the variables that its command sets. */
export interface OwnProgram {
  /** Its path in the image. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a container of a service would start, as the file says it, and with which environment. */
export interface ServiceStart {
  readonly service: ComposeService;
  readonly hints: ServiceHints;
  readonly env: Readonly<Record<string, string>>;
  /** Whether a health check wants a shell in the image. */
  readonly wantsShell: boolean;
  readonly file: ComposeFile;
}

/** What a project is translated from. */
export interface TranslationWishes {
  readonly source: ComposeSource;
  /** For variables of the compose file. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly profiles?: readonly string[] | undefined;
  readonly scale: Readonly<Record<string, number>>;
  /** By service, on top of the file. */
  readonly serviceEnv: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly limits?: Readonly<Record<string, ServiceLimits>> | undefined;
  /** By service, instead of what the file builds or names. */
  readonly images?: Readonly<Record<string, string>> | undefined;
  readonly goDebug: readonly string[];
  readonly hostNetwork: boolean;
  /** Two bytes that choose among loopback addresses, so that runs keep out of each other's way. */
  readonly seed: AddressSeed;
  /** What is known of the image that a service is built to. */
  imageOf(service: ComposeService): ServiceImage | undefined;
  /** The program where the image of a service that has a build is made of nothing but it, without Docker. */
  programOf(start: ServiceStart): OwnProgram | undefined;
}

/** See the fields. */
export interface Project {
  readonly wishes: TranslationWishes;
  readonly file: ComposeFile;
  readonly refuse: Refuse;
  readonly counts: Readonly<Record<string, number>>;
  readonly services: readonly ComposeService[];
  readonly root: Raw;
  readonly hints: ReadonlyMap<string, ServiceHints>;
  /** Names of workloads by service. */
  readonly workloads: ReadonlyMap<string, string>;
  /** Loopback addresses by service, where pods are on the network of their node. */
  readonly blocks: ReadonlyMap<string, string>;
  readonly warnings: string[];
}
