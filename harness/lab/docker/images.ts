import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../errors.ts';
import type { ProxyService } from '../../model/service.ts';
import { runCommand } from '../command.ts';
import { buildImage, hasImage, pullImage } from './build-image.ts';
import { debianBase, importDebianBase } from './debian-base.ts';
import type { Dockerode } from './docker-client.ts';

/** Base of the tools image; where nothing can be pulled, made on this machine. */
const TOOLS_SUITE = 'bookworm';
const TOOLS_OFFICIAL_BASE = 'debian:bookworm-slim';

/** The image that hosts and links are made of: `hopscope/tools:<version of this package>`. */
export function toolsImage(packageRoot: string): string {
  const { version }: { readonly version?: unknown } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return `hopscope/tools:${String(version)}`;
}

export const localImage = (service: ProxyService, version: string): string => `hopscope/${service.name}:${version}`;

export const officialImage = ({ image }: ProxyService, version: string): string | null =>
  image.official?.replace('{version}', version) ?? null;

/** Versions that local images can have, newest last. */
const localVersions = ({ image }: ProxyService): readonly string[] =>
  image.debianPackages.length === 0 ? [] : Object.keys(image.debianSuites);

/** `2.6` and `2.6.12` are both served by the image of 2.6. */
const serves = (imageVersion: string, wanted: string): boolean => wanted === imageVersion || wanted.startsWith(`${imageVersion}.`);

export interface ChosenImage {
  readonly image: string;
  /** A sentence for the report. */
  readonly because: string;
  /** The program to run in it. */
  readonly program: string;
}

/** Which image a host runs. Remembers what it found out, so that many hosts of one service ask the registry once. */
export class ImageChoice {
  readonly #dockerode: Dockerode;
  readonly #packageRoot: string;
  readonly #chosen = new Map<string, Promise<ChosenImage>>();

  constructor(dockerode: Dockerode, packageRoot: string) {
    this.#dockerode = dockerode;
    this.#packageRoot = packageRoot;
  }

  /**
   * An image that is already here comes before one that must be pulled, and an official one before a local one. Without a version
   * asked for, the local one is that of the program on this machine's PATH if there is such, so that both labs run the same
   * version, else the newest. Throws LAB_ERR_NO_IMAGE.
   */
  imageFor(service: ProxyService, version: string | null): Promise<ChosenImage> {
    const key = `${service.name}:${version ?? ''}`;
    const chosen = this.#chosen.get(key) ?? this.#choose(service, version);
    this.#chosen.set(key, chosen);
    return chosen;
  }

  async #choose(service: ProxyService, version: string | null): Promise<ChosenImage> {
    const { program } = service;
    if (program === 'node') return { image: toolsImage(this.#packageRoot), because: 'Node is the one that runs Hopscope', program };
    const official = officialImage(service, version ?? service.image.defaultVersion);
    const inOfficial = (because: string): ChosenImage => ({
      image: official ?? '',
      because,
      program: service.image.officialProgram ?? program,
    });
    if (official !== null && (await hasImage(this.#dockerode, official))) return inOfficial('the official image, which is already here');
    const local = version === null ? await this.#localDefault(service) : await this.#localOf(service, version);
    if (local !== null) return local;
    const refusal = official === null ? 'none exists' : await pullImage(this.#dockerode, official);
    if (refusal === null) return inOfficial('the official image, pulled now');
    const wanted = version === null ? service.title : `${service.title} ${version}`;
    throw new HarnessError(
      'LAB_ERR_NO_IMAGE',
      `expected an image of ${wanted}, got none: ${official ?? 'an official image'} cannot be pulled (${refusal}) and there is no ${localNames(service, version)}`,
    );
  }

  async #localOf(service: ProxyService, version: string): Promise<ChosenImage | null> {
    const tag = localVersions(service).findLast((candidate) => serves(candidate, version));
    if (tag === undefined) return null;
    const image = localImage(service, tag);
    return (await hasImage(this.#dockerode, image)) ? { image, because: `the local image of ${tag}`, program: service.program } : null;
  }

  async #localDefault(service: ProxyService): Promise<ChosenImage | null> {
    const onPath = await versionOnPath(service);
    const same = onPath === null ? null : await this.#localOf(service, onPath);
    if (same !== null) return { ...same, because: `the local image of the version on this machine's PATH, ${onPath}` };
    for (const tag of localVersions(service).toReversed()) {
      const newest = await this.#localOf(service, tag);
      if (newest !== null) return { ...newest, because: 'the newest local image' };
    }
    return null;
  }
}

function localNames(service: ProxyService, version: string | null): string {
  const tags = localVersions(service).filter((tag) => version === null || serves(tag, version));
  return tags.length === 0
    ? `Debian release that has it (${localVersions(service).join(', ') || 'none'})`
    : tags.map((tag) => localImage(service, tag)).join(' or ');
}

async function versionOnPath(service: ProxyService): Promise<string | null> {
  const printed = await runCommand(service.versionArgv(service.program)).catch(() => null);
  return printed === null ? null : service.parseVersion(`${printed.stdout}${printed.stderr}`);
}

export interface ImageBuilding {
  readonly packageRoot: string;
  readonly onProgress: (what: string) => void;
}

/** The tools image is there or is built, on a local Debian or the official one. Throws LAB_ERR_NO_IMAGE, SETUP_ERR_FAILED. */
export async function ensureToolsImage(dockerode: Dockerode, { packageRoot, onProgress }: ImageBuilding): Promise<string> {
  const image = toolsImage(packageRoot);
  if (await hasImage(dockerode, image)) return image;
  let base = debianBase(TOOLS_SUITE);
  if (!(await hasImage(dockerode, base))) {
    base = TOOLS_OFFICIAL_BASE;
    onProgress(`pulling ${base}`);
    const refusal = (await hasImage(dockerode, base)) ? null : await pullImage(dockerode, base);
    if (refusal !== null)
      throw new HarnessError('LAB_ERR_NO_IMAGE', `expected ${base} as the base of ${image}, but it cannot be pulled: ${refusal}`);
  }
  onProgress(`building ${image} on ${base}`);
  await buildImage(dockerode, { image, folder: join(packageRoot, 'containers/tools'), args: { BASE: base } });
  return image;
}

/** Which local images to make: `haproxy` is every version of it, `haproxy:3.0` one. */
export type ImageList = readonly string[];

const isListed = (list: ImageList | null, { name }: ProxyService, version: string): boolean =>
  list === null || list.includes(name) || list.includes(`${name}:${version}`);

/**
 * Makes the local images of these services, and the tools image, from Debian packages: one for each Debian release that a service
 * names, or only those of `list`. What exists is kept. Returns the images it made. Throws SETUP_ERR_FAILED.
 */
export async function buildDebianImages(
  dockerode: Dockerode,
  services: readonly ProxyService[],
  building: ImageBuilding,
  list: ImageList | null = null,
): Promise<readonly string[]> {
  const made: string[] = [];
  const make = async (image: string, how: string, build: () => Promise<unknown>): Promise<void> => {
    if (await hasImage(dockerode, image)) return building.onProgress(`${image} is already here`);
    const startedAt = performance.now();
    building.onProgress(`${how} ${image}`);
    await build();
    building.onProgress(`${image} is made, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    made.push(image);
  };
  const ofServices = services.flatMap((service) =>
    localVersions(service)
      .filter((version) => isListed(list, service, version))
      .map((version) => ({ service, version, suite: service.image.debianSuites[version] ?? TOOLS_SUITE })),
  );
  for (const suite of new Set([TOOLS_SUITE, ...ofServices.map(({ suite: of }) => of)])) {
    await make(debianBase(suite), 'importing', () => importDebianBase(dockerode, suite));
  }
  await make(toolsImage(building.packageRoot), 'building', () => ensureToolsImage(dockerode, { ...building, onProgress: () => undefined }));
  for (const { service, version, suite } of ofServices) {
    const image = localImage(service, version);
    const args = { BASE: debianBase(suite), PACKAGES: service.image.debianPackages.join(' ') };
    await make(image, 'building', () =>
      buildImage(dockerode, { image, folder: join(building.packageRoot, 'containers', service.name), args }),
    );
  }
  return made;
}
