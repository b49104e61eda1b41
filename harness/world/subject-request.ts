import { resolve } from 'node:path';
import type { ProxyService } from '../model/service.ts';
import { relativeTo } from './install-path.ts';

/** What the user asked for on the command line. */
export interface SubjectRequest {
  /** Files and folders of one config, as the user typed them. */
  readonly written: readonly string[];
  readonly workingFolder: string;
  /** `--as`: name of a service; null: by content. */
  readonly service: string | null;
  readonly version: string | null;
  /** `--at`: where the config stands in production. */
  readonly at: string | null;
  /** `--root DIR`: DIR is the / of the config's machine. */
  readonly root: string | null;
  /** `--provide SRC[:DEST]`. */
  readonly provide: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly urls: readonly string[];
  /** `--render CMD`: prints the config that a template makes. */
  readonly render: string | null;
  readonly services: ReadonlyMap<string, ProxyService>;
}

/** A path of this machine as the user knows it: relative to the working folder when below it. */
export const labelOf = (path: string, workingFolder: string): string => relativeTo(resolve(workingFolder), path) ?? path;
