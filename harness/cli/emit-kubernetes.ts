import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { HarnessError } from '../errors.ts';
import { kubernetesManifest } from '../fleet/kubernetes-manifest.ts';
import { newRunId } from './drive-flags.ts';
import { driveProfile } from './drive-profile.ts';
import { packageVersion } from './package-root.ts';

export interface KubernetesWish {
  readonly url: string;
  readonly spec: string;
  readonly load: string;
  readonly drivers: number;
  readonly runId?: string;
  readonly image?: string;
  readonly namespace?: string;
  readonly resultsClaim?: string;
}

/** A label and a subdomain of RFC 1123, as Kubernetes wants names. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const IMAGE = /^(?=.{1,255}$)[\w](?:[\w./:@-]*[\w])?$/;
const RUN_ID = /^[\w.-]{1,63}$/;

/** The manifest for `hopscope drive --emit kubernetes`. Throws USAGE_ERR_BAD_FLAG, and what driveProfile throws. */
export async function kubernetesFor(wish: KubernetesWish): Promise<string> {
  const { url, load, drivers, runId, image = `hopscope/driver:${packageVersion()}`, namespace, resultsClaim } = wish;
  check('--run-id', runId, RUN_ID, '1 to 63 letters, digits, dots, dashes and underscores');
  check('--image', image, IMAGE, 'the name of an image');
  check('--namespace', namespace, LABEL, 'a label of RFC 1123: lower-case letters, digits and dashes');
  check('--results-claim', resultsClaim, SUBDOMAIN, 'a name of RFC 1123: lower-case letters, digits, dashes and dots');
  const { profile } = await driveProfile(wish.spec, load, drivers);
  return kubernetesManifest({
    url,
    load,
    profile,
    drivers,
    image,
    spec: await onlyThis(wish.spec, load, profile.seed),
    runId: runId ?? newRunId(),
    namespace: namespace ?? null,
    resultsClaim: resultsClaim ?? null,
  });
}

/** The spec without its paths, whose configs are not in the pods, and without other profiles. What is written was checked before. */
async function onlyThis(file: string, load: string, seed: number): Promise<string> {
  const { loads } = parse(await readFile(file, 'utf8'), { uniqueKeys: false }) as { readonly loads: Readonly<Record<string, unknown>> };
  return stringify({ version: 1, settings: { seed }, loads: { [load]: loads[load] } }, { aliasDuplicateObjects: false });
}

function check(flag: string, value: string | undefined, pattern: RegExp, shape: string): void {
  if (value === undefined || pattern.test(value)) return;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${flag} to be ${shape}, got '${value.slice(0, 100)}'`);
}
