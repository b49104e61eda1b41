import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Path, ProxyHost } from '../model/path.ts';
import type { ConfigLine, ProxyService } from '../model/service.ts';

/** By what the durations of the configs are divided, and whether limits are waited for as long as they are. */
export interface TimeScale {
  readonly factor: number;
  readonly isRealTime: boolean;
  /** The user's own config, by the name of each host that runs a scaled copy. */
  readonly originals: ReadonlyMap<string, string>;
}

export const UNSCALED: TimeScale = { factor: 1, isRealTime: false, originals: new Map() };

export interface ScaledPaths {
  /** The paths with proxies that run a scaled copy of their config. */
  readonly paths: readonly Path[];
  readonly timeScale: TimeScale;
  /** What was scaled and what could not be, for every report; null in real time. */
  readonly note: string | null;
}

/** Proxies with worlds, whose durations were divided when these were made. */
export interface ScaledWorlds {
  /** The user's own config, by host name. */
  readonly originals: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const NO_WORLDS: ScaledWorlds = { originals: new Map(), notes: [] };
const MAX_NOTES = 5;
const MAX_FILES = 200;

/** Writes a copy of the config of every proxy without a world with its durations divided by the factor below `dir`, with the files beside it. */
export function scalePaths(
  paths: readonly Path[],
  services: ReadonlyMap<string, ProxyService>,
  wish: Pick<TimeScale, 'factor' | 'isRealTime'>,
  dir: string,
  worlds: ScaledWorlds = NO_WORLDS,
): ScaledPaths {
  const { factor } = wish;
  const originals = new Map<string, string>(worlds.originals);
  const timeScale = { ...wish, originals };
  const notes: string[] = [...worlds.notes];
  if (factor === 1) return { paths, timeScale, note: null };
  const scaled = paths.map((path) => ({ ...path, proxies: path.proxies.map((proxy) => scaleProxy(proxy)) }));
  const more = notes.length > MAX_NOTES ? `; ${notes.length - MAX_NOTES} more` : '';
  const except = notes.length === 0 ? '' : ` Not scaled: ${notes.slice(0, MAX_NOTES).join('; ')}${more}.`;
  const note = `Every duration that ends connections was divided by ${factor} in a copy of each config; limits are given as measured and multiplied back.${except}`;
  return { paths: scaled, timeScale, note };

  function scaleProxy(proxy: ProxyHost): ProxyHost {
    if (proxy.world !== undefined) return proxy;
    const service = services.get(proxy.service);
    const result = service?.scaleDurations?.(readFileSync(proxy.config, 'utf8'), factor);
    if (result === undefined) {
      notes.push(`${proxy.configLabel} (its language is not rewritten)`);
      return proxy;
    }
    notes.push(...result.notes.map((said) => `${proxy.configLabel} ${said}`));
    const own = join(dir, proxy.name);
    copySiblings(dirname(proxy.config), own);
    const config = join(own, basename(proxy.config));
    writeFileSync(config, result.text);
    originals.set(proxy.name, proxy.config);
    return { ...proxy, config };
  }
}

function copySiblings(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const files = readdirSync(from).filter((name) => statSync(join(from, name), { throwIfNoEntry: false })?.isFile() ?? false);
  for (const name of files.slice(0, MAX_FILES)) copyFileSync(join(from, name), join(to, name));
}

/** Lines of the user's config with the limits as they were run. */
export function linesAsRun(lines: readonly ConfigLine[], factor: number): readonly ConfigLine[] {
  if (factor === 1) return lines;
  return lines.map((line) => {
    const isScaled = (line.symptom === 'cuts-idle' || line.symptom === 'limits-time') && line.limitMs !== undefined;
    if (!isScaled || line.limitMs === undefined) return line;
    const limitMs = Math.max(1, Math.round(line.limitMs / factor));
    return { ...line, limitMs, explanation: `${line.explanation} (divided by ${factor} for this run: ${limitMs} ms)` };
  });
}
